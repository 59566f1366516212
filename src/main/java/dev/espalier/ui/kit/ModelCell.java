package dev.espalier.ui.kit;

import java.util.Map;
import java.util.function.Supplier;
import javafx.scene.control.ComboBox;
import javafx.scene.control.ListCell;
import javafx.scene.control.Tooltip;
import org.jspecify.annotations.Nullable;

/// A model's name in a list. If its servers get no key, the cell says so, with the reason as a tooltip.
public final class ModelCell extends ListCell<String> {
    private final Supplier<Map<String, String>> withheld;

    private ModelCell(Supplier<Map<String, String>> withheld) {
        this.withheld = withheld;
    }

    /// @param withheld why models get no key, by their names; evaluated whenever a name is shown
    public static void in(ComboBox<String> models, Supplier<Map<String, String>> withheld) {
        models.setCellFactory(_ -> new ModelCell(withheld));
        models.setButtonCell(new ModelCell(withheld));
    }

    @Override
    protected void updateItem(@Nullable String name, boolean empty) {
        super.updateItem(name, empty);
        var why = empty || name == null ? null : withheld.get().get(name);
        setText(empty || name == null ? null : why == null ? name : name + " (key is not sent)");
        setTooltip(why == null ? null : new Tooltip(why));
    }
}
