package dev.espalier.ui.kit;

import dev.espalier.io.SafeText;
import javafx.beans.value.ObservableValue;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;

/// Small bindings that many views use.
public final class Panes {
    private Panes() {}

    /// Shows a node and lays it out only while the condition holds.
    public static void showWhen(Node node, ObservableValue<Boolean> condition) {
        node.managedProperty().bind(node.visibleProperty());
        node.visibleProperty().bind(condition);
    }

    /// A button with only an icon. Its accessible text is also its tooltip.
    public static void iconButton(Button button, Runnable action) {
        button.setTooltip(new Tooltip(button.getAccessibleText()));
        button.setOnAction(_ -> action.run());
    }

    /// Shows a box with a sentence while the sentence is not empty.
    public static void sentence(Node box, Label label, ObservableValue<String> sentence) {
        label.textProperty().bind(sentence.map(SafeText::text));
        showWhen(box, sentence.map(text -> !text.isEmpty()));
    }
}
