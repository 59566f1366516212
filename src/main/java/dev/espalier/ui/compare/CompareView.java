package dev.espalier.ui.compare;

import dev.espalier.figure.CurveFigure;
import dev.espalier.figure.Theme;
import dev.espalier.search.strategy.Method;
import dev.espalier.ui.kit.Destination;
import dev.espalier.ui.kit.DisplayText;
import dev.espalier.ui.kit.FigurePane;
import dev.espalier.ui.kit.Fxml;
import dev.espalier.ui.kit.NumberCell;
import dev.espalier.ui.kit.Panes;
import dev.espalier.ui.kit.Shell;
import dev.espalier.ui.kit.ViewContext;
import dev.espalier.ui.kit.WholeTextCell;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.fxml.FXML;
import javafx.geometry.Pos;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.control.SplitPane;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import javafx.scene.layout.HBox;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;

/// The Compare perspective on the screen.
final class CompareView {
    private final CompareModel model;
    private final ViewContext context;
    private final FigurePane curves;
    private final Label note = new Label();
    private final SplitPane root;
    private final Shell shell;

    @FXML
    private StackPane sweepPlace;

    @FXML
    private StackPane curvesPlace;

    @FXML
    private SplitPane filled;

    @FXML
    private VBox empty;

    @FXML
    private Button toRuns;

    @FXML
    private Button savePicture;

    @FXML
    private Label title;

    @FXML
    private HBox progressRow;

    @FXML
    private ProgressBar bar;

    @FXML
    private Label state;

    @FXML
    private HBox error;

    @FXML
    private Label errorText;

    @FXML
    private TableView<CompareModel.Row> table;

    @FXML
    private TableColumn<CompareModel.Row, String> method;

    @FXML
    private TableColumn<CompareModel.Row, Number> n;

    @FXML
    private TableColumn<CompareModel.Row, Number> accuracy;

    @FXML
    private TableColumn<CompareModel.Row, String> interval;

    @FXML
    private TableColumn<CompareModel.Row, Number> coverage;

    @FXML
    private TableColumn<CompareModel.Row, Number> problems;

    @FXML
    private TableColumn<CompareModel.Row, Number> failed;

    @FXML
    private TableColumn<CompareModel.Row, String> lacking;

    @FXML
    private TableColumn<CompareModel.Row, Number> seeds;

    @FXML
    private TableColumn<CompareModel.Row, Number> tokens;

    @FXML
    private TableColumn<CompareModel.Row, Number> seconds;

    CompareView(CompareModel model, ViewContext context, Shell shell) {
        this.model = model;
        this.context = context;
        this.shell = shell;
        curves = new FigurePane(context.background());
        root = Fxml.COMPARE.load(this);
        sweepPlace.getChildren().add(new SweepView(model, shell::addEndpoint).root());
    }

    Parent root() {
        return root;
    }

    @FXML
    private void initialize() {
        curves.dark().bind(context.settings().dark());
        curves.setAccessibleText("Accuracy against budget, one curve per method; the table below has the numbers");
        note.getStyleClass().add("hover-note");
        note.setMouseTransparent(true);
        note.setVisible(false);
        StackPane.setAlignment(note, Pos.BOTTOM_LEFT);
        curvesPlace.getChildren().addAll(curves, note);
        curves.setOnMouseMoved(event -> hover(event.getX(), event.getY()));
        curves.setOnMouseExited(_ -> note.setVisible(false));
        model.curves().subscribe(_ -> curves.figure().set(model.figure()));
        title.textProperty().bind(model.title());
        savePicture.setOnAction(_ -> model.savePicture(model.figure(), curves.getWidth(), curves.getHeight()));
        var none = Bindings.createBooleanBinding(() -> model.curves().get().isEmpty(), model.curves());
        savePicture.disableProperty().bind(none);
        filled.visibleProperty().bind(none.not().or(model.running()));
        empty.visibleProperty().bind(none.and(model.running().not()));
        toRuns.setOnAction(_ -> shell.open(new Destination.StoredRuns()));
        Panes.sentence(error, errorText, model.message());
        state.textProperty().bind(model.state());
        Panes.showWhen(progressRow, model.state().map(text -> !text.isEmpty()));
        bar.progressProperty()
                .bind(model.progress().map(now -> now.total() == 0 ? -1.0 : (double) now.done() / now.total()));
        fillTable();
    }

    private void fillTable() {
        table.setItems(model.rows());
        method.setCellValueFactory(
                cell -> new SimpleStringProperty(Method.label(cell.getValue().method())));
        interval.setCellValueFactory(cell -> new SimpleStringProperty(
                DisplayText.decimal(100 * cell.getValue().point().low(), 1) + " – "
                        + DisplayText.percent(cell.getValue().point().high())));
        interval.getStyleClass().add("number-column");
        number(n, row -> row.point().n(), number -> DisplayText.whole(number.longValue()));
        number(accuracy, row -> row.point().accuracy(), number -> DisplayText.percent(number.doubleValue()));
        number(coverage, row -> row.point().coverage(), number -> DisplayText.percent(number.doubleValue()));
        number(problems, row -> row.point().problems(), number -> DisplayText.whole(number.longValue()));
        number(failed, row -> row.point().failed(), number -> DisplayText.whole(number.longValue()));
        lacking.setCellValueFactory(cell ->
                new SimpleStringProperty(String.join(", ", cell.getValue().lacking())));
        lacking.setCellFactory(_ -> new WholeTextCell<>());
        // Most tables need neither column.
        failed.visibleProperty().bind(anyRow(row -> row.point().failed() > 0));
        lacking.visibleProperty().bind(anyRow(row -> !row.lacking().isEmpty()));
        // With them the table scrolls sideways in a narrow window instead of cutting its headings.
        table.columnResizePolicyProperty()
                .bind(failed.visibleProperty()
                        .or(lacking.visibleProperty())
                        .map(more -> more
                                ? TableView.UNCONSTRAINED_RESIZE_POLICY
                                : TableView.CONSTRAINED_RESIZE_POLICY_ALL_COLUMNS));
        number(seeds, row -> row.point().seeds(), number -> DisplayText.whole(number.longValue()));
        number(tokens, row -> row.point().generatedTokens(), number -> DisplayText.rounded(number.doubleValue()));
        number(seconds, row -> row.point().seconds(), number -> DisplayText.decimal(number.doubleValue(), 2));
    }

    /// Shows the numbers of the point near the pointer.
    private void hover(double x, double y) {
        var theme = context.settings().dark().get() ? Theme.dark() : Theme.light();
        var near = curves.figure().get() instanceof CurveFigure drawn
                ? drawn.nearest(x, y, curves.getWidth(), curves.getHeight(), theme)
                : Optional.<CurveFigure.MeasuredPoint>empty();
        note.setVisible(near.isPresent());
        near.ifPresent(measured -> {
            var point = measured.point();
            note.setText(Method.label(measured.curve().strategy()) + " at N = " + point.n() + ": "
                    + DisplayText.percent(point.accuracy()) + ", 95 % interval "
                    + DisplayText.decimal(100 * point.low(), 1) + " – " + DisplayText.percent(point.high()) + ", "
                    + point.problems() + " problems"
                    + (point.failed() == 0
                            ? ""
                            : " with " + point.failed() + " failed searches, which count as not right")
                    + ", coverage " + DisplayText.percent(point.coverage()));
        });
    }

    private BooleanBinding anyRow(Predicate<CompareModel.Row> test) {
        return Bindings.createBooleanBinding(() -> model.rows().stream().anyMatch(test), model.rows());
    }

    private static void number(
            TableColumn<CompareModel.Row, Number> column,
            ToDoubleFunction<CompareModel.Row> value,
            Function<Number, String> words) {
        column.setCellValueFactory(cell -> new SimpleObjectProperty<>(value.applyAsDouble(cell.getValue())));
        column.setCellFactory(_ -> new NumberCell<>(words));
        column.getStyleClass().add("number-column");
    }
}
