package dev.espalier.ui.search;

import dev.espalier.ui.kit.Command;
import dev.espalier.ui.kit.Command.Group;
import dev.espalier.ui.kit.Perspective;
import dev.espalier.ui.kit.Shell;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCodeCombination;

/// The commands of the Search perspective.
final class SearchCommands {
    private static final Group SEARCH = new Group("Search");
    private static final Group TIME = new Group("Time");
    private static final Group INTERVENE = new Group("Intervene");
    private static final Map<InterventionCommand, KeyCodeCombination> KEYS = Map.of(
            InterventionCommand.PRUNE,
            Command.key(KeyCode.DELETE),
            InterventionCommand.REVIVE,
            Command.key(KeyCode.V),
            InterventionCommand.KEEP,
            Command.key(KeyCode.K),
            InterventionCommand.RESAMPLE,
            Command.key(KeyCode.R),
            InterventionCommand.EDIT,
            Command.key(KeyCode.F2),
            InterventionCommand.CONTINUE,
            Command.key(KeyCode.C));

    private final SearchModel model;
    private final SearchView view;
    private final Perspective perspective;
    private final Shell shell;
    private final Command run;
    private final Command cancel;

    SearchCommands(SearchModel model, SearchView view, Perspective perspective, Shell shell) {
        this.model = model;
        this.view = view;
        this.perspective = perspective;
        this.shell = shell;
        run = new Command(SEARCH, "Run", Command.control(KeyCode.ENTER), model.runnable()::get, model::run);
        cancel = new Command(
                SEARCH,
                "Cancel",
                Command.key(KeyCode.ESCAPE),
                () -> model.tree().phase().get().live(),
                model.tree()::cancel);
    }

    Command run() {
        return run;
    }

    Command cancel() {
        return cancel;
    }

    List<Command> all() {
        var list = new ArrayList<Command>();
        list.add(
                new Command(Group.FILE, "Open problems…", Command.control(KeyCode.O), () -> here(model::openProblems)));
        list.addAll(searching());
        list.addAll(travelling());
        for (var command : InterventionCommand.all())
            list.add(new Command(
                    INTERVENE,
                    command.title(),
                    KEYS.get(command),
                    () -> model.tree().stored() != 0,
                    () -> view.perform(command)));
        list.add(new Command(Group.VIEW, "Zoom in", Command.control(KeyCode.EQUALS), view::zoomIn));
        list.add(new Command(Group.VIEW, "Zoom out", Command.control(KeyCode.MINUS), view::zoomOut));
        list.add(new Command(Group.VIEW, "Show the whole tree", Command.control(KeyCode.DIGIT0), view::fit));
        return list;
    }

    private List<Command> searching() {
        var tree = model.tree();
        BooleanSupplier live = () -> tree.phase().get().live();
        return List.of(
                run,
                new Command(
                        SEARCH,
                        "Start paused",
                        Command.controlShift(KeyCode.ENTER),
                        model.runnable()::get,
                        model::runPaused),
                new Command(SEARCH, "Pause or resume", Command.key(KeyCode.SPACE), live, model::pauseOrResume),
                new Command(SEARCH, "Step one iteration", Command.key(KeyCode.S), live, tree::step),
                cancel,
                new Command(
                        SEARCH,
                        "Resume this search",
                        null,
                        () -> tree.phase().get().resumable(),
                        () -> model.resume(tree.stored())),
                new Command(SEARCH, "Find a problem", Command.control(KeyCode.F), () -> here(view::focusFilter)),
                new Command(SEARCH, "Focus the tree", Command.control(KeyCode.T), () -> here(view::focusTree)),
                new Command(
                        SEARCH,
                        "Go to the node of the diagnosis",
                        Command.key(KeyCode.D),
                        () -> model.diagnosis().strip().get().target() >= 0,
                        () -> here(model.diagnosis()::follow)),
                new Command(SEARCH, "Step one event", Command.key(KeyCode.E), live, tree::stepEvent),
                new Command(SEARCH, "Set a breakpoint", Command.key(KeyCode.B), () -> here(view::focusBreakpoint)));
    }

    private List<Command> travelling() {
        var tree = model.tree();
        BooleanSupplier shown = () -> tree.total().get() > 0;
        return List.of(
                new Command(TIME, "One event back", Command.key(KeyCode.COMMA), shown, () -> tree.travel(-1)),
                new Command(TIME, "One event forward", Command.key(KeyCode.PERIOD), shown, () -> tree.travel(1)),
                new Command(TIME, "One iteration back", Command.shift(KeyCode.COMMA), shown, tree::previousIteration),
                new Command(TIME, "One iteration forward", Command.shift(KeyCode.PERIOD), shown, tree::nextIteration),
                new Command(
                        TIME,
                        "To the start",
                        Command.key(KeyCode.HOME),
                        shown,
                        () -> tree.cursor().set(0)),
                new Command(
                        TIME,
                        "To the latest event",
                        Command.key(KeyCode.END),
                        shown,
                        () -> tree.cursor().set(tree.total().get())));
    }

    private void here(Runnable action) {
        shell.show(perspective);
        action.run();
    }
}
