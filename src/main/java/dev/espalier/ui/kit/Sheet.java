package dev.espalier.ui.kit;

import javafx.scene.Parent;

/// What lies over the whole window until it is closed.
public interface Sheet {
    Parent root();

    /// Puts the focus where typing starts.
    void focus();
}
