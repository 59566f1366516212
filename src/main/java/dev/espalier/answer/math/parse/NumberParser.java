package dev.espalier.answer.math.parse;

import dev.espalier.answer.math.algebra.Expr;
import dev.espalier.answer.math.algebra.Expr.Num;
import dev.espalier.answer.math.algebra.Expr.Quotient;
import dev.espalier.answer.math.algebra.Expr.Sum;
import dev.espalier.answer.math.algebra.UnsupportedExpression;
import dev.espalier.answer.math.parse.Token.Type;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Parses a number with its suffix: the fraction of a mixed number, or the base as a subscript.
final class NumberParser {
    private static final Map<String, Integer> BASES =
            Map.of("two", 2, "three", 3, "four", 4, "five", 5, "six", 6, "seven", 7, "eight", 8, "nine", 9, "ten", 10);

    private final PrimaryParser primary;
    private final TokenReader tokens;

    NumberParser(PrimaryParser primary, TokenReader tokens) {
        this.primary = primary;
        this.tokens = tokens;
    }

    /// Parses the rest of a number whose digits were just read.
    Expr read(String digits) {
        if (tokens.peek().is("_")) {
            tokens.next();
            return new Expr.BaseNumeral(digits, base());
        }
        Num whole = Decimals.read(digits);
        if (whole.places() < 0) {
            Expr part = properFraction();
            if (part != null) {
                return new Sum(List.of(whole, part));
            }
        }
        return whole;
    }

    /// The fraction of a mixed number: `\frac{4}{5}` directly after an integer, or `4/5` after a space.
    private @Nullable Expr properFraction() {
        Token token = tokens.peek();
        if (token.type() == Type.COMMAND && PrimaryParser.FRACTIONS.contains(token.text())) {
            int shift = 1;
            String numerator = "";
            String denominator = "";
            if (tokens.peek(1).is("{")
                    && tokens.peek(2).type() == Type.NUMBER
                    && tokens.peek(3).is("}")) {
                numerator = tokens.peek(2).text();
                shift = 4;
            } else if (tokens.peek(1).type() == Type.NUMBER) {
                String digits = tokens.peek(1).text();
                numerator = digits.substring(0, 1);
                denominator = digits.length() == 2 ? digits.substring(1) : "";
                shift = 2;
            }
            if (denominator.isEmpty()
                    && tokens.peek(shift).is("{")
                    && tokens.peek(shift + 1).type() == Type.NUMBER
                    && tokens.peek(shift + 2).is("}")) {
                denominator = tokens.peek(shift + 1).text();
            } else if (denominator.isEmpty() && tokens.peek(shift).type() == Type.NUMBER) {
                denominator = tokens.peek(shift).text().substring(0, 1);
            }
            return Decimals.isProper(numerator, denominator) ? primary.read() : null;
        }
        if (token.type() == Type.NUMBER
                && token.spaced()
                && tokens.peek(1).is("/")
                && tokens.peek(2).type() == Type.NUMBER
                && Decimals.isProper(token.text(), tokens.peek(2).text())) {
            Num numerator = Decimals.read(tokens.next().text());
            tokens.next();
            return new Quotient(numerator, Decimals.read(tokens.next().text()));
        }
        return null;
    }

    private int base() {
        boolean braced = tokens.accept("{");
        Token token = tokens.next();
        int base = switch (token.type()) {
            case NUMBER -> Decimals.read(token.text()).value().toInt();
            case TEXT -> BASES.getOrDefault(token.text(), 0);
            default -> 0;
        };
        if (base < 2 || base > 36) {
            throw new UnsupportedExpression("not a base");
        }
        if (braced) {
            tokens.expect("}");
        }
        return base;
    }
}
