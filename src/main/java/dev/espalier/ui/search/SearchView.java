package dev.espalier.ui.search;

import dev.espalier.figure.TaskText;
import dev.espalier.figure.TreeMarks;
import dev.espalier.io.SafeText;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.strategy.Method;
import dev.espalier.search.vote.Tally;
import dev.espalier.ui.kit.DisplayText;
import dev.espalier.ui.kit.Fxml;
import dev.espalier.ui.kit.LatestWins;
import dev.espalier.ui.kit.Panes;
import dev.espalier.ui.kit.Shell;
import dev.espalier.ui.kit.ViewContext;
import java.util.ArrayList;
import java.util.List;
import javafx.beans.binding.Bindings;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.fxml.FXML;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.ButtonBase;
import javafx.scene.control.ContextMenu;
import javafx.scene.control.Hyperlink;
import javafx.scene.control.Label;
import javafx.scene.control.MenuItem;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Pane;
import javafx.scene.layout.StackPane;
import org.jspecify.annotations.Nullable;

/// The Search perspective on the screen.
final class SearchView {
    private final SearchModel model;
    private final ViewContext context;
    private final Shell shell;
    private final TreePane tree;
    private final ProblemsView problems;
    private final TimelineView timeline;
    private final ObjectProperty<@Nullable Inspection> inspected = new SimpleObjectProperty<>();
    private final BorderPane root;
    private final LatestWins inspecting;
    private @Nullable Object drawnFor;

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
    private StackPane timelinePlace;

    SearchView(SearchModel model, ViewContext context, Shell shell) {
        this.model = model;
        this.context = context;
        this.shell = shell;
        tree = new TreePane(
                context.background(),
                context.settings().dark(),
                node -> model.tree().selected().set(node),
                this::described);
        timeline = new TimelineView(model, this::focusTree);
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

    void focusBreakpoint() {
        timeline.focusBreakpoint();
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
        timelinePlace.getChildren().add(timeline.root());
        votesPlace.getChildren().add(new VotesView(model, context).root());
        scoresPlace.getChildren().add(new ScoresView(model, context).root());
        controls();
        new DiagnosisView(model.diagnosis(), diagnosis, sentence, target, diversity, effective, sparkline);
        var shown = model.tree();
        shown.snapshot().subscribe(now -> {
            boolean fresh = now.shown() == 0 || drawnFor != shown.problem().get();
            tree.show(now.tree(), fresh);
            drawnFor = shown.problem().get();
            mark();
            inspect();
        });
        shown.phase().subscribe((before, now) -> {
            if (now.live() && !before.live()) tree.requestFocus();
        });
        shown.selected().subscribe(() -> {
            mark();
            inspect();
        });
        model.votes().tally().subscribe(() -> {
            mark();
            inspect();
        });
        model.highlight().path().subscribe(this::mark);
        model.highlight().elected().subscribe(this::mark);
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
        tree.onMenu(this::menu);
        resume.setOnAction(_ -> model.resume(shown.stored()));
        Panes.showWhen(resume, shown.phase().map(Phase::resumable));
        savePicture.setOnAction(_ -> model.savePicture(tree.figure(), tree.getWidth(), tree.getHeight()));
        savePicture.disableProperty().bind(shown.total().isEqualTo(0));
    }

    private void mark() {
        var problem = model.tree().problem().get();
        boolean gold = problem != null && problem.gold() != null;
        tree.mark(new TreeMarks(
                TreeMarks.answers(model.votes().tally().get(), gold, text()),
                shownSelection(),
                -1,
                model.highlight().path().get(),
                model.highlight().elected().get()));
    }

    private void inspect() {
        inspect(
                model.tree().snapshot().get().tree(),
                shownSelection(),
                model.votes().tally().get());
    }

    /// The selected node, -1 if the shown tree does not contain it.
    private int shownSelection() {
        int selected = model.tree().selected().get();
        return selected < model.tree().snapshot().get().tree().nodes().size() ? selected : -1;
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
}
