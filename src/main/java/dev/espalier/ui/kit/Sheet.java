package dev.espalier.ui.kit;

import javafx.scene.Parent;

/// A modal sheet that covers the window until it is closed.
public interface Sheet {
    Parent root();

    /// Focuses the first input.
    void focus();
}
