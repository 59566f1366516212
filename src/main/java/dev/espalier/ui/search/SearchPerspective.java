package dev.espalier.ui.search;

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

/// The Search perspective: one problem and one search of it.
public final class SearchPerspective implements Perspective {
    private final Shell shell;
    private final SearchModel model;
    private final SearchView view;
    private final SearchCommands commands;
    private final ObjectBinding<Activity> activity;

    public SearchPerspective(ViewContext context, Shell shell) {
        this.shell = shell;
        model = new SearchModel(context);
        view = new SearchView(model, context, shell);
        commands = new SearchCommands(model, view, this, shell);
        var tree = model.tree();
        activity = Bindings.createObjectBinding(
                () -> {
                    var phase = tree.phase().get();
                    return new Activity(
                            phase == Phase.PAUSED ? "search paused" : phase.live() ? "search running" : "",
                            tree.tokensPerSecond().get());
                },
                tree.phase(),
                tree.tokensPerSecond());
    }

    public SearchModel model() {
        return model;
    }

    @Override
    public String id() {
        return "search";
    }

    @Override
    public String title() {
        return "Search";
    }

    @Override
    public String icon() {
        return "fth-git-branch";
    }

    @Override
    public KeyCode key() {
        return KeyCode.DIGIT1;
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
        model.frame(nanos);
    }

    @Override
    public void stored() {
        model.refreshStatuses();
    }

    @Override
    public List<Command> commands() {
        return commands.all();
    }

    @Override
    public Command run() {
        return commands.run();
    }

    @Override
    public Command cancel() {
        return commands.cancel();
    }

    @Override
    public ObjectBinding<Activity> activity() {
        return activity;
    }

    @Override
    public boolean open(Destination destination) {
        switch (destination) {
            case Destination.NewSearch() -> {}
            case Destination.StoredSearch(var id) -> model.open(id);
            case Destination.ResumedSearch(var id) -> model.resume(id);
            default -> {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean useModel(String kind, String name) {
        (kind.equals("policy") ? model.form().policy() : model.form().reward()).set(name);
        return true;
    }
}
