package dev.espalier.ui.shell;

import dev.espalier.io.SafeText;
import dev.espalier.ui.kit.Fxml;
import javafx.fxml.FXML;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.layout.HBox;
import org.kordamp.ikonli.javafx.FontIcon;

/// The content of the window until the workbench is open: progress, or the reason why it cannot be opened.
public final class StartView {
    private final Parent root;

    @FXML
    private FontIcon icon;

    @FXML
    private Label title;

    @FXML
    private Label message;

    @FXML
    private ProgressBar waiting;

    @FXML
    private HBox ways;

    @FXML
    private Button quit;

    @FXML
    private Button again;

    /// @param retry opens the workbench again
    /// @param leave quits the program
    public StartView(Runnable retry, Runnable leave) {
        root = Fxml.START_FAILED.load(this);
        again.setOnAction(_ -> retry.run());
        quit.setOnAction(_ -> leave.run());
        waiting();
    }

    public Parent root() {
        return root;
    }

    public void waiting() {
        show(true, "Opening the workbench", "Reading models, problems and stored runs.");
    }

    public void failed(String reason) {
        show(false, "Espalier cannot start", reason);
        again.requestFocus();
    }

    private void show(boolean busy, String heading, String words) {
        title.setText(heading);
        message.setText(SafeText.text(words));
        icon.setVisible(!busy);
        icon.setManaged(!busy);
        waiting.setVisible(busy);
        waiting.setManaged(busy);
        ways.setVisible(!busy);
        ways.setManaged(!busy);
    }
}
