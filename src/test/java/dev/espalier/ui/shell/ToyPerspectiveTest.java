package dev.espalier.ui.shell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.app.Perspectives;
import dev.espalier.experiment.Workbench;
import dev.espalier.ui.kit.Background;
import dev.espalier.ui.kit.Perspective;
import dev.espalier.ui.kit.Screens;
import dev.espalier.ui.kit.WindowSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import javafx.application.Platform;
import javafx.event.Event;
import javafx.scene.control.Label;
import javafx.scene.control.ListView;
import javafx.scene.control.MenuBar;
import javafx.scene.control.MenuItem;
import javafx.scene.control.TextField;
import javafx.scene.control.ToggleButton;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCodeCombination;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.KeyEvent;
import javafx.stage.Stage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A perspective needs only one class and one line in the list of perspectives.
@Timeout(300)
class ToyPerspectiveTest {
    @TempDir
    Path folder;

    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Perspective.Factory> perspectives = Stream.concat(
                    Perspectives.ALL.stream(), Stream.<Perspective.Factory>of(Toy::new))
            .toList();
    private Stage stage;
    private MainWindow window;
    private Toy toy;

    @BeforeEach
    void open() {
        Screens.start();
        var settings = new WindowSettings(folder.resolve("window.json"), workers);
        // The form from when perspectives were an enumeration.
        settings.put("perspective", "RUNS");
        window = Screens.on(() -> {
            stage = new Stage();
            stage.setWidth(1000);
            stage.setHeight(640);
            var made = new MainWindow(
                    stage,
                    settings,
                    Background.of(workers, Platform::runLater),
                    new ChosenFile(Optional.empty()),
                    perspectives);
            made.open(() -> Workbench.open(
                    new Workbench.Settings(folder.resolve("runs.db"), folder.resolve("no-models"), List.of())));
            stage.show();
            return made;
        });
        Screens.until("the workbench", () -> window.shell() != null);
        toy = (Toy) window.shell().perspectives().getLast();
        Screens.until(
                "the models and problems",
                () -> toy.context().library().loaded().get());
    }

    @AfterEach
    void close() {
        Screens.run(() -> {
            window.close();
            stage.close();
        });
        workers.close();
    }

    private void press(KeyCode code, boolean control) {
        Screens.run(() -> {
            var target = window.scene().getFocusOwner() == null
                    ? window.scene().getRoot()
                    : window.scene().getFocusOwner();
            Event.fireEvent(
                    target,
                    new KeyEvent(
                            KeyEvent.KEY_PRESSED, code.getChar(), code.getChar(), code, false, control, false, false));
        });
    }

    private List<MenuItem> menu(String title) {
        return Screens.on(() -> ((MenuBar) window.scene().lookup("#menus"))
                .getMenus().stream()
                        .filter(menu -> menu.getText().equals(title))
                        .findFirst()
                        .orElseThrow()
                        .getItems());
    }

    @Test
    void theLastViewIsRestored() {
        var pressed = Screens.on(() -> window.scene().getRoot().lookupAll(".rail > .toggle-button").stream()
                .map(ToggleButton.class::cast)
                .filter(ToggleButton::isSelected)
                .map(ToggleButton::getText)
                .toList());
        assertThat(pressed).containsExactly("Runs");
    }

    @Test
    void itHasItsButtonKeyMenuEntriesAndPaletteCommands() {
        var buttons = Screens.on(() -> window.scene().getRoot().lookupAll(".rail > .toggle-button").stream()
                .map(node -> ((ToggleButton) node).getText())
                .toList());
        assertThat(buttons).containsExactly("Search", "Compare", "Runs", "Toy");
        assertThat(menu("View")).extracting(MenuItem::getText).contains("Toy");
        assertThat(menu("View").get(3).getAccelerator())
                .isEqualTo(new KeyCodeCombination(KeyCode.DIGIT4, KeyCombination.SHORTCUT_DOWN));
        assertThat(menu("Toy")).extracting(MenuItem::getText).containsExactly("Count up");
        press(KeyCode.K, true);
        Screens.frames(2);
        Screens.run(() -> ((TextField) window.scene().lookup("#query")).setText("toy"));
        assertThat(Screens.on(() -> List.copyOf(((ListView<?>) window.scene().lookup(".palette #list")).getItems())))
                .hasSize(2);
        press(KeyCode.ESCAPE, false);
        Screens.frames(5);
        press(KeyCode.F1, false);
        Screens.frames(2);
        assertThat(Screens.on(() -> window.scene().getRoot().lookupAll(".label").stream()
                        .map(node -> ((Label) node).getText())
                        .toList()))
                .contains("Count up");
    }

    @Test
    void itsKeysWorkInFrontAndItIsNotifiedWhenShownAndHidden() {
        press(KeyCode.U, false);
        assertThat(toy.count()).isZero();
        press(KeyCode.DIGIT4, true);
        assertThat(Screens.on(toy::inFront)).isTrue();
        press(KeyCode.U, false);
        assertThat(toy.count()).isEqualTo(1);
        press(KeyCode.DIGIT1, true);
        assertThat(Screens.on(toy::inFront)).isFalse();
        press(KeyCode.U, false);
        assertThat(toy.count()).isEqualTo(1);
    }
}
