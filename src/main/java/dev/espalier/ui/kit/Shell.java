package dev.espalier.ui.kit;

/// What a perspective asks of the window around it.
public interface Shell {
    void show(Perspective perspective);

    /// Shows the first perspective that can open the destination.
    void open(Destination destination);

    /// Opens a sheet, unless one is open.
    void open(Sheet sheet);

    void closeSheet();

    /// Opens the sheet that adds a model behind HTTP; [Perspective#useModel] receives it.
    ///
    /// @param kind "policy" or "prm"
    void addEndpoint(String kind);

    /// Tells the other perspectives and the status bar that something new is in the store.
    void stored(Perspective source);
}
