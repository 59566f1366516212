package dev.espalier.ui.runs;

import dev.espalier.ui.kit.Command;
import dev.espalier.ui.kit.Destination;
import dev.espalier.ui.kit.Perspective;
import dev.espalier.ui.kit.Shell;
import dev.espalier.ui.kit.ViewContext;
import java.util.List;
import javafx.scene.Parent;
import javafx.scene.input.KeyCode;

/// The Runs perspective: the stored runs.
public final class RunsPerspective implements Perspective {
    private final Shell shell;
    private final RunsModel model;
    private final RunsView view;

    public RunsPerspective(ViewContext context, Shell shell) {
        this.shell = shell;
        model = new RunsModel(context);
        view = new RunsView(model, shell);
    }

    public RunsModel model() {
        return model;
    }

    @Override
    public String id() {
        return "runs";
    }

    @Override
    public String title() {
        return "Runs";
    }

    @Override
    public String icon() {
        return "fth-list";
    }

    @Override
    public KeyCode key() {
        return KeyCode.DIGIT3;
    }

    @Override
    public Parent root() {
        return view.root();
    }

    @Override
    public void load() {
        model.load();
    }

    @Override
    public void shown() {
        model.load();
    }

    @Override
    public void stored() {
        model.load();
    }

    @Override
    public void frame(long nanos) {
        model.frame();
    }

    @Override
    public List<Command> commands() {
        return List.of(new Command(
                Command.Group.FILE,
                "Import outputs…",
                null,
                () -> !model.imports().running().get(),
                () -> {
                    shell.show(this);
                    model.imports().choose();
                }));
    }

    @Override
    public boolean open(Destination destination) {
        return destination instanceof Destination.StoredRuns;
    }
}
