package dev.espalier.ui.search;

import dev.espalier.experiment.run.ProblemStatus;
import dev.espalier.figure.TaskText;
import dev.espalier.problem.Problem;
import dev.espalier.problem.ProblemSet;
import dev.espalier.task.Tasks;
import dev.espalier.ui.kit.Fxml;
import dev.espalier.ui.kit.Icons;
import dev.espalier.ui.kit.Panes;
import javafx.beans.binding.Bindings;
import javafx.beans.value.ObservableValue;
import javafx.collections.MapChangeListener;
import javafx.fxml.FXML;
import javafx.geometry.Pos;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.ListView;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.TextArea;
import javafx.scene.control.TextField;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.ToggleGroup;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.TransferMode;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import javafx.util.StringConverter;
import org.kordamp.ikonli.javafx.FontIcon;

/// The list of problems, and the fields for the user's own problem.
final class ProblemsView {
    private final SearchModel model;
    private final Parent root;

    @FXML
    private Label count;

    @FXML
    private Button open;

    @FXML
    private Button emptyOpen;

    @FXML
    private ToggleGroup source;

    @FXML
    private ToggleButton fromSet;

    @FXML
    private ToggleButton own;

    @FXML
    private HBox error;

    @FXML
    private Label errorText;

    @FXML
    private VBox setPart;

    @FXML
    private VBox ownPart;

    @FXML
    private VBox empty;

    @FXML
    private ComboBox<ProblemSet> sets;

    @FXML
    private TextField filter;

    @FXML
    private ListView<Problem> list;

    @FXML
    private ScrollPane statement;

    @FXML
    private Label statementText;

    @FXML
    private Label statementGold;

    @FXML
    private TextArea typedText;

    @FXML
    private TextField typedGold;

    ProblemsView(SearchModel model) {
        this.model = model;
        root = Fxml.PROBLEMS.load(this);
        root.setOnDragOver(event -> {
            if (event.getDragboard().hasFiles()) event.acceptTransferModes(TransferMode.COPY);
        });
        root.setOnDragDropped(
                event -> event.getDragboard().getFiles().forEach(file -> model.openProblems(file.toPath())));
    }

    Parent root() {
        return root;
    }

    void focusFilter() {
        fromSet.setSelected(true);
        filter.requestFocus();
    }

    @FXML
    private void initialize() {
        var problems = model.problems();
        open.setOnAction(_ -> model.openProblems());
        emptyOpen.setOnAction(_ -> model.openProblems());
        source.selectedToggleProperty().subscribe((before, now) -> {
            if (now == null && before != null) before.setSelected(true);
            else problems.typing().set(now == own);
        });
        problems.typing().subscribe(typing -> (typing ? own : fromSet).setSelected(true));
        var none = Bindings.isEmpty(problems.sets());
        setPart.visibleProperty().bind(problems.typing().not().and(none.not()));
        empty.visibleProperty().bind(problems.typing().not().and(none).and(model.loaded()));
        ownPart.visibleProperty().bind(problems.typing());
        Panes.sentence(error, errorText, model.problemError());
        count.textProperty()
                .bind(Bindings.createStringBinding(
                        this::counted, problems.shown(), problems.statuses(), problems.set()));
        filter.textProperty().bindBidirectional(problems.filter());
        filter.addEventFilter(KeyEvent.KEY_PRESSED, event -> {
            if (event.getCode() != KeyCode.ENTER && event.getCode() != KeyCode.DOWN
                    || event.isShortcutDown()
                    || problems.shown().isEmpty()) return;
            list.requestFocus();
            if (list.getSelectionModel().isEmpty()) list.getSelectionModel().selectFirst();
            event.consume();
        });
        typedText.textProperty().bindBidirectional(problems.typedText());
        typedGold.textProperty().bindBidirectional(problems.typedGold());
        sets.setItems(problems.sets());
        sets.setConverter(names());
        sets.valueProperty().bindBidirectional(problems.set());
        fillList();
        ObservableValue<Problem> selected = problems.selected();
        statementText
                .textProperty()
                .bind(selected.map(problem -> TaskText.of(problem).text(problem.text()))
                        .orElse(""));
        statementGold.textProperty().bind(selected.map(ProblemsView::facts).orElse(""));
        selected.subscribe(_ -> statement.setVvalue(0));
    }

    private void fillList() {
        var problems = model.problems();
        list.setItems(problems.shown());
        list.setCellFactory(_ -> new ProblemCell());
        list.setPlaceholder(new Label("No problem matches the filter."));
        list.getSelectionModel().selectedItemProperty().subscribe((_, now) -> {
            if (now != null) problems.selected().set(now);
        });
        problems.selected().subscribe(now -> {
            if (now == null) {
                list.getSelectionModel().clearSelection();
            } else if (list.getSelectionModel().getSelectedItem() != now
                    && problems.shown().contains(now)) {
                list.getSelectionModel().select(now);
                list.scrollTo(Math.max(0, list.getSelectionModel().getSelectedIndex() - 3));
            }
        });
        problems.statuses().addListener((MapChangeListener<String, ProblemStatus>) _ -> list.refresh());
    }

    private String counted() {
        var problems = model.problems();
        if (problems.set().get() == null) return "";
        long known = problems.set().get().problems().stream()
                .filter(problem -> problems.statuses().containsKey(problem.id()))
                .count();
        String shown = problems.shown().size() == problems.total()
                ? Integer.toString(problems.total())
                : problems.shown().size() + " of " + problems.total();
        return shown + (known > 0 ? " · " + known + " done" : "");
    }

    private static String facts(Problem problem) {
        return String.join(
                " · ",
                java.util.stream.Stream.of(
                                problem.gold() == null
                                        ? "no gold answer"
                                        : "gold answer " + TaskText.of(problem).answer(problem.gold()),
                                task(problem),
                                problem.subject(),
                                problem.level() > 0 ? "level " + problem.level() : "",
                                problem.id())
                        .filter(part -> !part.isEmpty())
                        .toList());
    }

    /// The task's label. Mathematics is the default where a file names no task; any other task was guessed then.
    private static String task(Problem problem) {
        var task = Tasks.of(problem);
        return task.label() + (problem.task().isEmpty() && task != Tasks.MATHEMATICS ? " (guessed)" : "");
    }

    private static StringConverter<ProblemSet> names() {
        return new StringConverter<>() {
            @Override
            public String toString(ProblemSet set) {
                return set == null ? "" : set.name() + " (" + set.problems().size() + ")";
            }

            @Override
            public ProblemSet fromString(String text) {
                throw new UnsupportedOperationException("the list is not editable");
            }
        };
    }

    private final class ProblemCell extends ListCell<Problem> {
        private final FontIcon dot = Icons.of("fth-circle", "standing");
        private final Label text = new Label();
        private final Label level = new Label();
        private final HBox row = new HBox(dot, text, level);

        ProblemCell() {
            row.getStyleClass().add("problem-row");
            row.setAlignment(Pos.CENTER_LEFT);
            HBox.setHgrow(text, Priority.ALWAYS);
            text.setMaxWidth(Double.MAX_VALUE);
            text.setMinWidth(0);
            level.getStyleClass().add("muted");
            level.setMinWidth(USE_PREF_SIZE);
            setPrefWidth(0);
        }

        @Override
        protected void updateItem(Problem problem, boolean isEmpty) {
            super.updateItem(problem, isEmpty);
            if (isEmpty || problem == null) {
                setGraphic(null);
                return;
            }
            var status = model.problems().statuses().get(problem.id());
            dot.getStyleClass().removeAll("right", "wrong", "unknown");
            dot.setIconLiteral(
                    status == null
                            ? "fth-circle"
                            : switch (status) {
                                case RIGHT -> "fth-check-circle";
                                case WRONG -> "fth-x-circle";
                                case UNKNOWN -> "fth-help-circle";
                            });
            if (status != null) dot.getStyleClass().add(status.name().toLowerCase(java.util.Locale.ROOT));
            text.setText(TaskText.of(problem).line(problem.text()));
            level.setText(problem.level() > 0 ? "L" + problem.level() : "");
            setAccessibleText(text.getText() + ", " + (status == null ? "not searched yet" : status.description()));
            setGraphic(row);
        }
    }
}
