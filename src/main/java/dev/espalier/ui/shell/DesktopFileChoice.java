package dev.espalier.ui.shell;

import dev.espalier.ui.kit.FileChoice;
import java.io.File;
import java.nio.file.Path;
import java.util.Optional;
import javafx.stage.FileChooser;
import javafx.stage.Window;

/// The desktop's file dialog.
final class DesktopFileChoice implements FileChoice {
    private final Window owner;

    DesktopFileChoice(Window owner) {
        this.owner = owner;
    }

    @Override
    public Optional<Path> open(String title, String kind, String suffix) {
        return Optional.ofNullable(chooser(title, kind, suffix).showOpenDialog(owner))
                .map(File::toPath);
    }

    @Override
    public Optional<Path> save(String title, String kind, String suffix, String proposal) {
        var chooser = chooser(title, kind, suffix);
        chooser.setInitialFileName(proposal);
        return Optional.ofNullable(chooser.showSaveDialog(owner)).map(File::toPath);
    }

    private static FileChooser chooser(String title, String kind, String suffix) {
        var chooser = new FileChooser();
        chooser.setTitle(title);
        chooser.getExtensionFilters().add(new FileChooser.ExtensionFilter(kind, suffix));
        chooser.getExtensionFilters().add(new FileChooser.ExtensionFilter("All files", "*"));
        return chooser;
    }
}
