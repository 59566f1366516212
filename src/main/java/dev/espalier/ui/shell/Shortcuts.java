package dev.espalier.ui.shell;

import dev.espalier.ui.kit.Fxml;
import dev.espalier.ui.kit.Sheet;
import java.util.List;
import javafx.fxml.FXML;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.StackPane;

/// The shortcut help, built from the commands.
final class Shortcuts implements Sheet {
    private static final List<List<String>> IN_THE_TREE = List.of(
            List.of("Parent, child", "Up, Down"),
            List.of("Neighbour at the same depth", "Left, Right"),
            List.of("Zoom in, out, show all", "+, −, 0"));

    private final CommandList commands;
    private final Runnable close;
    private final StackPane root;

    @FXML
    private GridPane table;

    @FXML
    private Button done;

    Shortcuts(CommandList commands, Runnable close) {
        this.commands = commands;
        this.close = close;
        root = Fxml.SHORTCUTS.load(this);
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
        int row = 0;
        for (var group : commands.groups()) {
            var having = commands.of(group).stream()
                    .filter(command -> command.keys() != null)
                    .toList();
            if (having.isEmpty()) continue;
            row = head(row, group.title());
            for (var command : having) row = line(row, command.title(), command.shortcut());
        }
        row = head(row, "In the tree");
        for (var line : IN_THE_TREE) row = line(row, line.getFirst(), line.getLast());
    }

    private int head(int row, String title) {
        var label = new Label(title);
        label.getStyleClass().add("form-title");
        table.add(label, 0, row, 2, 1);
        return row + 1;
    }

    private int line(int row, String title, String keys) {
        var shortcut = new Label(keys);
        shortcut.getStyleClass().add("keys");
        table.addRow(row, new Label(title), shortcut);
        return row + 1;
    }
}
