package dev.espalier.ui.shell;

import dev.espalier.ui.kit.Command;
import dev.espalier.ui.kit.Command.Group;
import dev.espalier.ui.kit.Perspective;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import javafx.scene.input.KeyCode;
import org.jspecify.annotations.Nullable;

/// The commands of the window and of all perspectives, in menu order. Run and Cancel act on the perspective in front;
/// if it has no such command, on the first perspective that has one.
final class CommandList {
    /// @param owner null for the window
    private record Owned(@Nullable Perspective owner, Command command) {}

    private final List<Owned> all;
    private final Supplier<? extends @Nullable Perspective> shown;

    /// @param first commands before the perspectives' commands of the same menu
    /// @param last  commands after them
    CommandList(
            List<? extends Perspective> perspectives,
            Supplier<? extends @Nullable Perspective> shown,
            List<Command> first,
            List<Command> last) {
        this.shown = shown;
        var list = new ArrayList<Owned>();
        first.forEach(command -> list.add(new Owned(null, command)));
        for (var perspective : perspectives)
            perspective.commands().forEach(command -> list.add(new Owned(perspective, command)));
        last.forEach(command -> list.add(new Owned(null, command)));
        var run = firstOf(perspectives, Perspective::run);
        var cancel = firstOf(perspectives, Perspective::cancel);
        list.replaceAll(owned -> owned.command == run
                ? new Owned(owned.owner, onShown(run, this::running))
                : owned.command == cancel ? new Owned(owned.owner, onShown(cancel, this::cancelling)) : owned);
        var order = order(list);
        list.sort(Comparator.comparingInt(owned -> order.getOrDefault(owned.command.group(), 0)));
        all = List.copyOf(list);
    }

    List<Command> all() {
        return all.stream().map(Owned::command).toList();
    }

    /// All commands, in menu order.
    List<Group> groups() {
        return all.stream().map(owned -> owned.command.group()).distinct().toList();
    }

    List<Command> of(Group group) {
        return all().stream().filter(command -> command.group().equals(group)).toList();
    }

    /// The commands whose keys work now: those with a modifier, those of the perspective in front, Cancel, and the
    /// window's function keys.
    List<Command> byKey() {
        var now = shown.get();
        return all.stream()
                .filter(owned -> owned.command.keys() != null
                        && (owned.command.modified()
                                || owned.owner == now
                                || cancels(owned.command)
                                || owned.owner == null && !owned.command.plain()))
                .map(Owned::command)
                .toList();
    }

    private static boolean cancels(Command command) {
        return command.keys() != null && command.keys().getCode() == KeyCode.ESCAPE;
    }

    private Command running(Command usual) {
        var here = shown.get();
        var own = here == null ? null : here.run();
        return own == null ? usual : own;
    }

    private Command cancelling(Command usual) {
        var here = shown.get();
        var own = here == null ? null : here.cancel();
        return own == null || !own.enabled().getAsBoolean() ? usual : own;
    }

    private static Command onShown(Command usual, Function<Command, Command> choose) {
        return new Command(
                usual.group(),
                usual.title(),
                usual.keys(),
                () -> choose.apply(usual).enabled().getAsBoolean(),
                () -> choose.apply(usual).perform());
    }

    private static @Nullable Command firstOf(
            List<? extends Perspective> perspectives, Function<Perspective, @Nullable Command> command) {
        for (var perspective : perspectives) {
            var found = command.apply(perspective);
            if (found != null) return found;
        }
        return null;
    }

    /// File first, View and Help last, the others in their given order.
    private static Map<Group, Integer> order(List<Owned> list) {
        var order = new HashMap<Group, Integer>(
                Map.of(Group.FILE, -1, Group.VIEW, Integer.MAX_VALUE - 1, Group.HELP, Integer.MAX_VALUE));
        for (var owned : list) order.putIfAbsent(owned.command.group(), order.size());
        return order;
    }
}
