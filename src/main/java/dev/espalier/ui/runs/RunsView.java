package dev.espalier.ui.runs;

import dev.espalier.figure.TaskText;
import dev.espalier.io.SafeText;
import dev.espalier.store.RunSummary;
import dev.espalier.store.SearchSummary;
import dev.espalier.ui.kit.Destination;
import dev.espalier.ui.kit.DisplayText;
import dev.espalier.ui.kit.Fxml;
import dev.espalier.ui.kit.NumberCell;
import dev.espalier.ui.kit.Panes;
import dev.espalier.ui.kit.Shell;
import java.time.ZoneId;
import java.util.List;
import java.util.function.Function;
import javafx.beans.binding.Bindings;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.fxml.FXML;
import javafx.geometry.VPos;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.SelectionMode;
import javafx.scene.control.SplitPane;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableRow;
import javafx.scene.control.TableView;
import javafx.scene.control.TextField;
import javafx.scene.input.Clipboard;
import javafx.scene.input.ClipboardContent;
import javafx.scene.input.KeyCode;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/// The Runs perspective on the screen.
final class RunsView {
    private final RunsModel model;
    private final Shell shell;
    private final StackPane root;

    @FXML
    private SplitPane filled;

    @FXML
    private SplitPane detail;

    @FXML
    private VBox choose;

    @FXML
    private VBox empty;

    @FXML
    private Button toSearch;

    @FXML
    private Label count;

    @FXML
    private TextField filter;

    @FXML
    private Button curves;

    @FXML
    private HBox error;

    @FXML
    private Label errorText;

    @FXML
    private HBox notice;

    @FXML
    private Label noticeText;

    @FXML
    private Button importFile;

    @FXML
    private Button importFirst;

    @FXML
    private Button cancelImport;

    @FXML
    private Button dismissNotice;

    @FXML
    private TableView<RunSummary> runs;

    @FXML
    private TableColumn<RunSummary, String> started;

    @FXML
    private TableColumn<RunSummary, String> name;

    @FXML
    private TableColumn<RunSummary, String> strategy;

    @FXML
    private TableColumn<RunSummary, Number> n;

    @FXML
    private TableColumn<RunSummary, Number> m;

    @FXML
    private TableColumn<RunSummary, Number> seed;

    @FXML
    private TableColumn<RunSummary, String> done;

    @FXML
    private TableColumn<RunSummary, String> state;

    @FXML
    private TableColumn<RunSummary, Number> tokens;

    @FXML
    private Button copyCard;

    @FXML
    private GridPane card;

    @FXML
    private Label searchCount;

    @FXML
    private Button resume;

    @FXML
    private Button open;

    @FXML
    private TableView<SearchSummary> searches;

    @FXML
    private TableColumn<SearchSummary, String> problem;

    @FXML
    private TableColumn<SearchSummary, String> status;

    @FXML
    private TableColumn<SearchSummary, Number> candidates;

    @FXML
    private TableColumn<SearchSummary, Number> searchTokens;

    @FXML
    private TableColumn<SearchSummary, Number> searchSeconds;

    RunsView(RunsModel model, Shell shell) {
        this.model = model;
        this.shell = shell;
        root = Fxml.RUNS.load(this);
    }

    Parent root() {
        return root;
    }

    @FXML
    private void initialize() {
        filter.textProperty().bindBidirectional(model.filter());
        Panes.sentence(error, errorText, model.message());
        var imports = model.imports();
        Panes.sentence(notice, noticeText, imports.message());
        for (var button : List.of(importFile, importFirst)) {
            button.disableProperty().bind(imports.running());
            button.setOnAction(_ -> imports.choose());
        }
        Panes.showWhen(cancelImport, imports.running());
        cancelImport.setOnAction(_ -> imports.cancel());
        Panes.showWhen(dismissNotice, imports.running().not());
        dismissNotice.setOnAction(_ -> imports.dismiss());
        var none = Bindings.createBooleanBinding(
                () -> model.loaded().get()
                        && model.total() == 0
                        && model.message().get().isEmpty()
                        && imports.message().get().isEmpty(),
                model.loaded(),
                model.shown(),
                model.message(),
                imports.message());
        filled.visibleProperty().bind(none.not());
        empty.visibleProperty().bind(none);
        toSearch.setOnAction(_ -> shell.open(new Destination.NewSearch()));
        count.textProperty()
                .bind(Bindings.createStringBinding(
                        () -> model.shown().size() == model.total()
                                ? DisplayText.whole(model.total())
                                : DisplayText.whole(model.shown().size()) + " of " + DisplayText.whole(model.total()),
                        model.shown()));
        var noneSelected = model.selected().isNull();
        detail.visibleProperty().bind(noneSelected.not());
        choose.visibleProperty().bind(noneSelected);
        fillRuns();
        fillSearches();
        model.selected().subscribe(run -> {
            if (run == null) return;
            show(RunCard.of(run, ZoneId.systemDefault()));
            if (!run.equals(runs.getSelectionModel().getSelectedItem()))
                runs.getSelectionModel().clearAndSelect(model.shown().indexOf(run));
        });
        copyCard.setOnAction(_ -> copy());
    }

    private void fillRuns() {
        runs.setItems(model.shown());
        runs.setColumnResizePolicy(TableView.CONSTRAINED_RESIZE_POLICY_ALL_COLUMNS);
        runs.getSelectionModel().setSelectionMode(SelectionMode.MULTIPLE);
        runs.getSelectionModel().selectedItemProperty().subscribe((_, now) -> {
            if (now != null) model.select(now);
        });
        text(started, run -> RunCard.minute(run.run().created(), ZoneId.systemDefault()));
        text(name, run -> run.run().name());
        text(strategy, run -> run.run().config().strategy());
        number(n, run -> parameter(run, "N"), number -> DisplayText.whole(number.longValue()));
        number(m, run -> parameter(run, "M"), number -> DisplayText.whole(number.longValue()));
        number(seed, run -> run.run().config().seed(), Number::toString);
        text(done, run -> run.finished() + run.failed() + " / " + run.searches());
        text(state, RunsModel::state);
        number(tokens, RunSummary::generated, number -> DisplayText.rounded(number.doubleValue()));
        curves.disableProperty().bind(Bindings.isEmpty(runs.getSelectionModel().getSelectedItems()));
        curves.setOnAction(_ -> showCurves());
    }

    private void fillSearches() {
        searches.setItems(model.searches());
        searches.setColumnResizePolicy(TableView.CONSTRAINED_RESIZE_POLICY_ALL_COLUMNS);
        searchCount
                .textProperty()
                .bind(Bindings.createStringBinding(
                        () -> DisplayText.whole(model.searches().size()), model.searches()));
        text(
                problem,
                search -> TaskText.of(search.problem()).line(search.problem().text()));
        text(status, RunsModel::state);
        number(candidates, SearchSummary::candidates, number -> DisplayText.whole(number.longValue()));
        number(searchTokens, SearchSummary::generated, number -> DisplayText.rounded(number.doubleValue()));
        number(searchSeconds, SearchSummary::time, number -> DisplayText.decimal(number.doubleValue(), 1));
        var selected = searches.getSelectionModel().selectedItemProperty();
        open.disableProperty().bind(selected.isNull());
        resume.disableProperty()
                .bind(Bindings.createBooleanBinding(
                        () -> selected.get() == null || !RunsModel.resumable(selected.get()), selected));
        open.setOnAction(
                _ -> shell.open(new Destination.StoredSearch(selected.get().id())));
        resume.setOnAction(
                _ -> shell.open(new Destination.ResumedSearch(selected.get().id())));
        searches.setRowFactory(_ -> {
            var row = new TableRow<SearchSummary>();
            row.setOnMouseClicked(event -> {
                if (event.getClickCount() == 2 && row.getItem() != null)
                    shell.open(new Destination.StoredSearch(row.getItem().id()));
            });
            return row;
        });
        searches.setOnKeyPressed(event -> {
            if (event.getCode() != KeyCode.ENTER || selected.get() == null) return;
            shell.open(new Destination.StoredSearch(selected.get().id()));
            event.consume();
        });
    }

    private void showCurves() {
        var chosen = List.copyOf(runs.getSelectionModel().getSelectedItems());
        shell.open(new Destination.Curves(
                chosen.stream().map(run -> run.run().id()).toList(),
                chosen.size() == 1 ? chosen.getFirst().run().name() : chosen.size() + " stored runs"));
    }

    private void show(RunCard shown) {
        card.getChildren().clear();
        int row = 0;
        for (var line : shown.lines()) {
            var label = new Label(line.name());
            label.getStyleClass().add("muted");
            var value = new Label(SafeText.text(line.value()));
            value.setWrapText(true);
            value.setMinHeight(Label.USE_PREF_SIZE);
            GridPane.setValignment(label, VPos.TOP);
            card.addRow(row++, label, value);
        }
    }

    private void copy() {
        if (model.selected().get() == null) return;
        var content = new ClipboardContent();
        content.putString(
                RunCard.of(model.selected().get(), ZoneId.systemDefault()).text());
        Clipboard.getSystemClipboard().setContent(content);
    }

    private static @Nullable Double parameter(RunSummary run, String name) {
        var parameters = run.run().config().parameters();
        return parameters.has(name) ? parameters.number(name) : null;
    }

    private static <S> void text(TableColumn<S, String> column, Function<S, String> value) {
        column.setCellValueFactory(cell -> new SimpleStringProperty(SafeText.text(value.apply(cell.getValue()))));
    }

    private static <S> void number(
            TableColumn<S, Number> column,
            Function<S, ? extends @Nullable Number> value,
            Function<Number, String> words) {
        column.setCellValueFactory(cell -> new SimpleObjectProperty<>(value.apply(cell.getValue())));
        column.setCellFactory(_ -> new NumberCell<>(words));
        column.getStyleClass().add("number-column");
    }
}
