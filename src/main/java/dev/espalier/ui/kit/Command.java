package dev.espalier.ui.kit;

import java.util.function.BooleanSupplier;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCodeCombination;
import javafx.scene.input.KeyCombination;
import org.jspecify.annotations.Nullable;

/// Something a person can do. The menu, the palette, the keyboard and the shortcut help are made from the same list of these.
///
/// @param keys    null for none; without a modifier it works only while nobody types
/// @param enabled asked when the command is about to be shown or done
public record Command(Group group, String title, @Nullable KeyCodeCombination keys, BooleanSupplier enabled, Runnable action) {

    /// A menu. Menus stand in the order File, those of the perspectives, View, Help.
    public record Group(String title) {
        public static final Group FILE = new Group("File");
        public static final Group VIEW = new Group("View");
        public static final Group HELP = new Group("Help");
    }

    /// One that can always be done.
    public Command(Group group, String title, @Nullable KeyCodeCombination keys, Runnable action) {
        this(group, title, keys, () -> true, action);
    }

    public static KeyCodeCombination key(KeyCode code) {
        return new KeyCodeCombination(code);
    }

    public static KeyCodeCombination shift(KeyCode code) {
        return new KeyCodeCombination(code, KeyCombination.SHIFT_DOWN);
    }

    public static KeyCodeCombination control(KeyCode code) {
        return new KeyCodeCombination(code, KeyCombination.SHORTCUT_DOWN);
    }

    public static KeyCodeCombination controlShift(KeyCode code) {
        return new KeyCodeCombination(code, KeyCombination.SHORTCUT_DOWN, KeyCombination.SHIFT_DOWN);
    }

    /// Whether its keys mean something else while a person types.
    public boolean plain() {
        return keys != null && keys.getShortcut() == KeyCombination.ModifierValue.UP && !keys.getCode().isFunctionKey();
    }

    public String shortcut() {
        return keys == null ? "" : keys.getDisplayText();
    }

    public void perform() {
        if (enabled.getAsBoolean()) action.run();
    }
}
