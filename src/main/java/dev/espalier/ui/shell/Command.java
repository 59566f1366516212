package dev.espalier.ui.shell;

import java.util.function.BooleanSupplier;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCodeCombination;
import javafx.scene.input.KeyCombination;
import org.jspecify.annotations.Nullable;

/// Something a person can do. The menu, the palette, the keyboard and the shortcut help are made from the same list of these.
///
/// @param keys    null for none; without a modifier it works only while nobody types
/// @param enabled asked when the command is about to be shown or done
record Command(Group group, String title, @Nullable KeyCodeCombination keys, BooleanSupplier enabled, Runnable action) {

    enum Group {
        FILE("File"), SEARCH("Search"), TIME("Time"), HAND("By hand"), COMPARE("Compare"), VIEW("View"), HELP("Help");

        private final String title;

        Group(String title) {
            this.title = title;
        }

        String title() { return title; }
    }

    static KeyCodeCombination key(KeyCode code) {
        return new KeyCodeCombination(code);
    }

    static KeyCodeCombination shift(KeyCode code) {
        return new KeyCodeCombination(code, KeyCombination.SHIFT_DOWN);
    }

    static KeyCodeCombination control(KeyCode code) {
        return new KeyCodeCombination(code, KeyCombination.SHORTCUT_DOWN);
    }

    static KeyCodeCombination controlShift(KeyCode code) {
        return new KeyCodeCombination(code, KeyCombination.SHORTCUT_DOWN, KeyCombination.SHIFT_DOWN);
    }

    /// Whether its keys mean something else while a person types.
    boolean plain() {
        return keys != null && keys.getShortcut() == KeyCombination.ModifierValue.UP && !keys.getCode().isFunctionKey();
    }

    String shortcut() {
        return keys == null ? "" : keys.getDisplayText();
    }

    void perform() {
        if (enabled.getAsBoolean()) action.run();
    }
}
