package dev.espalier.ui.kit;

import java.util.List;
import javafx.beans.value.ObservableValue;
import javafx.scene.Parent;
import javafx.scene.input.KeyCode;
import org.jspecify.annotations.Nullable;

/// One of the large views between which a person switches. The window knows a perspective by this interface only; `app` lists them,
/// and from a line there come its button, key, menu entry and palette commands.
public interface Perspective {

    /// Makes a perspective once the workbench is open.
    @FunctionalInterface
    interface Factory {
        Perspective create(ViewContext context, Shell shell);
    }

    /// Its name in the settings; must not change between versions.
    String id();

    String title();

    /// A name of the Feather icons, for example "fth-list".
    String icon();

    /// Shows it, together with Ctrl.
    KeyCode key();

    Parent root();

    /// Starts to read what it shows. Called once, before the [Library] is read.
    void load();

    /// Called whenever it comes to the front.
    default void shown() {}

    /// Called whenever it leaves the front.
    default void hidden() {}

    /// Called once a frame, whether it is shown or not.
    ///
    /// @param nanos the frame's time
    default void frame(long nanos) {}

    /// What a person can do with it, in the order of menus. Keys without a modifier work only while it is shown.
    default List<Command> commands() { return List.of(); }

    /// The one of its commands that the general Run does while it is shown; null leaves Run as it is elsewhere.
    default @Nullable Command run() { return null; }

    /// The one of its commands that the general Cancel does while it is shown and has something to cancel.
    default @Nullable Command cancel() { return null; }

    /// What it has running; null where it never runs anything.
    default @Nullable ObservableValue<Activity> activity() { return null; }

    /// Opens a destination. Returns false where that is another perspective's business.
    default boolean open(Destination destination) { return false; }

    /// Called when another perspective put something into the store.
    default void stored() {}

    /// Chooses a model that was just added. Returns false where it has no place for one.
    ///
    /// @param kind "policy" or "prm"
    default boolean useModel(String kind, String name) { return false; }
}
