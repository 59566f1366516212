package dev.espalier.ui.shell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.ui.kit.Screens;
import java.nio.file.Path;
import java.util.Map;
import javafx.event.Event;
import javafx.scene.control.Menu;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The keys of commands in the real window, headless.
@Timeout(300)
class ShortcutTest {
    @TempDir
    Path folder;

    private ToyWindow<KeyToy> opened;
    private KeyToy toy;

    @BeforeEach
    void open() {
        opened = new ToyWindow<>(folder, Map.of(), KeyToy::new, KeyToy::context);
        toy = opened.toy();
    }

    @AfterEach
    void close() {
        opened.close();
    }

    private void press(KeyCode code, boolean control) {
        opened.press(code, control);
    }

    @Test
    void everyKindOfKeyWorksFromTheStartAlsoWhileAListHasTheFocus() {
        press(KeyCode.DIGIT4, true);
        Screens.run(() -> toy.list().requestFocus());
        press(KeyCode.F2, false);
        press(KeyCode.U, true);
        press(KeyCode.U, false);
        assertThat(Screens.on(toy::count)).isEqualTo(3);
    }

    @Test
    void keysFollowTheStateOfTheirCommandsWhateverTheMenuShowedLast() {
        press(KeyCode.DIGIT4, true);
        Screens.run(() -> {
            toy.enable(false);
            opened.menu("Keys").getOnShowing().handle(new Event(Menu.ON_SHOWING));
        });
        press(KeyCode.F2, false);
        press(KeyCode.U, true);
        assertThat(Screens.on(toy::count)).isZero();
        Screens.run(() -> toy.enable(true));
        press(KeyCode.F2, false);
        press(KeyCode.U, true);
        assertThat(Screens.on(toy::count)).isEqualTo(2);
    }
}
