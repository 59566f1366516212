package dev.espalier.ui.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Objects;
import javafx.fxml.FXMLLoader;
import javafx.scene.Parent;

/// The FXML files of the window. Only this class knows their paths.
public enum Fxml {
    SHELL("shell"),
    SEARCH("search"),
    SEARCH_FORM("search-form"),
    PROBLEMS("problems"),
    TIMELINE("timeline"),
    VOTES("votes"),
    SCORES("scores"),
    INSPECTOR("inspector"),
    EDIT_STEP("edit-step"),
    ENDPOINT("endpoint"),
    COMPARE("compare"),
    SWEEP("sweep"),
    RUNS("runs"),
    PALETTE("palette"),
    SHORTCUTS("shortcuts"),
    MODES("modes"),
    START_FAILED("start-failed");

    private final String file;

    Fxml(String file) {
        this.file = "/fxml/" + file + ".fxml";
    }

    public URL location() {
        return Objects.requireNonNull(Fxml.class.getResource(file), () -> file + " is not on the class path");
    }

    /// Builds the view and fills the controller's `@FXML` fields.
    @SuppressWarnings("TypeParameterUnusedInFormals") // the file determines the root's type
    public <T extends Parent> T load(Object controller) {
        var loader = new FXMLLoader(location());
        loader.setController(controller);
        try {
            return loader.load();
        } catch (IOException e) {
            throw new UncheckedIOException(file, e);
        }
    }
}
