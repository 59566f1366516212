package dev.espalier.search.breakpoint;

import dev.espalier.EspalierException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// Parses a breakpoint: conditions combined with `and`, `or`, `not` and parentheses; `and` binds more tightly than
/// `or`.
final class BreakpointText {
    private static final Pattern WORD =
            Pattern.compile("\\s*(<=|>=|[<>=()]|[A-Za-z]+|[-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?|\\S)");
    private static final String KNOWN =
            "iteration = 3, iteration >= 3, score < 0.2, score > 0.9, margin < 0.01, distinct < 2, gold pruned, boxed, "
                    + "tokens >= 2000, processed >= 50000, candidates >= 4, combined with and, or, not";

    private final String text;
    private final List<String> words = new ArrayList<>();
    private int at;

    BreakpointText(String text) {
        this.text = text;
        var matcher = WORD.matcher(text);
        while (matcher.lookingAt()) {
            words.add(matcher.group(1).toLowerCase(Locale.ROOT));
            matcher.region(matcher.end(), text.length());
        }
    }

    Breakpoint read() {
        var breakpoint = either(0);
        if (at < words.size()) throw wrong("\"" + words.get(at) + "\" is not expected there");
        return breakpoint;
    }

    private Breakpoint either(int depth) {
        var left = both(depth);
        while (take("or")) left = new Breakpoint.Either(left, both(depth));
        return left;
    }

    private Breakpoint both(int depth) {
        var left = single(depth);
        while (take("and")) left = new Breakpoint.Both(left, single(depth));
        return left;
    }

    private Breakpoint single(int depth) {
        if (depth > 50) throw wrong("its conditions are nested too deeply");
        if (take("not")) return new Breakpoint.Not(single(depth + 1));
        if (take("(")) {
            var inner = either(depth + 1);
            expect(")");
            return inner;
        }
        String word = next("a condition");
        return switch (word) {
            case "iteration" -> take(">=") ? new Breakpoint.Iterations(whole()) : new Breakpoint.Iteration(equal());
            case "score" -> new Breakpoint.Score(below(), number());
            case "margin" -> {
                expect("<");
                yield new Breakpoint.Margin(number());
            }
            case "distinct" -> {
                expect("<");
                yield new Breakpoint.Distinct(whole());
            }
            case "gold" -> {
                expect("pruned");
                yield new Breakpoint.GoldPruned();
            }
            case "boxed" -> new Breakpoint.Boxed();
            case "tokens", "processed", "candidates" -> {
                expect(">=");
                yield new Breakpoint.Spent(Breakpoint.Budget.valueOf(word.toUpperCase(Locale.ROOT)), whole());
            }
            default -> throw wrong("\"" + word + "\" is not a condition");
        };
    }

    private int equal() {
        expect("=");
        return whole();
    }

    private boolean below() {
        if (take("<")) return true;
        expect(">");
        return false;
    }

    private int whole() {
        double number = number();
        if (number != Math.rint(number) || number < 0 || number > Integer.MAX_VALUE)
            throw wrong("a whole number from 0 is expected, not " + number);
        return (int) number;
    }

    private double number() {
        String word = next("a number");
        try {
            return Double.parseDouble(word);
        } catch (NumberFormatException e) {
            throw wrong("\"" + word + "\" is not a number");
        }
    }

    private void expect(String word) {
        String found = next("\"" + word + "\"");
        if (!found.equals(word)) throw wrong("\"" + word + "\" is expected instead of \"" + found + "\"");
    }

    private boolean take(String word) {
        if (at >= words.size() || !words.get(at).equals(word)) return false;
        at++;
        return true;
    }

    private String next(String expected) {
        if (at >= words.size()) throw wrong(expected + " is missing at the end");
        return words.get(at++);
    }

    private EspalierException wrong(String what) {
        return new EspalierException(
                "The breakpoint \"" + text + "\" is not valid: " + what + ". Conditions are: " + KNOWN + ".");
    }
}
