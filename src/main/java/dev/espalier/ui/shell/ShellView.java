package dev.espalier.ui.shell;

import dev.espalier.ui.Desk;
import dev.espalier.ui.Icons;
import dev.espalier.ui.Panes;
import dev.espalier.ui.View;
import dev.espalier.ui.compare.CompareModel;
import dev.espalier.ui.compare.CompareView;
import dev.espalier.ui.endpoint.EndpointForm;
import dev.espalier.ui.endpoint.EndpointSheet;
import dev.espalier.ui.runs.RunsModel;
import dev.espalier.ui.runs.RunsView;
import dev.espalier.ui.search.ByHand;
import dev.espalier.ui.search.SearchModel;
import dev.espalier.ui.search.SearchView;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import javafx.fxml.FXML;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.ButtonBase;
import javafx.scene.control.ComboBoxBase;
import javafx.scene.control.ContentDisplay;
import javafx.scene.control.Label;
import javafx.scene.control.Menu;
import javafx.scene.control.MenuBar;
import javafx.scene.control.MenuItem;
import javafx.scene.control.ProgressBar;
import javafx.scene.control.TextInputControl;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.ToggleGroup;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCodeCombination;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/// The window's frame: menu, rail of perspectives, status bar, and what lies over them.
public final class ShellView {

    /// A perspective and how it stands in the rail.
    public enum Perspective {
        SEARCH("Search", "fth-git-branch", KeyCode.DIGIT1), COMPARE("Compare", "fth-trending-up", KeyCode.DIGIT2), RUNS("Runs", "fth-list", KeyCode.DIGIT3);

        private final String title;
        private final String icon;
        private final KeyCode digit;

        Perspective(String title, String icon, KeyCode digit) {
            this.title = title;
            this.icon = icon;
            this.digit = digit;
        }
    }

    private final Desk desk;
    private static final Map<ByHand, KeyCodeCombination> KEYS = Map.of(ByHand.PRUNE, Command.key(KeyCode.DELETE), ByHand.REVIVE, Command.key(KeyCode.V),
        ByHand.KEEP, Command.key(KeyCode.K), ByHand.RESAMPLE, Command.key(KeyCode.R), ByHand.EDIT, Command.key(KeyCode.F2), ByHand.CONTINUE, Command.key(KeyCode.C));

    private final SearchModel search;
    private final CompareModel compare;
    private final RunsModel runs;
    private final SearchView searchView;
    private final Map<Perspective, Parent> perspectives = new EnumMap<>(Perspective.class);
    private final Map<Perspective, ToggleButton> tabs = new EnumMap<>(Perspective.class);
    private final StatusModel statusModel;
    private final List<Command> commands;
    private final StackPane root;
    private final Runnable quit;
    private @Nullable Parent overlay;
    @FXML private MenuBar menus;
    @FXML private Button goTo;
    @FXML private VBox rail;
    @FXML private StackPane content;
    @FXML private Label device;
    @FXML private Label rate;
    @FXML private Label work;
    @FXML private ProgressBar workBar;
    @FXML private Label database;

    public ShellView(Desk desk, Runnable quit) {
        this.desk = desk;
        this.quit = quit;
        search = new SearchModel(desk);
        compare = new CompareModel(desk, search.problems().sets());
        runs = new RunsModel(desk);
        searchView = new SearchView(search, desk, this::addEndpoint);
        searchView.onEdit(() -> byHand(ByHand.EDIT));
        statusModel = new StatusModel(desk, search, compare);
        perspectives.put(Perspective.SEARCH, searchView.root());
        perspectives.put(Perspective.COMPARE, new CompareView(compare, desk, () -> show(Perspective.RUNS), this::addEndpoint).root());
        perspectives.put(Perspective.RUNS, new RunsView(runs, ways()).root());
        commands = commands();
        root = View.SHELL.load(this);
        root.addEventFilter(KeyEvent.KEY_PRESSED, this::shortcut);
    }

    public Parent root() { return root; }

    public SearchModel search() { return search; }

    public CompareModel compare() { return compare; }

    public RunsModel runs() { return runs; }

    /// Reads what is needed and shows the perspective of last time.
    public void open() {
        search.whenStored(this::stored);
        compare.whenStored(() -> {
            stored();
            search.judge();
        });
        search.load();
        compare.load();
        runs.load();
        var last = desk.remembered().get("perspective", Perspective.SEARCH.name());
        for (var perspective : Perspective.values()) if (perspective.name().equals(last)) show(perspective);
        if (content.getChildren().isEmpty()) show(Perspective.SEARCH);
    }

    /// Once a frame.
    public void pulse(long nanos) {
        search.frame(nanos);
        compare.frame();
        runs.frame();
    }

    public void show(Perspective perspective) {
        content.getChildren().setAll(perspectives.get(perspective));
        Objects.requireNonNull(tabs.get(perspective)).setSelected(true);
        desk.remembered().put("perspective", perspective.name());
        if (perspective == Perspective.RUNS) runs.load();
    }

    private void stored() {
        runs.load();
        statusModel.load();
    }

    @FXML
    private void initialize() {
        goTo.setOnAction(_ -> palette());
        fillRail();
        fillMenus();
        device.textProperty().bind(statusModel.device());
        device.setGraphic(Icons.of("fth-cpu"));
        rate.textProperty().bind(statusModel.rate());
        work.textProperty().bind(statusModel.work());
        database.textProperty().bind(statusModel.database());
        database.setGraphic(Icons.of("fth-database"));
        workBar.progressProperty().bind(statusModel.share());
        Panes.showWhen(workBar, statusModel.share().map(share -> share.doubleValue() >= 0));
    }

    private void fillRail() {
        var group = new ToggleGroup();
        for (var perspective : Perspective.values()) {
            var tab = new ToggleButton(perspective.title, Icons.of(perspective.icon));
            tab.setContentDisplay(ContentDisplay.TOP);
            tab.setToggleGroup(group);
            tab.setAccessibleText(perspective.title + " perspective");
            tab.setOnAction(_ -> show(perspective));
            tab.setMaxWidth(Double.MAX_VALUE);
            tabs.put(perspective, tab);
            rail.getChildren().add(tab);
        }
        var space = new Region();
        VBox.setVgrow(space, Priority.ALWAYS);
        var dark = desk.remembered().dark();
        var light = new Button();
        light.getStyleClass().addAll("flat", "light-switch");
        light.setMaxWidth(Double.MAX_VALUE);
        light.setOnAction(_ -> dark.set(!dark.get()));
        dark.subscribe(on -> {
            light.setGraphic(Icons.of(on ? "fth-sun" : "fth-moon"));
            light.setAccessibleText(on ? "Change to light" : "Change to dark");
        });
        rail.getChildren().addAll(space, light);
    }

    private void fillMenus() {
        for (var group : Command.Group.values()) {
            var menu = new Menu(group.title());
            for (var command : commands) {
                if (command.group() != group) continue;
                var item = new MenuItem(command.title());
                if (command.keys() != null && !command.plain()) item.setAccelerator(command.keys());
                item.setOnAction(_ -> command.perform());
                menu.getItems().add(item);
            }
            menu.setOnShowing(_ -> menu.getItems().forEach(item -> commands.stream()
                .filter(command -> command.group() == group && command.title().equals(item.getText()))
                .forEach(command -> item.setDisable(!command.enabled().getAsBoolean()))));
            if (!menu.getItems().isEmpty()) menus.getMenus().add(menu);
        }
    }

    private List<Command> commands() {
        var list = new ArrayList<Command>();
        var tree = search.tree();
        BooleanSupplier live = () -> tree.phase().get().live();
        BooleanSupplier always = () -> true;
        add(list, Command.Group.FILE, "Open problems…", Command.control(KeyCode.O), always, () -> {
            show(Perspective.SEARCH);
            search.openProblems();
        });
        add(list, Command.Group.FILE, "Import outputs…", null, () -> !runs.imports().running().get(), () -> {
            show(Perspective.RUNS);
            runs.imports().choose();
        });
        add(list, Command.Group.FILE, "Add an endpoint…", Command.control(KeyCode.E), search.loaded()::get, () -> addEndpoint("policy"));
        add(list, Command.Group.FILE, "Quit", Command.control(KeyCode.Q), always, quit);
        add(list, Command.Group.SEARCH, "Run", Command.control(KeyCode.ENTER), () -> onCompare() ? compare.runnable().get() : search.runnable().get(), this::run);
        add(list, Command.Group.SEARCH, "Pause or go on", Command.key(KeyCode.SPACE), live, search::pauseOrGoOn);
        add(list, Command.Group.SEARCH, "Step one iteration", Command.key(KeyCode.S), live, tree::step);
        add(list, Command.Group.SEARCH, "Cancel", Command.key(KeyCode.ESCAPE), () -> live.getAsBoolean() || compare.running().get(), this::cancel);
        add(list, Command.Group.SEARCH, "Go on with this search", null, () -> tree.phase().get().resumable(), () -> search.resume(tree.stored()));
        add(list, Command.Group.SEARCH, "Find a problem", Command.control(KeyCode.F), always, () -> {
            show(Perspective.SEARCH);
            searchView.focusFilter();
        });
        add(list, Command.Group.SEARCH, "Walk the tree", Command.control(KeyCode.T), always, () -> {
            show(Perspective.SEARCH);
            searchView.focusTree();
        });
        add(list, Command.Group.SEARCH, "Step one event", Command.key(KeyCode.E), live, tree::stepEvent);
        add(list, Command.Group.SEARCH, "Set a breakpoint", Command.key(KeyCode.B), always, () -> {
            show(Perspective.SEARCH);
            searchView.focusBreakpoint();
        });
        BooleanSupplier shown = () -> tree.total().get() > 0;
        add(list, Command.Group.TIME, "One event back", Command.key(KeyCode.COMMA), shown, () -> tree.travel(-1));
        add(list, Command.Group.TIME, "One event on", Command.key(KeyCode.PERIOD), shown, () -> tree.travel(1));
        add(list, Command.Group.TIME, "One iteration back", Command.shift(KeyCode.COMMA), shown, tree::previousIteration);
        add(list, Command.Group.TIME, "One iteration on", Command.shift(KeyCode.PERIOD), shown, tree::nextIteration);
        add(list, Command.Group.TIME, "To the start", Command.key(KeyCode.HOME), shown, () -> tree.cursor().set(0));
        add(list, Command.Group.TIME, "To the newest event", Command.key(KeyCode.END), shown, () -> tree.cursor().set(tree.total().get()));
        for (var deed : ByHand.all()) add(list, Command.Group.HAND, deed.title(), KEYS.get(deed), () -> tree.stored() != 0, () -> byHand(deed));
        add(list, Command.Group.COMPARE, "Start the sweep", Command.controlShift(KeyCode.ENTER), compare.runnable()::get, () -> {
            show(Perspective.COMPARE);
            compare.run();
        });
        add(list, Command.Group.COMPARE, "Cancel the sweep", null, compare.running()::get, compare::cancel);
        for (var perspective : Perspective.values()) {
            add(list, Command.Group.VIEW, perspective.title, Command.control(perspective.digit), always, () -> show(perspective));
        }
        add(list, Command.Group.VIEW, "Light or dark", Command.control(KeyCode.D), always, () -> desk.remembered().dark().set(!desk.remembered().dark().get()));
        add(list, Command.Group.VIEW, "Zoom in", Command.control(KeyCode.EQUALS), always, searchView::zoomIn);
        add(list, Command.Group.VIEW, "Zoom out", Command.control(KeyCode.MINUS), always, searchView::zoomOut);
        add(list, Command.Group.VIEW, "Show the whole tree", Command.control(KeyCode.DIGIT0), always, searchView::fit);
        add(list, Command.Group.HELP, "Go to anything", Command.control(KeyCode.K), always, this::palette);
        add(list, Command.Group.HELP, "Keyboard shortcuts", Command.key(KeyCode.F1), always, this::shortcuts);
        add(list, Command.Group.HELP, "Standard and parity mode", null, always, this::modes);
        return List.copyOf(list);
    }

    private static void add(List<Command> list, Command.Group group, String title, @Nullable KeyCodeCombination keys, BooleanSupplier enabled,
                            Runnable action) {
        list.add(new Command(group, title, keys, enabled, action));
    }

    private void byHand(ByHand deed) {
        if (deed != ByHand.EDIT || !searchView.can(deed)) {
            searchView.perform(deed);
            return;
        }
        var sheet = searchView.edit(this::closeOverlay);
        openOverlay(sheet.root());
        sheet.focus();
    }

    private boolean onCompare() {
        return content.getChildren().contains(perspectives.get(Perspective.COMPARE));
    }

    private void run() {
        if (onCompare()) compare.run();
        else search.run();
    }

    private void cancel() {
        if (onCompare() && compare.running().get()) compare.cancel();
        else search.tree().cancel();
    }

    /// Keys without a modifier, unless the focus is where a person types or presses; outside the Search perspective only Escape.
    private void shortcut(KeyEvent event) {
        if (overlay != null) return;
        var focus = root.getScene().getFocusOwner();
        boolean types = focus instanceof TextInputControl || focus instanceof ComboBoxBase<?>;
        boolean elsewhere = !content.getChildren().contains(perspectives.get(Perspective.SEARCH));
        boolean presses = focus instanceof ButtonBase && event.getCode() == KeyCode.SPACE;
        if ((types || elsewhere || presses) && event.getCode() != KeyCode.ESCAPE) return;
        for (var command : commands) {
            var keys = command.keys();
            if (keys == null || !command.plain() || !keys.match(event) || !command.enabled().getAsBoolean()) continue;
            command.action().run();
            event.consume();
            return;
        }
    }

    private void palette() {
        if (overlay != null) return;
        var palette = new Palette(commands, this::closeOverlay);
        openOverlay(palette.root());
        palette.focus();
    }

    private void shortcuts() {
        if (overlay != null) return;
        var help = new Shortcuts(commands, this::closeOverlay);
        openOverlay(help.root());
        help.focus();
    }

    private void modes() {
        if (overlay != null) return;
        var help = new ModesHelp(this::closeOverlay);
        openOverlay(help.root());
        help.focus();
    }

    /// A model behind HTTP, which then is chosen where the person is.
    private void addEndpoint(String kind) {
        if (overlay != null) return;
        var names = new HashSet<>(search.form().policies());
        names.addAll(search.form().rewards());
        var form = new EndpointForm(desk.workbench(), desk.background(), kind, names);
        var sheet = new EndpointSheet(form, name -> desk.background().run(desk.workbench()::models, found -> {
            search.form().models(found);
            compare.form().models(found);
            boolean policy = form.kind().get().equals("policy");
            if (onCompare()) (policy ? compare.form().policy() : compare.form().reward()).set(name);
            else (policy ? search.form().policy() : search.form().reward()).set(name);
        }, search::refuse), this::closeOverlay);
        openOverlay(sheet.root());
        sheet.focus();
    }

    private void openOverlay(Parent shown) {
        overlay = shown;
        root.getChildren().add(shown);
        shown.addEventFilter(KeyEvent.KEY_PRESSED, event -> {
            if (event.getCode() != KeyCode.ESCAPE) return;
            closeOverlay();
            event.consume();
        });
        shown.setOnMousePressed(event -> {
            if (event.getTarget() == shown) closeOverlay();
        });
    }

    private void closeOverlay() {
        root.getChildren().remove(overlay);
        overlay = null;
    }

    private RunsView.Ways ways() {
        return new RunsView.Ways() {
            @Override
            public void openSearch(long id) {
                show(Perspective.SEARCH);
                search.open(id);
            }

            @Override
            public void resumeSearch(long id) {
                show(Perspective.SEARCH);
                search.resume(id);
            }

            @Override
            public void showCurves(List<Long> chosen, String title) {
                show(Perspective.COMPARE);
                compare.show(chosen, title);
            }

            @Override
            public void runASearch() {
                show(Perspective.SEARCH);
            }
        };
    }
}
