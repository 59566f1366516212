package dev.espalier.ui.kit;

import java.util.function.BooleanSupplier;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCodeCombination;
import javafx.scene.input.KeyCombination;
import org.jspecify.annotations.Nullable;

/// An action of the user. The menu, the palette, the keyboard shortcuts and the shortcut help are built from one list
/// of commands.
///
/// @param keys    the shortcut, null for none; see [#plain]
/// @param enabled checked before the command is shown or performed
public record Command(
        Group group, String title, @Nullable KeyCodeCombination keys, BooleanSupplier enabled, Runnable action) {

    /// A menu. The order is File, the menus of the perspectives, View, Help.
    public record Group(String title) {
        public static final Group FILE = new Group("File");
        public static final Group VIEW = new Group("View");
        public static final Group HELP = new Group("Help");
    }

    /// A command that is always enabled.
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

    /// Whether its keys have another meaning in a text field. They work only while no text field has the focus.
    public boolean plain() {
        return keys != null && !modified() && !keys.getCode().isFunctionKey();
    }

    /// Whether its keys include Ctrl (Command on a Mac).
    public boolean modified() {
        return keys != null && keys.getShortcut() == KeyCombination.ModifierValue.DOWN;
    }

    public String shortcut() {
        return keys == null ? "" : keys.getDisplayText();
    }

    public void perform() {
        if (enabled.getAsBoolean()) action.run();
    }
}
