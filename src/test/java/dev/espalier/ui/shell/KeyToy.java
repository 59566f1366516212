package dev.espalier.ui.shell;

import dev.espalier.ui.kit.Command;
import dev.espalier.ui.kit.Perspective;
import dev.espalier.ui.kit.Shell;
import dev.espalier.ui.kit.ViewContext;
import java.util.List;
import javafx.collections.FXCollections;
import javafx.scene.Parent;
import javafx.scene.control.Label;
import javafx.scene.control.ListView;
import javafx.scene.input.KeyCode;
import javafx.scene.layout.StackPane;

/// A perspective with a list that has the focus, and a counter that every kind of key increases.
final class KeyToy implements Perspective {
    private static final Command.Group KEYS = new Command.Group("Keys");

    private final StackPane root = new StackPane();
    private final Label label = new Label("0");
    private final ListView<String> list = new ListView<>(FXCollections.observableArrayList("one", "two"));
    private final ViewContext context;
    private int count;
    private boolean enabled = true;

    KeyToy(ViewContext context, Shell shell) {
        this.context = context;
        root.getChildren().addAll(label, list);
    }

    public int count() {
        return count;
    }

    public ListView<String> list() {
        return list;
    }

    public void enable(boolean on) {
        enabled = on;
    }

    public ViewContext context() {
        return context;
    }

    @Override
    public String id() {
        return "keys";
    }

    @Override
    public String title() {
        return "Keys";
    }

    @Override
    public String icon() {
        return "fth-gift";
    }

    @Override
    public KeyCode key() {
        return KeyCode.DIGIT4;
    }

    @Override
    public Parent root() {
        return root;
    }

    @Override
    public void load() {}

    @Override
    public List<Command> commands() {
        return List.of(
                new Command(KEYS, "Count up", Command.key(KeyCode.U), this::countUp),
                new Command(KEYS, "Count a function key", Command.key(KeyCode.F2), () -> enabled, this::countUp),
                new Command(KEYS, "Count a modified key", Command.control(KeyCode.U), () -> enabled, this::countUp));
    }

    private void countUp() {
        label.setText(Integer.toString(++count));
    }
}
