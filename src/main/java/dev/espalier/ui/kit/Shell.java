package dev.espalier.ui.kit;

/// The services of the window for its perspectives.
public interface Shell {
    void show(Perspective perspective);

    /// Shows the first perspective that can open the destination.
    void open(Destination destination);

    /// Opens a sheet, unless another one is open.
    void open(Sheet sheet);

    void closeSheet();

    /// Opens the sheet that adds a model behind HTTP; [Perspective#useModel] receives it.
    ///
    /// @param kind "policy" or "prm"
    void addEndpoint(String kind);

    /// Notifies the other perspectives and the status bar of new data in the store.
    void stored(Perspective source);
}
