package dev.espalier.ui.kit;

import java.util.List;
import javafx.beans.value.ObservableValue;
import javafx.scene.Parent;
import javafx.scene.input.KeyCode;
import org.jspecify.annotations.Nullable;

/// One of the main views of the window. The window uses perspectives only through this interface. `app` lists them; the
/// window creates the button, key, menu entry and palette commands of each.
public interface Perspective {

    /// Creates a perspective after the workbench has been opened.
    @FunctionalInterface
    interface Factory {
        Perspective create(ViewContext context, Shell shell);
    }

    /// The name in the settings. Must not change between versions.
    String id();

    String title();

    /// The name of a Feather icon, for example "fth-list".
    String icon();

    /// The key that shows the perspective, together with Ctrl.
    KeyCode key();

    Parent root();

    /// Starts loading its data. Called once, before the [Library] is read.
    void load();

    /// Called when it comes to the front.
    default void shown() {}

    /// Called when it leaves the front.
    default void hidden() {}

    /// Called once per frame, whether or not it is in front.
    ///
    /// @param nanos time of the frame
    default void frame(long nanos) {}

    /// The commands, in menu order. Keys without a modifier work only while the perspective is in front.
    default List<Command> commands() {
        return List.of();
    }

    /// The command that Run performs while the perspective is in front; null if it has none.
    default @Nullable Command run() {
        return null;
    }

    /// The command that Cancel performs while the perspective is in front and has something to cancel.
    default @Nullable Command cancel() {
        return null;
    }

    /// Its running work; null if it never runs anything.
    default @Nullable ObservableValue<Activity> activity() {
        return null;
    }

    /// Opens a destination. Returns false if the destination belongs to another perspective.
    default boolean open(Destination destination) {
        return false;
    }

    /// Called when another perspective has stored something.
    default void stored() {}

    /// Selects a model that was just added. Returns false if the perspective uses no models.
    ///
    /// @param kind "policy" or "prm"
    default boolean useModel(String kind, String name) {
        return false;
    }
}
