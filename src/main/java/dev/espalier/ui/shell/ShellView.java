package dev.espalier.ui.shell;

import dev.espalier.ui.endpoint.EndpointForm;
import dev.espalier.ui.endpoint.EndpointSheet;
import dev.espalier.ui.kit.Command;
import dev.espalier.ui.kit.Command.Group;
import dev.espalier.ui.kit.Destination;
import dev.espalier.ui.kit.Fxml;
import dev.espalier.ui.kit.Icons;
import dev.espalier.ui.kit.Panes;
import dev.espalier.ui.kit.Perspective;
import dev.espalier.ui.kit.Sheet;
import dev.espalier.ui.kit.Shell;
import dev.espalier.ui.kit.ViewContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
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
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/// The window's frame: menu, rail of perspectives, status bar, and the sheet over them.
public final class ShellView implements Shell {
    private final ViewContext context;
    private final List<Perspective> perspectives;
    private final Map<Perspective, ToggleButton> tabs = new HashMap<>();
    private final StatusModel statusModel;
    private final CommandList commands;
    private final StackPane root;
    private final Runnable quit;
    private @Nullable Perspective front;
    private @Nullable Parent overlay;

    @FXML
    private MenuBar menus;

    @FXML
    private Button goTo;

    @FXML
    private VBox rail;

    @FXML
    private StackPane content;

    @FXML
    private Label device;

    @FXML
    private Label rate;

    @FXML
    private Label work;

    @FXML
    private ProgressBar workBar;

    @FXML
    private Label database;

    /// @param factories factories of the perspectives, in the order of the rail; at least one
    public ShellView(ViewContext context, List<Perspective.Factory> factories, Runnable quit) {
        this.context = context;
        this.quit = quit;
        perspectives =
                factories.stream().map(factory -> factory.create(context, this)).toList();
        statusModel = new StatusModel(context, perspectives);
        commands = new CommandList(perspectives, () -> front, first(), last());
        root = Fxml.SHELL.load(this);
        root.addEventFilter(KeyEvent.KEY_PRESSED, this::shortcut);
    }

    public Parent root() {
        return root;
    }

    public List<Perspective> perspectives() {
        return perspectives;
    }

    /// Loads the data and shows the perspective of the last session.
    public void open() {
        perspectives.forEach(Perspective::load);
        context.library().load();
        var last = context.settings().get("perspective", "");
        show(perspectives.stream()
                .filter(perspective -> perspective.id().equalsIgnoreCase(last))
                .findFirst()
                .orElse(perspectives.getFirst()));
    }

    /// Called once per frame.
    public void pulse(long nanos) {
        for (var perspective : perspectives) perspective.frame(nanos);
    }

    @Override
    public void show(Perspective perspective) {
        if (front != null && front != perspective) front.hidden();
        front = perspective;
        content.getChildren().setAll(perspective.root());
        Objects.requireNonNull(tabs.get(perspective)).setSelected(true);
        context.settings().put("perspective", perspective.id());
        perspective.shown();
    }

    @Override
    public void open(Destination destination) {
        perspectives.stream()
                .filter(perspective -> perspective.open(destination))
                .findFirst()
                .ifPresent(this::show);
    }

    @Override
    public void stored(Perspective source) {
        for (var perspective : perspectives) if (perspective != source) perspective.stored();
        statusModel.load();
    }

    /// Selects the new model in the perspective in front, otherwise in the first one that accepts it.
    @Override
    public void addEndpoint(String kind) {
        var form = new EndpointForm(
                context.workbench(),
                context.background(),
                kind,
                context.library().names());
        open(new EndpointSheet(
                form, name -> context.library().loadModels(() -> use(form.kind().get(), name)), this::closeSheet));
    }

    private void use(String kind, String name) {
        boolean _ = Stream.concat(Stream.ofNullable(front), perspectives.stream())
                .anyMatch(perspective -> perspective.useModel(kind, name));
    }

    @Override
    public void open(Sheet sheet) {
        if (overlay != null) return;
        var shown = sheet.root();
        overlay = shown;
        root.getChildren().add(shown);
        shown.addEventFilter(KeyEvent.KEY_PRESSED, event -> {
            if (event.getCode() != KeyCode.ESCAPE) return;
            closeSheet();
            event.consume();
        });
        shown.setOnMousePressed(event -> {
            if (event.getTarget() == shown) closeSheet();
        });
        sheet.focus();
    }

    @Override
    public void closeSheet() {
        root.getChildren().remove(overlay);
        overlay = null;
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
        for (var perspective : perspectives) {
            var tab = new ToggleButton(perspective.title(), Icons.of(perspective.icon()));
            tab.setContentDisplay(ContentDisplay.TOP);
            tab.setToggleGroup(group);
            tab.setAccessibleText(perspective.title() + " perspective");
            tab.setOnAction(_ -> show(perspective));
            tab.setMaxWidth(Double.MAX_VALUE);
            tabs.put(perspective, tab);
            rail.getChildren().add(tab);
        }
        var space = new Region();
        VBox.setVgrow(space, Priority.ALWAYS);
        var light = new Button();
        light.getStyleClass().addAll("flat", "light-switch");
        light.setMaxWidth(Double.MAX_VALUE);
        light.setOnAction(_ -> changeLight());
        context.settings().dark().subscribe(on -> {
            light.setGraphic(Icons.of(on ? "fth-sun" : "fth-moon"));
            light.setAccessibleText(on ? "Switch to light" : "Switch to dark");
        });
        rail.getChildren().addAll(space, light);
    }

    private void changeLight() {
        context.settings().dark().set(!context.settings().dark().get());
    }

    private void fillMenus() {
        for (var group : commands.groups()) {
            var menu = new Menu(group.title());
            var items = new HashMap<MenuItem, Command>();
            for (var command : commands.of(group)) {
                var item = new MenuItem(command.title());
                if (command.keys() != null && !command.plain()) item.setAccelerator(command.keys());
                item.setOnAction(_ -> command.perform());
                items.put(item, command);
                menu.getItems().add(item);
            }
            menu.setOnShowing(_ -> items.forEach(
                    (item, command) -> item.setDisable(!command.enabled().getAsBoolean())));
            menus.getMenus().add(menu);
        }
    }

    private List<Command> first() {
        var list = new ArrayList<Command>();
        for (var perspective : perspectives)
            list.add(new Command(
                    Group.VIEW, perspective.title(), Command.control(perspective.key()), () -> show(perspective)));
        list.add(new Command(
                Group.VIEW, "Switch between light and dark", Command.control(KeyCode.D), this::changeLight));
        return list;
    }

    private List<Command> last() {
        return List.of(
                new Command(
                        Group.FILE,
                        "Add an endpoint…",
                        Command.control(KeyCode.E),
                        context.library().loaded()::get,
                        () -> addEndpoint("policy")),
                new Command(Group.FILE, "Quit", Command.control(KeyCode.Q), quit),
                new Command(Group.HELP, "Go to anything", Command.control(KeyCode.K), this::palette),
                new Command(
                        Group.HELP,
                        "Keyboard shortcuts",
                        Command.key(KeyCode.F1),
                        () -> open(new Shortcuts(commands, this::closeSheet))),
                new Command(Group.HELP, "Standard and parity mode", null, () -> open(new ModesHelp(this::closeSheet))));
    }

    private void palette() {
        if (overlay == null) open(new Palette(commands.all(), this::closeSheet));
    }

    /// Performs the command of a key before any control can take the key. A text field or button that has the focus
    /// takes precedence over keys without a modifier, except Escape.
    ///
    /// The menu's accelerators are not enough: an item keeps the state that it had when the menu was last open, and
    /// lists and tables take function keys.
    private void shortcut(KeyEvent event) {
        if (overlay != null) return;
        var focus = root.getScene().getFocusOwner();
        boolean types = focus instanceof TextInputControl || focus instanceof ComboBoxBase<?>;
        boolean presses = focus instanceof ButtonBase && event.getCode() == KeyCode.SPACE;
        boolean taken = (types || presses) && event.getCode() != KeyCode.ESCAPE;
        for (var command : commands.byKey()) {
            var keys = command.keys();
            if (keys == null || taken && command.plain()) continue;
            if (!keys.match(event) || !command.enabled().getAsBoolean()) continue;
            command.perform();
            event.consume();
            return;
        }
    }
}
