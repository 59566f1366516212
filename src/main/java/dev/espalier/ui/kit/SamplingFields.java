package dev.espalier.ui.kit;

import dev.espalier.ui.kit.SamplingForm.Field;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import javafx.scene.Node;
import javafx.scene.control.Control;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;

/// The fields of a [SamplingForm], for a bar or for a grid.
public final class SamplingFields {
    private final Map<Field, TextField> fields = new EnumMap<>(Field.class);

    public SamplingFields(SamplingForm form) {
        for (var kind : Field.values()) {
            var field = new TextField();
            field.setId(kind.key());
            field.setAccessibleText(kind.help());
            field.textProperty().bindBidirectional(form.text(kind));
            fields.put(kind, field);
        }
    }

    public TextField field(Field kind) {
        return fields.computeIfAbsent(kind, _ -> new TextField());
    }

    /// A label and its field.
    public Node inBar(Field kind, double width) {
        field(kind).setPrefWidth(width);
        var box = new HBox(new Label(kind.label()), field(kind));
        box.getStyleClass().add("field");
        return box;
    }

    /// A row for each field: a label and the field.
    ///
    /// @param after the control in the second column that precedes the fields, also in the focus order
    /// @param row   the first row
    public void inGrid(GridPane grid, Node after, int row) {
        int at = grid.getChildren().indexOf(after) + 1;
        for (var kind : Field.values()) {
            var label = new Label(kind.label());
            GridPane.setConstraints(label, 0, row);
            GridPane.setConstraints(field(kind), 1, row++);
            grid.getChildren().add(at++, label);
            grid.getChildren().add(at++, field(kind));
        }
    }

    /// The fields by their names in errors.
    public Map<String, Control> byKey() {
        var byKey = new HashMap<String, Control>();
        fields.forEach((kind, field) -> byKey.put(kind.key(), field));
        return byKey;
    }
}
