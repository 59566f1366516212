package dev.espalier.answer.math.parse;

import dev.espalier.answer.math.algebra.UnsupportedExpression;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads one number: thousands separators, decimals, a repeating part, an exponent of ten.
final class NumberScanner {
    /// Digits grouped by threes with a separator that cannot separate list items: `1,\!000`, `1{,}000`, `1\,000`.
    private static final Pattern GROUPED =
            Pattern.compile("\\d{1,3}(?:(?:,\\\\[!,;: ]|\\s*\\{,\\s*\\}|\\\\[,!])\\s*\\d{3}(?!\\d))+"
                    + "|\\d{1,2}(?:,\\\\!\\s*\\d\\d(?!\\d))+,\\\\!\\s*\\d{3}(?!\\d)");
    private static final Pattern GROUPED_BY_COMMAS = Pattern.compile("[1-9]\\d{0,2}(?:,\\d{3}(?!\\d))+(?!,\\d)");
    private static final Pattern GROUPED_BY_SPACES =
            Pattern.compile("[1-9]\\d{0,2}(?: \\d{3}(?!\\d))+(?:(?= \\d+/\\d)|(?! ?[\\d/]))");
    private static final Pattern REPEATING = Pattern.compile("\\\\(?:overline|bar|dot)\\s*(?:\\{(\\d{1,20})\\}|(\\d))");
    private static final Pattern SCIENTIFIC = Pattern.compile("[eE][+-]?\\d{1,4}(?![\\w.])");

    private final String text;
    private final boolean outsideBrackets;
    private int at;

    /// @param outsideBrackets true if no bracket is open. Within brackets a bare comma separates two numbers
    NumberScanner(String text, int start, boolean outsideBrackets) {
        this.text = text;
        this.at = start;
        this.outsideBrackets = outsideBrackets;
    }

    int end() {
        return at;
    }

    /// Returns the digits in the syntax of [Decimals].
    String scan() {
        StringBuilder number = new StringBuilder(whole());
        if (isPoint() && isDigit(at + 1)) {
            int point = at++;
            skipDigits();
            number.append(text, point, at);
        } else if (isPoint()
                && (text.startsWith("\\overline", at + 1)
                        || text.startsWith("\\dot{", at + 1)
                        || text.startsWith("\\bar", at + 1))) {
            number.append('.');
            at++;
        }
        if (number.indexOf(".") >= 0 && at < text.length() && text.charAt(at) == '\\') {
            Matcher repeating = matches(REPEATING);
            if (repeating != null) {
                number.append('(')
                        .append(repeating.group(1) != null ? repeating.group(1) : repeating.group(2))
                        .append(')');
                at = repeating.end();
            }
        }
        if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
            Matcher exponent = matches(SCIENTIFIC);
            if (exponent != null) {
                number.append(exponent.group());
                at = exponent.end();
            }
        }
        if (isPoint() && isDigit(at + 1)) {
            throw new UnsupportedExpression("two decimal points");
        }
        return number.toString();
    }

    private String whole() {
        int start = at;
        skipDigits();
        int end = at;
        if (end < text.length() && end > start && end - start <= 3 && ",{\\ ".indexOf(text.charAt(end)) >= 0) {
            at = start;
            Matcher grouped = matches(GROUPED);
            if (grouped == null && (outsideBrackets || text.charAt(end) == ' ')) {
                grouped = matches(text.charAt(end) == ' ' ? GROUPED_BY_SPACES : GROUPED_BY_COMMAS);
            }
            if (grouped != null) {
                at = grouped.end();
                return grouped.group().replaceAll("\\D", "");
            }
            at = end;
        }
        return text.substring(start, end);
    }

    private boolean isPoint() {
        return at < text.length() && text.charAt(at) == '.';
    }

    private boolean isDigit(int index) {
        return index < text.length() && text.charAt(index) >= '0' && text.charAt(index) <= '9';
    }

    private void skipDigits() {
        while (isDigit(at)) {
            at++;
        }
    }

    private @Nullable Matcher matches(Pattern pattern) {
        Matcher matcher = pattern.matcher(text).region(at, text.length()).useTransparentBounds(true);
        return matcher.lookingAt() ? matcher : null;
    }
}
