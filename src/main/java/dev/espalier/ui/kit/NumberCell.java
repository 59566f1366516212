package dev.espalier.ui.kit;

import java.util.function.Function;
import javafx.scene.control.TableCell;

/// A right-aligned cell with a number in tabular figures.
public final class NumberCell<S> extends TableCell<S, Number> {
    private final Function<Number, String> words;

    public NumberCell(Function<Number, String> words) {
        this.words = words;
        getStyleClass().add("number-cell");
    }

    @Override
    protected void updateItem(Number number, boolean isEmpty) {
        super.updateItem(number, isEmpty);
        setText(isEmpty || number == null ? null : words.apply(number));
    }
}
