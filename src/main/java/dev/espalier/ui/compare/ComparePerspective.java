package dev.espalier.ui.compare;

import dev.espalier.ui.kit.Activity;
import dev.espalier.ui.kit.Command;
import dev.espalier.ui.kit.Destination;
import dev.espalier.ui.kit.Perspective;
import dev.espalier.ui.kit.Shell;
import dev.espalier.ui.kit.ViewContext;
import java.util.List;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.ObjectBinding;
import javafx.scene.Parent;
import javafx.scene.input.KeyCode;

/// The Compare perspective: sweeps and their curves.
public final class ComparePerspective implements Perspective {
    private static final Command.Group COMPARE = new Command.Group("Compare");

    private final Shell shell;
    private final CompareModel model;
    private final CompareView view;
    private final Command start;
    private final Command cancel;
    private final ObjectBinding<Activity> activity;

    public ComparePerspective(ViewContext context, Shell shell) {
        this.shell = shell;
        model = new CompareModel(context);
        view = new CompareView(model, context, shell);
        start = new Command(COMPARE, "Start sweep", Command.controlShift(KeyCode.ENTER), model.runnable()::get, () -> {
            shell.show(this);
            model.run();
        });
        cancel = new Command(COMPARE, "Cancel sweep", null, model.running()::get, model::cancel);
        activity = Bindings.createObjectBinding(this::active, model.running(), model.progress());
    }

    private Activity active() {
        if (!model.running().get()) return Activity.IDLE;
        var now = model.progress().get();
        return new Activity(
                "sweep " + now.done() + " of " + now.total(),
                now.tokensPerSecond(),
                now.total() == 0 ? -1 : (double) now.done() / now.total());
    }

    public CompareModel model() {
        return model;
    }

    @Override
    public String id() {
        return "compare";
    }

    @Override
    public String title() {
        return "Compare";
    }

    @Override
    public String icon() {
        return "fth-trending-up";
    }

    @Override
    public KeyCode key() {
        return KeyCode.DIGIT2;
    }

    @Override
    public Parent root() {
        return view.root();
    }

    @Override
    public void load() {
        model.whenStored(() -> shell.stored(this));
        model.load();
    }

    @Override
    public void frame(long nanos) {
        model.frame();
    }

    @Override
    public List<Command> commands() {
        return List.of(start, cancel);
    }

    @Override
    public Command run() {
        return start;
    }

    @Override
    public Command cancel() {
        return cancel;
    }

    @Override
    public ObjectBinding<Activity> activity() {
        return activity;
    }

    @Override
    public boolean open(Destination destination) {
        if (!(destination instanceof Destination.Curves(var runs, var title))) return false;
        model.show(runs, title);
        return true;
    }

    @Override
    public boolean useModel(String kind, String name) {
        (kind.equals("policy") ? model.form().policy() : model.form().reward()).set(name);
        return true;
    }
}
