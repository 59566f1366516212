package dev.espalier.answer.math.form;

import dev.espalier.answer.math.algebra.Expr;
import dev.espalier.answer.math.algebra.Rational;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Times of day on a 24-hour clock: `8:34 \text{ p.m.}`, `20:34` and `20:34:00` are the same. In a key `::` precedes
/// minutes below ten, since 1:2 is a ratio and 1:02 a time.
final class Clock {
    private static final Set<String> HALVES_OF_DAY = Set.of("am", "pm");

    private Clock() {}

    /// Returns null unless the answer is a time with a.m. or p.m., or with zero seconds.
    static @Nullable Form form(List<Expr> sides, List<String> operators) {
        if (!operators.stream().allMatch(operator -> operator.equals(":") || operator.equals(Expr.Relation.CLOCK))) {
            return null;
        }
        String half = sides.getLast() instanceof Expr.Quantity(var _, String unit) ? halfOfDay(unit) : "";
        boolean seconds = sides.size() == 3 && operators.getLast().equals(Expr.Relation.CLOCK);
        int[] parts = new int[3];
        if (sides.size() > 3 || half.isEmpty() && !seconds) {
            return null;
        }
        for (int i = 0; i < sides.size(); i++) {
            Expr plain = sides.get(i) instanceof Expr.Quantity(Expr value, var _) ? value : sides.get(i);
            if (!(plain instanceof Expr.Num(Rational value, int places))
                    || places >= 0
                    || !value.isSmallInteger()
                    || value.toInt() >= (i == 0 ? 24 : 60)) {
                return null;
            }
            parts[i] = value.toInt();
        }
        if (parts[2] != 0) {
            return null;
        }
        int hour = half.isEmpty() ? parts[0] : parts[0] % 12 + (half.equals("pm") ? 12 : 0);
        return new Form.Condition(hour + (parts[1] < 10 ? " :: " : " : ") + parts[1], "time");
    }

    /// Returns am, pm or "".
    static String halfOfDay(String unit) {
        String plain = unit.toLowerCase(Locale.ROOT).replaceAll("[.\\s]", "");
        return HALVES_OF_DAY.contains(plain) ? plain : "";
    }
}
