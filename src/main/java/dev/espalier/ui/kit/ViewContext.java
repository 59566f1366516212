package dev.espalier.ui.kit;

import dev.espalier.experiment.Workbench;
import dev.espalier.figure.Figure;
import dev.espalier.figure.Png;
import dev.espalier.figure.Theme;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The services that every view uses.
///
/// @param workbench  models, problems, searches, stored runs; call it only through `background`
/// @param background runs work that would block the window
/// @param settings persistent settings of the window
/// @param files      lets the user choose files
/// @param library    the available models and problem sets
public record ViewContext(
        Workbench workbench, Background background, WindowSettings settings, FileChoice files, Library library) {
    /// Asks for a file and writes a figure to it as a PNG, at twice its size on screen.
    ///
    /// @param suggestion the suggested file name
    /// @param error      receives a message if the file cannot be written
    public void savePicture(
            @Nullable Figure figure, double width, double height, String suggestion, Consumer<String> error) {
        if (figure == null) return;
        var theme = settings.dark().get() ? Theme.dark() : Theme.light();
        files.save("Save the picture", "PNG picture", "*.png", suggestion)
                .ifPresent(file -> background.run(
                        () -> {
                            Png.write(figure, file, (int) width, (int) height, 2, theme);
                            return file;
                        },
                        _ -> {},
                        error));
    }
}
