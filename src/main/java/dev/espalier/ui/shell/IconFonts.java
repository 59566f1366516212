package dev.espalier.ui.shell;

import dev.espalier.io.NativeLibraries;
import java.nio.file.Path;
import java.util.Optional;
import javafx.scene.text.Font;
import org.kordamp.ikonli.FontLoader;
import org.kordamp.ikonli.IkonHandler;
import org.kordamp.ikonli.IkonResolverProvider;

/// Loads the icon fonts from files in the Espalier folder. From a jar JavaFX copies a font to the temporary folder,
/// where the copy stays if the process is killed.
final class IconFonts implements FontLoader {
    private static final double SIZE = 16;

    private IconFonts() {}

    /// Makes Ikonli load its fonts here. Call it before the first icon is made: Ikonli keeps its first loader.
    static void register() {
        IkonResolverProvider.getInstance(new IconFonts());
    }

    @Override
    public void loadFont(IkonHandler handler) {
        var inJar = handler.getFontResource();
        var name = Path.of(inJar.getPath()).getFileName().toString();
        var file = NativeLibraries.unpack(
                        handler.getClass(), entry -> entry.endsWith("/" + name) ? Optional.of(name) : Optional.empty())
                .map(folder -> folder.resolve(name).toUri().toString());
        handler.setFont(Font.loadFont(file.orElseGet(inJar::toExternalForm), SIZE));
    }
}
