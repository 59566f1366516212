package dev.espalier.ui.kit;

import dev.espalier.EspalierException;
import dev.espalier.search.log.Parameter;
import dev.espalier.search.log.Parameters.Value;
import java.util.Locale;
import javafx.beans.property.StringProperty;
import javafx.scene.control.CheckBox;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Control;
import javafx.scene.control.TextField;
import javafx.scene.control.Tooltip;

/// The control for a parameter of a strategy: a check box for a flag, a list for a choice, otherwise a text field.
public final class ParameterField {
    private ParameterField() {}

    /// @param text the input; "" for the default value
    public static Control of(Parameter parameter, StringProperty text) {
        var control = switch (parameter) {
            case Parameter.Flag flag -> box(flag, text);
            case Parameter.Choice choice -> list(choice, text);
            case Parameter.Whole _, Parameter.Real _ -> field(parameter, text, 52);
            case Parameter.Text _ -> field(parameter, text, 120);
        };
        control.setAccessibleText(parameter.name() + ": " + parameter.meaning());
        control.setTooltip(new Tooltip(parameter.meaning()));
        return control;
    }

    /// The parameter's name as a label: "length-penalty" is "Length penalty", "c" stays "c".
    public static String label(Parameter parameter) {
        var name = parameter.name().replace('-', ' ');
        return name.length() == 1 ? name : name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    }

    private static TextField field(Parameter parameter, StringProperty text, double width) {
        var field = new TextField();
        field.setPrefWidth(width);
        var usual = parameter.defaultValue();
        field.setPromptText(usual == null ? "" : usual.toString());
        field.textProperty().bindBidirectional(text);
        return field;
    }

    private static CheckBox box(Parameter.Flag flag, StringProperty text) {
        var box = new CheckBox();
        text.subscribe(now -> box.setSelected(isSet(flag, now)));
        box.selectedProperty().subscribe((_, on) -> {
            if (on != isSet(flag, text.get())) text.set(on ? "yes" : "no");
        });
        return box;
    }

    private static boolean isSet(Parameter.Flag flag, String text) {
        try {
            return text == null || text.isBlank()
                    ? flag.initial()
                    : flag.read(text).equals(Value.of(1));
        } catch (EspalierException neither) {
            return flag.initial();
        }
    }

    private static ComboBox<String> list(Parameter.Choice choice, StringProperty text) {
        var list = new ComboBox<String>();
        list.getItems().setAll(choice.options());
        text.subscribe(now ->
                list.setValue(now == null || now.isBlank() ? choice.options().getFirst() : now));
        list.valueProperty().subscribe((_, now) -> {
            if (now != null
                    && !now.equals(text.get())
                    && !(now.equals(choice.options().getFirst())
                            && (text.get() == null || text.get().isBlank()))) text.set(now);
        });
        return list;
    }
}
