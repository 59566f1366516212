package dev.espalier.ui.shell;

import dev.espalier.search.log.ModeDifference;
import dev.espalier.ui.kit.Fxml;
import dev.espalier.ui.kit.Sheet;
import javafx.fxml.FXML;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.StackPane;

/// Shows the differences between standard and parity mode.
final class ModesHelp implements Sheet {
    private final Runnable close;
    private final StackPane root;

    @FXML
    private GridPane table;

    @FXML
    private Button done;

    ModesHelp(Runnable close) {
        this.close = close;
        root = Fxml.MODES.load(this);
    }

    @Override
    public StackPane root() {
        return root;
    }

    @Override
    public void focus() {
        done.requestFocus();
    }

    @FXML
    private void initialize() {
        done.setOnAction(_ -> close.run());
        line(0, "form-title", "", "Standard", "Parity");
        int row = 1;
        for (var difference : ModeDifference.ALL)
            line(row++, "", difference.point(), difference.standard(), difference.parity());
    }

    private void line(int row, String style, String... cells) {
        for (int column = 0; column < cells.length; column++) {
            var label = new Label(cells[column]);
            label.setWrapText(true);
            if (!style.isEmpty() || column == 0) label.getStyleClass().add("form-title");
            table.add(label, column, row);
        }
    }
}
