package dev.espalier.ui.shell;

import dev.espalier.ui.kit.Command;
import dev.espalier.ui.kit.Perspective;
import dev.espalier.ui.kit.Shell;
import dev.espalier.ui.kit.ViewContext;
import java.util.List;
import javafx.scene.Parent;
import javafx.scene.control.Label;
import javafx.scene.input.KeyCode;
import javafx.scene.layout.StackPane;

/// A complete perspective: a counter that a key increases.
public final class Toy implements Perspective {
    private final StackPane root = new StackPane();
    private final Label label = new Label("0");
    private final ViewContext context;
    private int count;
    private boolean inFront;

    public Toy(ViewContext context, Shell shell) {
        this.context = context;
        root.getChildren().add(label);
    }

    public int count() {
        return count;
    }

    public boolean inFront() {
        return inFront;
    }

    public ViewContext context() {
        return context;
    }

    @Override
    public String id() {
        return "toy";
    }

    @Override
    public String title() {
        return "Toy";
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
    public void shown() {
        inFront = true;
    }

    @Override
    public void hidden() {
        inFront = false;
    }

    @Override
    public List<Command> commands() {
        return List.of(new Command(
                new Command.Group("Toy"),
                "Count up",
                Command.key(KeyCode.U),
                () -> label.setText(Integer.toString(++count))));
    }
}
