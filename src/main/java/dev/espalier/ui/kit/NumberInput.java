package dev.espalier.ui.kit;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Parses numbers that the user types.
public final class NumberInput {
    private NumberInput() {}

    public static Optional<Long> whole(@Nullable String text) {
        try {
            return Optional.of(Long.parseLong(text == null ? "" : text.strip()));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /// A finite number.
    public static Optional<Double> number(@Nullable String text) {
        try {
            double number = Double.parseDouble(text == null ? "" : text.strip());
            return Double.isFinite(number) ? Optional.of(number) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
