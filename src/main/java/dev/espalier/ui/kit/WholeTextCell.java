package dev.espalier.ui.kit;

import javafx.scene.control.TableCell;
import javafx.scene.control.Tooltip;
import org.jspecify.annotations.Nullable;

/// A table cell of a text that may be too long for it; the tooltip has it whole.
///
/// @param <S> the row type
public final class WholeTextCell<S> extends TableCell<S, String> {
    @Override
    protected void updateItem(@Nullable String text, boolean empty) {
        super.updateItem(text, empty);
        boolean shown = !empty && text != null && !text.isEmpty();
        setText(shown ? text : null);
        setTooltip(shown ? new Tooltip(text) : null);
    }
}
