package dev.espalier.ui.shell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.ui.kit.Screens;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javafx.scene.control.Label;
import javafx.scene.control.ListView;
import javafx.scene.control.MenuItem;
import javafx.scene.control.TextField;
import javafx.scene.control.ToggleButton;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCodeCombination;
import javafx.scene.input.KeyCombination;
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

    private ToyWindow<Toy> opened;
    private MainWindow window;
    private Toy toy;

    @BeforeEach
    void open() {
        // The form from when perspectives were an enumeration.
        opened = new ToyWindow<>(folder, Map.of("perspective", "RUNS"), Toy::new, Toy::context);
        window = opened.window();
        toy = opened.toy();
    }

    @AfterEach
    void close() {
        opened.close();
    }

    private void press(KeyCode code, boolean control) {
        opened.press(code, control);
    }

    private List<MenuItem> menu(String title) {
        return Screens.on(() -> opened.menu(title).getItems());
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
