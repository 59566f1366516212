package dev.espalier.ui.shell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.ui.kit.Command;
import dev.espalier.ui.kit.Command.Group;
import dev.espalier.ui.kit.Perspective;
import java.util.ArrayList;
import java.util.List;
import javafx.scene.Parent;
import javafx.scene.input.KeyCode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CommandListTest {
    private final List<String> done = new ArrayList<>();
    private boolean cancellable = true;
    private final View search = new View("Search");
    private final View compare = new View("Compare");
    private final View runs = new View("Runs");
    private @Nullable Perspective shown = search;
    private final CommandList commands = list();

    private CommandList list() {
        search.run = command(search.group, "Run", KeyCode.ENTER);
        search.cancel = command(search.group, "Cancel", KeyCode.ESCAPE);
        search.commands = List.of(
                search.run,
                command(search.group, "Step", KeyCode.S),
                search.cancel,
                command(Group.VIEW, "Zoom in", KeyCode.EQUALS),
                new Command(Group.FILE, "Open", Command.control(KeyCode.O), () -> done.add("Open")));
        compare.run = command(compare.group, "Start the sweep", KeyCode.F9);
        compare.cancel = new Command(
                compare.group, "Cancel the sweep", null, () -> cancellable, () -> done.add("Cancel the sweep"));
        compare.commands = List.of(compare.run, compare.cancel);
        runs.commands = List.of(command(Group.FILE, "Import", KeyCode.I));
        return new CommandList(
                List.of(search, compare, runs),
                () -> shown,
                List.of(command(Group.VIEW, "Search", KeyCode.DIGIT1)),
                List.of(command(Group.FILE, "Quit", KeyCode.Q), command(Group.HELP, "Keys", KeyCode.F1)));
    }

    private Command command(Group group, String title, KeyCode key) {
        return new Command(group, title, Command.key(key), () -> done.add(title));
    }

    private void perform(String title) {
        commands.all().stream()
                .filter(command -> command.title().equals(title))
                .findFirst()
                .orElseThrow()
                .perform();
    }

    @Test
    void menusHaveTheOrderFilePerspectivesViewHelp() {
        assertThat(commands.groups())
                .extracting(Group::title)
                .containsExactly("File", "Search", "Compare", "View", "Help");
        assertThat(commands.of(Group.FILE)).extracting(Command::title).containsExactly("Open", "Import", "Quit");
        assertThat(commands.of(Group.VIEW)).extracting(Command::title).containsExactly("Search", "Zoom in");
        assertThat(commands.of(search.group)).extracting(Command::title).containsExactly("Run", "Step", "Cancel");
    }

    @Test
    void runUsesThePerspectiveInFrontOrElseTheFirstThatCanRun() {
        perform("Run");
        shown = compare;
        perform("Run");
        shown = runs;
        perform("Run");
        assertThat(done).containsExactly("Run", "Start the sweep", "Run");
    }

    @Test
    void cancelPrefersThePerspectiveInFrontIfItHasSomethingToCancel() {
        shown = compare;
        perform("Cancel");
        cancellable = false;
        perform("Cancel");
        shown = search;
        perform("Cancel");
        assertThat(done).containsExactly("Cancel the sweep", "Cancel", "Cancel");
    }

    @Test
    void keysWithAModifierCancelAndTheWindowsFunctionKeysWorkEverywhereAllOthersInFront() {
        assertThat(commands.byKey()).extracting(Command::title).contains("Open", "Step", "Cancel", "Keys");
        shown = runs;
        assertThat(commands.byKey()).extracting(Command::title).containsExactly("Open", "Import", "Cancel", "Keys");
    }

    /// A perspective with only commands.
    private static final class View implements Perspective {
        private final String title;
        private final Group group;
        private List<Command> commands = List.of();
        private @Nullable Command run;
        private @Nullable Command cancel;

        View(String title) {
            this.title = title;
            group = new Group(title);
        }

        @Override
        public String id() {
            return title;
        }

        @Override
        public String title() {
            return title;
        }

        @Override
        public String icon() {
            return "fth-x";
        }

        @Override
        public KeyCode key() {
            return KeyCode.DIGIT1;
        }

        @Override
        public Parent root() {
            throw new UnsupportedOperationException("nothing to see");
        }

        @Override
        public void load() {}

        @Override
        public List<Command> commands() {
            return commands;
        }

        @Override
        public @Nullable Command run() {
            return run;
        }

        @Override
        public @Nullable Command cancel() {
            return cancel;
        }
    }
}
