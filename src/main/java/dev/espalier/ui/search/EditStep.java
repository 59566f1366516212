package dev.espalier.ui.search;

import dev.espalier.ui.kit.Fxml;
import dev.espalier.ui.kit.Sheet;
import java.util.function.Consumer;
import javafx.fxml.FXML;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TextArea;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.StackPane;

/// The sheet that edits a step. Ctrl+Enter forks, Escape closes the sheet.
final class EditStep implements Sheet {
    private final String name;
    private final String before;
    private final Consumer<String> written;
    private final Runnable close;
    private final StackPane root;

    @FXML
    private Label title;

    @FXML
    private TextArea text;

    @FXML
    private Button cancel;

    @FXML
    private Button fork;

    /// @param name    name of the node
    /// @param before  the old text
    /// @param written receives the new text
    EditStep(String name, String before, Consumer<String> written, Runnable close) {
        this.name = name;
        this.before = before;
        this.written = written;
        this.close = close;
        root = Fxml.EDIT_STEP.load(this);
        root.addEventFilter(KeyEvent.KEY_PRESSED, event -> {
            if (event.getCode() != KeyCode.ENTER || !event.isShortcutDown() || fork.isDisable()) return;
            done();
            event.consume();
        });
    }

    @Override
    public StackPane root() {
        return root;
    }

    @Override
    public void focus() {
        text.requestFocus();
        text.end();
    }

    @FXML
    private void initialize() {
        title.setText("Edit " + name);
        text.setText(before);
        fork.disableProperty()
                .bind(text.textProperty()
                        .map(now -> now.isBlank() || now.strip().equals(before.strip())));
        fork.setOnAction(_ -> done());
        cancel.setOnAction(_ -> close.run());
    }

    private void done() {
        close.run();
        written.accept(text.getText());
    }
}
