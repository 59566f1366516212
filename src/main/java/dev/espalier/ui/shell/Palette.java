package dev.espalier.ui.shell;

import dev.espalier.ui.kit.Command;
import dev.espalier.ui.kit.Fxml;
import dev.espalier.ui.kit.Sheet;
import java.util.List;
import java.util.Locale;
import javafx.collections.FXCollections;
import javafx.collections.transformation.FilteredList;
import javafx.fxml.FXML;
import javafx.geometry.Pos;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.ListView;
import javafx.scene.control.TextField;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.StackPane;

/// The command palette: filters commands by typed letters; Enter performs the selected one.
final class Palette implements Sheet {
    private final FilteredList<Command> shown;
    private final StackPane root;
    private final Runnable close;

    @FXML
    private TextField query;

    @FXML
    private ListView<Command> list;

    /// @param close closes the palette
    Palette(List<Command> commands, Runnable close) {
        this.close = close;
        shown = new FilteredList<>(FXCollections.observableArrayList(commands.stream()
                .filter(command -> command.enabled().getAsBoolean())
                .toList()));
        root = Fxml.PALETTE.load(this);
    }

    @Override
    public StackPane root() {
        return root;
    }

    @Override
    public void focus() {
        query.requestFocus();
    }

    @FXML
    private void initialize() {
        list.setItems(shown);
        list.setCellFactory(_ -> new CommandCell());
        list.setPlaceholder(new Label("No available command matches."));
        list.getSelectionModel().selectFirst();
        query.textProperty().subscribe(text -> {
            shown.setPredicate(command -> matches(command, text));
            list.getSelectionModel().selectFirst();
        });
        query.addEventFilter(KeyEvent.KEY_PRESSED, this::key);
        list.setOnMouseClicked(_ -> perform());
        list.setOnKeyPressed(this::key);
    }

    static boolean matches(Command command, String text) {
        var where = (command.group().title() + " " + command.title()).toLowerCase(Locale.ROOT);
        for (var word : text.toLowerCase(Locale.ROOT).strip().split("\\s+")) if (!where.contains(word)) return false;
        return true;
    }

    private void key(KeyEvent event) {
        var selection = list.getSelectionModel();
        if (event.getCode() == KeyCode.ENTER) perform();
        else if (event.getCode() == KeyCode.DOWN) selection.selectNext();
        else if (event.getCode() == KeyCode.UP) selection.selectPrevious();
        else return;
        list.scrollTo(Math.max(0, selection.getSelectedIndex() - 4));
        event.consume();
    }

    private void perform() {
        var chosen = list.getSelectionModel().getSelectedItem();
        if (chosen == null) return;
        close.run();
        chosen.perform();
    }

    private static final class CommandCell extends ListCell<Command> {
        private final Label group = new Label();
        private final Label title = new Label();
        private final Label keys = new Label();
        private final HBox row = new HBox(group, title, keys);

        CommandCell() {
            row.getStyleClass().add("command-row");
            row.setAlignment(Pos.CENTER_LEFT);
            group.getStyleClass().addAll("muted", "command-group");
            title.setMaxWidth(Double.MAX_VALUE);
            HBox.setHgrow(title, Priority.ALWAYS);
            keys.getStyleClass().add("keys");
        }

        @Override
        protected void updateItem(Command command, boolean isEmpty) {
            super.updateItem(command, isEmpty);
            setText(null);
            if (isEmpty || command == null) {
                setGraphic(null);
                return;
            }
            group.setText(command.group().title());
            title.setText(command.title());
            keys.setText(command.shortcut());
            keys.setVisible(!command.shortcut().isEmpty());
            setGraphic(row);
        }
    }
}
