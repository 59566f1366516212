package dev.espalier.ui.search;

import dev.espalier.figure.TaskText;
import dev.espalier.io.SafeText;
import dev.espalier.ui.kit.DisplayText;
import dev.espalier.ui.kit.Fxml;
import dev.espalier.ui.kit.Icons;
import dev.espalier.ui.kit.NumberCell;
import dev.espalier.ui.kit.Panes;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.css.PseudoClass;
import javafx.fxml.FXML;
import javafx.geometry.Pos;
import javafx.scene.AccessibleRole;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.control.Label;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import javafx.scene.control.TextArea;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/// The candidate inspector: the steps of the path to the selected node, their scores, its siblings, its text and its
/// tokens.
final class InspectorView {
    private static final PseudoClass SELECTED = PseudoClass.getPseudoClass("selected");

    private static final int MOST_SIBLINGS = 40;

    private final TreeModel tree;
    private final ObjectProperty<@Nullable Inspection> shown;
    private final Parent root;

    @FXML
    private VBox filled;

    @FXML
    private VBox empty;

    @FXML
    private Label title;

    @FXML
    private Label subtitle;

    @FXML
    private HBox answerBox;

    @FXML
    private Label answer;

    @FXML
    private Label verdict;

    @FXML
    private Label ways;

    @FXML
    private VBox steps;

    @FXML
    private HBox siblingsHeader;

    @FXML
    private Label siblingsTitle;

    @FXML
    private Label siblingsNote;

    @FXML
    private VBox siblings;

    @FXML
    private TextArea text;

    @FXML
    private TableView<Inspection.TokenRow> tokens;

    @FXML
    private TableColumn<Inspection.TokenRow, Number> tokenPosition;

    @FXML
    private TableColumn<Inspection.TokenRow, Number> tokenId;

    @FXML
    private TableColumn<Inspection.TokenRow, Number> tokenLogProb;

    @FXML
    private TableColumn<Inspection.TokenRow, Number> tokenProbability;

    InspectorView(TreeModel tree, ObjectProperty<@Nullable Inspection> shown) {
        this.tree = tree;
        this.shown = shown;
        root = Fxml.INSPECTOR.load(this);
    }

    Parent root() {
        return root;
    }

    @FXML
    private void initialize() {
        tokenPosition.setCellValueFactory(
                cell -> new SimpleObjectProperty<>(cell.getValue().position()));
        tokenId.setCellValueFactory(
                cell -> new SimpleObjectProperty<>(cell.getValue().id()));
        tokenLogProb.setCellValueFactory(
                cell -> new SimpleObjectProperty<>(cell.getValue().logProb()));
        tokenLogProb.setCellFactory(_ -> new NumberCell<>(number -> DisplayText.decimal(number.doubleValue(), 3)));
        tokenProbability.setCellValueFactory(
                cell -> new SimpleObjectProperty<>(cell.getValue().probability()));
        tokenProbability.setCellFactory(_ -> new NumberCell<>(number -> DisplayText.decimal(number.doubleValue(), 3)));
        Panes.showWhen(filled, shown.map(inspection -> inspection != null).orElse(false));
        Panes.showWhen(empty, shown.map(inspection -> inspection == null).orElse(true));
        shown.subscribe(inspection -> {
            if (inspection != null) fill(inspection);
        });
    }

    private void fill(Inspection inspection) {
        title.setText(inspection.title());
        subtitle.setText(inspection.subtitle());
        answer.setText(inspection.labels().answer(inspection.answer()));
        answer.setVisible(!inspection.answer().isEmpty());
        answer.setManaged(!inspection.answer().isEmpty());
        var found = inspection.found();
        verdict.setText(inspection.verdict()
                + (found == null ? "" : " · " + found.rule().label()));
        ways.setText(SafeText.text("Written " + String.join("\n", inspection.ways())));
        ways.setVisible(!inspection.ways().isEmpty());
        ways.setManaged(!inspection.ways().isEmpty());
        answerBox.setVisible(!inspection.verdict().isEmpty());
        answerBox.setManaged(!inspection.verdict().isEmpty());
        text.setText(SafeText.text(inspection.text()));
        // Select the answer within the text.
        if (found != null) text.selectRange(found.start(), found.end());
        tokens.getItems().setAll(inspection.tokens());
        steps.getChildren()
                .setAll(inspection.steps().stream()
                        .map(step -> stepRow(step, inspection.node(), inspection.labels()))
                        .toList());
        boolean family = !inspection.siblings().isEmpty();
        siblingsHeader.setVisible(family);
        siblingsHeader.setManaged(family);
        if (family) {
            siblingsTitle.setText("Siblings");
            siblingsNote.setText(inspection.family());
        }
        siblings.getChildren()
                .setAll(inspection.siblings().stream()
                        .limit(MOST_SIBLINGS)
                        .map(row -> siblingRow(row, inspection.node(), inspection.labels()))
                        .toList());
        if (inspection.siblings().size() > MOST_SIBLINGS) {
            var more = new Label("and " + (inspection.siblings().size() - MOST_SIBLINGS) + " lower-scored siblings");
            more.getStyleClass().addAll("muted", "more-siblings");
            siblings.getChildren().add(more);
        }
    }

    private Node stepRow(Inspection.StepRow step, int current, TaskText labels) {
        var name = new Label("Step " + step.number());
        name.getStyleClass().add("step-name");
        name.setMinWidth(Label.USE_PREF_SIZE);
        var score = new Label(DisplayText.score(step.score()));
        score.getStyleClass().add("number");
        score.setMinWidth(Label.USE_PREF_SIZE);
        var bar = new ScoreBar(step.score());
        HBox.setHgrow(bar, Priority.ALWAYS);
        var head = new HBox(name, bar, score);
        head.setAlignment(Pos.CENTER_LEFT);
        head.getStyleClass().add("step-head");
        var words = new Label(labels.step(step.text()));
        words.setWrapText(true);
        words.setMinHeight(Label.USE_PREF_SIZE);
        words.getStyleClass().add("step-text");
        var facts = new Label(
                step.tokens() == 0
                        ? Inspection.tokens(0)
                        : Inspection.count(step.tokens(), "token") + " · log p "
                                + DisplayText.decimal(step.logProb(), 2));
        facts.getStyleClass().add("muted");
        var row = new VBox(head, words, facts);
        row.getStyleClass().add("step-row");
        clickable(
                row,
                step.node(),
                current,
                "Step " + step.number() + ", score " + DisplayText.score(step.score()) + ": "
                        + labels.line(step.text()));
        return row;
    }

    private Node siblingRow(Inspection.SiblingRow sibling, int current, TaskText labels) {
        var icon = Icons.of(
                switch (sibling.fate()) {
                    case "kept" -> "fth-check";
                    case "pruned" -> "fth-scissors";
                    case "ended" -> "fth-flag";
                    default -> "fth-more-horizontal";
                });
        var score = new Label(DisplayText.score(sibling.score()));
        score.getStyleClass().add("number");
        score.setMinWidth(Label.USE_PREF_SIZE);
        var words = new Label(sibling.text().isEmpty() ? "(end of text)" : labels.line(labels.step(sibling.text())));
        words.setMaxWidth(Double.MAX_VALUE);
        words.setMinWidth(0);
        HBox.setHgrow(words, Priority.ALWAYS);
        var fate = new Label(sibling.rank().isEmpty() ? sibling.fate() : sibling.fate() + ", " + sibling.rank());
        fate.getStyleClass().add("muted");
        if (!sibling.reason().isEmpty()) fate.setTooltip(new Tooltip(sibling.reason()));
        fate.setMinWidth(Label.USE_PREF_SIZE);
        var row = new HBox(icon, score, words, fate);
        row.setAlignment(Pos.CENTER_LEFT);
        row.getStyleClass().addAll("sibling-row", sibling.fate());
        clickable(
                row,
                sibling.node(),
                current,
                sibling.fate() + " sibling, score " + DisplayText.score(sibling.score()) + ": " + words.getText());
        return row;
    }

    private void clickable(Node row, int node, int current, String spoken) {
        row.setFocusTraversable(true);
        row.setAccessibleRole(AccessibleRole.BUTTON);
        row.setAccessibleText(spoken);
        row.pseudoClassStateChanged(SELECTED, node == current);
        row.setOnMouseClicked(_ -> tree.selected().set(node));
        row.setOnKeyPressed(event -> {
            if (event.getCode() != javafx.scene.input.KeyCode.ENTER) return;
            tree.selected().set(node);
            event.consume();
        });
    }
}
