package dev.espalier.ui.kit;

import org.kordamp.ikonli.javafx.FontIcon;

/// Creates icons by name. Their colour and size come from the style sheet.
public final class Icons {
    private Icons() {}

    public static FontIcon of(String literal) {
        return new FontIcon(literal);
    }

    public static FontIcon of(String literal, String styleClass) {
        var icon = new FontIcon(literal);
        icon.getStyleClass().add(styleClass);
        return icon;
    }
}
