package dev.espalier.ui.search;

import dev.espalier.figure.DisplayedAnswer;
import dev.espalier.figure.ScoresFigure;
import dev.espalier.figure.TaskText;
import dev.espalier.figure.Theme;
import dev.espalier.figure.TreeMarks;
import dev.espalier.figure.VotesFigure;
import dev.espalier.io.SafeText;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.strategy.Method;
import dev.espalier.search.vote.Tally;
import dev.espalier.search.vote.Vote;
import dev.espalier.ui.kit.DisplayText;
import dev.espalier.ui.kit.FigurePane;
import dev.espalier.ui.kit.Fxml;
import dev.espalier.ui.kit.Icons;
import dev.espalier.ui.kit.LatestWins;
import dev.espalier.ui.kit.Panes;
import dev.espalier.ui.kit.Shell;
import dev.espalier.ui.kit.ViewContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javafx.application.Platform;
import javafx.beans.binding.Bindings;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.css.PseudoClass;
import javafx.fxml.FXML;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.ButtonBase;
import javafx.scene.control.ComboBox;
import javafx.scene.control.ContextMenu;
import javafx.scene.control.Hyperlink;
import javafx.scene.control.Label;
import javafx.scene.control.MenuItem;
import javafx.scene.control.Slider;
import javafx.scene.control.TextField;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Pane;
import javafx.scene.layout.StackPane;
import javafx.util.StringConverter;
import org.jspecify.annotations.Nullable;

/// The Search perspective on the screen.
final class SearchView {
    private static final PseudoClass DANGER = PseudoClass.getPseudoClass("danger");
    private static final String BREAKPOINTS =
            "Pauses the search when the condition holds: iteration = 3, iteration >= 3, score < 0.2, score > 0.9, margin < 0.01, distinct < 2, gold pruned, boxed, "
                    + "tokens >= 2000, processed >= 50000, candidates >= 4. Combine with and, or, not. Press Enter to set it.";

    private final SearchModel model;
    private final ViewContext context;
    private final Shell shell;
    private final TreePane tree;
    private final FigurePane votes;
    private final FigurePane scores;
    private final ProblemsView problems;
    private final ObjectProperty<@Nullable Inspection> inspected = new SimpleObjectProperty<>();
    private final BorderPane root;
    private final LatestWins scoring;
    private final LatestWins inspecting;
    private @Nullable Object drawnFor;
    private boolean offered;

    @FXML
    private StackPane problemsPlace;

    @FXML
    private StackPane inspectorPlace;

    @FXML
    private FlowPane diagnosis;

    @FXML
    private Label sentence;

    @FXML
    private Hyperlink target;

    @FXML
    private HBox diversity;

    @FXML
    private Label effective;

    @FXML
    private Pane sparkline;

    @FXML
    private StackPane treePlace;

    @FXML
    private StackPane votesPlace;

    @FXML
    private StackPane scoresPlace;

    @FXML
    private Label title;

    @FXML
    private Label subtitle;

    @FXML
    private Button resume;

    @FXML
    private Button savePicture;

    @FXML
    private Button pause;

    @FXML
    private Button step;

    @FXML
    private Button cancel;

    @FXML
    private Slider cursor;

    @FXML
    private Label position;

    @FXML
    private Label event;

    @FXML
    private TextField breakpoint;

    @FXML
    private Label winner;

    @FXML
    private ComboBox<Reduction> reduction;

    @FXML
    private ComboBox<Vote> vote;

    SearchView(SearchModel model, ViewContext context, Shell shell) {
        this.model = model;
        this.context = context;
        this.shell = shell;
        tree = new TreePane(
                context.background(),
                context.settings().dark(),
                node -> model.tree().selected().set(node),
                this::described);
        votes = new FigurePane(context.background());
        scores = new FigurePane(context.background());
        scoring = new LatestWins(context.background());
        inspecting = new LatestWins(context.background());
        problems = new ProblemsView(model);
        root = Fxml.SEARCH.load(this);
        var form = new SearchFormView(model, shell::addEndpoint).root();
        root.setTop(form);
        form.addEventHandler(KeyEvent.KEY_PRESSED, this::runOnEnter);
        problems.root().addEventHandler(KeyEvent.KEY_PRESSED, this::runOnEnter);
        problemsPlace.getChildren().add(problems.root());
        inspectorPlace.getChildren().add(new InspectorView(model.tree(), inspected).root());
    }

    Parent root() {
        return root;
    }

    void focusFilter() {
        problems.focusFilter();
    }

    void focusTree() {
        tree.requestFocus();
    }

    /// Focuses a field later, so that the field does not receive the command's key.
    void focusBreakpoint() {
        Platform.runLater(breakpoint::requestFocus);
    }

    /// Enter in the form or among the problems runs the search, or presses the button that has the focus. A
    /// default button would take every Enter of the window that nothing else consumes, also one that was meant
    /// for another perspective.
    private void runOnEnter(KeyEvent event) {
        if (event.getCode() != KeyCode.ENTER || event.isShortcutDown() || event.isAltDown()) return;
        if (event.getTarget() instanceof ButtonBase focused) focused.fire();
        else model.run();
        event.consume();
    }

    private boolean can(InterventionCommand command) {
        return command.fits(model.tree());
    }

    /// Performs the command, or shows why it does not apply.
    void perform(InterventionCommand command) {
        int node = model.tree().selected().get();
        if (node < 0 && command != InterventionCommand.CHANGE) {
            model.refuse("Select a step of the tree first, with the mouse or the arrow keys.");
            return;
        }
        var intervention = command.on(node);
        if (intervention != null) model.intervene(intervention);
        else if (command == InterventionCommand.CONTINUE) model.continueFrom(node);
        else if (command == InterventionCommand.CHANGE) model.change();
        else if (can(command)) edit(node);
        else model.refuse("The problem cannot be edited. Select a step.");
    }

    /// Opens the sheet that edits a step.
    private void edit(int node) {
        shell.open(new EditStep(
                "node " + node,
                model.tree().snapshot().get().tree().node(node).step().text().stripTrailing(),
                model::edit,
                shell::closeSheet));
    }

    private ContextMenu menu() {
        var menu = new ContextMenu();
        for (var command : InterventionCommand.all()) {
            var item = new MenuItem(command.title());
            item.setDisable(!can(command));
            item.setOnAction(_ -> perform(command));
            menu.getItems().add(item);
        }
        return menu;
    }

    void zoomIn() {
        tree.zoomIn();
    }

    void zoomOut() {
        tree.zoomOut();
    }

    void fit() {
        tree.fit();
    }

    @FXML
    private void initialize() {
        treePlace.getChildren().add(tree);
        votesPlace.getChildren().add(votes);
        scoresPlace.getChildren().add(scores);
        votes.dark().bind(context.settings().dark());
        scores.dark().bind(context.settings().dark());
        votes.setAccessibleText("Votes by canonical answer");
        votes.setOnMouseClicked(event -> selectGroup(event.getX(), event.getY()));
        scores.setAccessibleText("PRM scores by step, one line per candidate");
        controls();
        voting();
        new DiagnosisView(model.diagnosis(), diagnosis, sentence, target, diversity, effective, sparkline);
        var shown = model.tree();
        shown.snapshot().subscribe(now -> {
            boolean fresh = now.shown() == 0 || drawnFor != shown.problem().get();
            if (fresh) offered = false;
            tree.show(now.tree(), fresh);
            drawnFor = shown.problem().get();
            redraw();
        });
        shown.phase().subscribe((before, now) -> {
            if (now.live() && !before.live()) tree.requestFocus();
        });
        shown.selected().subscribe(this::redraw);
        model.votes().tally().subscribe(this::redraw);
        model.votes().vote().subscribe(this::redraw);
    }

    private void controls() {
        var shown = model.tree();
        title.textProperty()
                .bind(shown.config()
                        .map(config -> Method.titleOf(config.strategy()))
                        .orElse("Search tree"));
        subtitle.textProperty()
                .bind(Bindings.createStringBinding(
                                this::facts,
                                shown.config(),
                                shown.snapshot(),
                                shown.phase(),
                                shown.message(),
                                shown.imported())
                        .map(SafeText::text));
        pause.textProperty().bind(shown.phase().map(phase -> phase == Phase.PAUSED ? "Resume" : "Pause"));
        shown.phase().subscribe(phase -> pause.setGraphic(Icons.of(phase == Phase.PAUSED ? "fth-play" : "fth-pause")));
        pause.accessibleTextProperty().bind(pause.textProperty());
        var idle = Bindings.createBooleanBinding(() -> !shown.phase().get().live(), shown.phase());
        pause.disableProperty().bind(idle);
        step.disableProperty().bind(idle);
        cancel.disableProperty().bind(idle);
        pause.setOnAction(_ -> model.pauseOrResume());
        step.setOnAction(_ -> shown.step());
        cancel.setOnAction(_ -> shown.cancel());
        cursor.maxProperty().bind(Bindings.max(1, shown.total()));
        cursor.valueProperty().bindBidirectional(shown.cursor());
        cursor.disableProperty().bind(shown.total().isEqualTo(0));
        position.textProperty()
                .bind(Bindings.createStringBinding(
                        () -> shown.total().get() == 0
                                ? "no events yet"
                                : "event " + shown.cursor().get() + " of "
                                        + shown.total().get(),
                        shown.cursor(),
                        shown.total()));
        event.textProperty()
                .bind(Bindings.createStringBinding(this::moment, shown.happened(), shown.snapshot(), shown.phase())
                        .map(SafeText::text));
        tree.onMenu(this::menu);
        shown.breakpoints().subscribe(text -> breakpoint.setText(text));
        breakpoint.setOnAction(_ -> {
            shown.breakpoints().set(breakpoint.getText());
            if (shown.breakpointError().get().isEmpty()) tree.requestFocus();
        });
        breakpoint.focusedProperty().subscribe((_, focused) -> {
            if (!focused) shown.breakpoints().set(breakpoint.getText());
        });
        var how = new Tooltip();
        how.setWrapText(true);
        how.setMaxWidth(420);
        how.textProperty().bind(shown.breakpointError().map(error -> error.isEmpty() ? BREAKPOINTS : error));
        breakpoint.setTooltip(how);
        shown.breakpointError().subscribe(error -> breakpoint.pseudoClassStateChanged(DANGER, !error.isEmpty()));
        resume.setOnAction(_ -> model.resume(shown.stored()));
        Panes.showWhen(resume, shown.phase().map(Phase::resumable));
        savePicture.setOnAction(_ -> model.savePicture(tree.figure(), tree.getWidth(), tree.getHeight()));
        savePicture.disableProperty().bind(shown.total().isEqualTo(0));
    }

    private void voting() {
        reduction.getItems().setAll(Reduction.values());
        reduction.setConverter(SearchFormView.labels());
        reduction.valueProperty().bindBidirectional(model.votes().reduction());
        vote.getItems().setAll(Vote.values());
        vote.setConverter(new StringConverter<>() {
            @Override
            public String toString(Vote shown) {
                return shown == null ? "" : shown.label();
            }

            @Override
            public Vote fromString(String text) {
                throw new UnsupportedOperationException("the list is not editable");
            }
        });
        vote.valueProperty().bindBidirectional(model.votes().vote());
        winner.textProperty()
                .bind(Bindings.createStringBinding(
                                this::elected,
                                model.votes().tally(),
                                model.votes().vote(),
                                model.votes().message())
                        .map(SafeText::text));
    }

    /// A click on an answer group selects its best candidate.
    private void selectGroup(double x, double y) {
        if (!(votes.figure().get() instanceof VotesFigure drawn)) return;
        var theme = context.settings().dark().get() ? Theme.dark() : Theme.light();
        var candidates = model.tree().snapshot().get().tree().candidates();
        drawn.groupAt(x, y, votes.getWidth(), votes.getHeight(), theme)
                .flatMap(key -> drawn.tally().groups().stream()
                        .filter(group -> group.key().equals(key))
                        .findFirst())
                .filter(group -> group.bestCandidate() < candidates.size())
                .ifPresent(group -> model.tree()
                        .selected()
                        .set(candidates.get(group.bestCandidate()).id()));
    }

    /// Draws the state of the model. When a search ends, selects the elected candidate once.
    private void redraw() {
        var now = model.tree().snapshot().get().tree();
        var tally = model.votes().tally().get();
        var problem = model.tree().problem().get();
        boolean gold = problem != null && problem.gold() != null;
        int selected = model.tree().selected().get() < now.nodes().size()
                ? model.tree().selected().get()
                : -1;
        int candidate = tally.elect(model.votes().vote().get())
                .map(Tally.Group::bestCandidate)
                .filter(best -> best < now.candidates().size())
                .orElse(-1);
        if (selected < 0
                && candidate >= 0
                && now.over()
                && tally.candidates() == now.candidates().size()
                && !offered) {
            offered = true;
            model.tree().selected().set(now.candidates().get(candidate).id());
            return;
        }
        int path = selected > 0
                ? selected
                : candidate < 0 ? -1 : now.candidates().get(candidate).id();
        Map<Integer, DisplayedAnswer> answers = TreeMarks.answers(tally, gold, text());
        tree.mark(new TreeMarks(answers, selected, -1, path, candidate));
        var group = selected < 0 || now.node(selected).candidate() < 0
                ? null
                : tally.groups().stream()
                        .filter(known ->
                                known.members().contains(now.node(selected).candidate()))
                        .findFirst()
                        .map(Tally.Group::key)
                        .orElse(null);
        votes.figure().set(new VotesFigure(tally, group, text()));
        scoring.submit(
                () -> ScoresFigure.of(now, path),
                scores.figure()::set,
                _ -> scores.figure().set(null));
        inspect(now, selected, tally);
    }

    private TaskText text() {
        return new TaskText(model.tree().answers().task().presentation());
    }

    private void inspect(SearchTree now, int selected, Tally tally) {
        if (selected < 0) {
            inspecting.forget();
            inspected.set(null);
            return;
        }
        var answers = model.tree().answers();
        inspecting.submit(() -> Inspection.of(now, selected, tally, answers), inspected::set, _ -> inspected.set(null));
    }

    private String described(int node) {
        var now = model.tree().snapshot().get().tree();
        if (node >= now.nodes().size()) return "";
        var at = now.node(node);
        if (node == 0) return "the problem";
        return DisplayText.score(at.score()) + " · " + Inspection.fate(at) + " · "
                + text().line(text().step(at.step().text()));
    }

    /// The event at the cursor, and what changed since the event shown before.
    private String moment() {
        var shown = model.tree();
        if (!shown.breakpointError().get().isEmpty())
            return shown.breakpointError().get();
        var parts = new ArrayList<String>();
        if (!shown.hit().isEmpty()) parts.add("stopped at breakpoint " + shown.hit());
        if (!shown.happened().get().isEmpty()) parts.add(shown.happened().get());
        var changes = shown.snapshot().get().changes();
        if (shown.snapshot().get().leap() == 1) return String.join(" · ", parts);
        if (!changes.appeared().isEmpty())
            parts.add("+" + Inspection.count(changes.appeared().size(), "node"));
        if (changes.kept().size() + changes.pruned().size() > 0)
            parts.add(changes.kept().size() + " kept and " + changes.pruned().size() + " pruned since");
        return String.join(" · ", parts);
    }

    private String facts() {
        var shown = model.tree();
        var config = shown.config().get();
        if (config == null) return shown.phase().get() == Phase.RUNNING ? "starting" : "";
        var now = shown.snapshot().get().tree();
        var parts = new ArrayList<String>();
        parts.add(settings(config, shown.imported().get()));
        if (now.forked()) parts.add("fork");
        parts.add(shown.phase().get().description());
        if (now.iterations() > 0) parts.add(Inspection.count(now.iterations(), "iteration"));
        parts.add(Inspection.count(now.candidates().size(), "candidate"));
        if (!shown.imported().get() || now.policyCost().generated() > 0)
            parts.add(DisplayText.whole(now.policyCost().generated()) + " tokens");
        if (!shown.message().get().isEmpty()) parts.add(shown.message().get());
        return String.join(" · ", parts);
    }

    private static String settings(SearchConfig config, boolean imported) {
        var parts = new ArrayList<String>();
        for (var name : List.of("N", "M"))
            if (config.parameters().has(name))
                parts.add(name + "=" + config.parameters().whole(name));
        if (imported) return String.join(" ", parts) + " · imported";
        if (config.generation().temperature() > 0)
            parts.add("T=" + config.generation().temperature());
        parts.addAll(config.generation().cuts());
        parts.add("seed " + config.seed());
        return String.join(" ", parts);
    }

    private String elected() {
        if (!model.votes().message().get().isEmpty())
            return model.votes().message().get();
        var group = model.votes().tally().get().elect(model.votes().vote().get());
        if (group.isEmpty()) return "canonical answers";
        return group.get().answered() ? "elects " + text().answer(group.get().display()) : "no candidate has an answer";
    }
}
