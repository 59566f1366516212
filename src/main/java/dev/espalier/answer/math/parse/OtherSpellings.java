package dev.espalier.answer.math.parse;

import java.util.Set;
import java.util.regex.Pattern;

/// Rewrites spellings that are no LaTeX as LaTeX: digits of other scripts, numbers in words, the output of computer
/// algebra systems, digits grouped by points, units with negative powers. Parity mode does not use it.
public final class OtherSpellings {
    private static final int LONGEST = 300;

    /// 1.234.567, 1'234'567, 1_234_567
    private static final Pattern GROUPED = Pattern.compile("(-?)(\\d{1,3})((?:([.'\u2019_])\\d{3})(?:\\4\\d{3})*+)");
    private static final Pattern GROUPED_TWICE = Pattern.compile("-?\\d{1,3}(?:\\{?\\.}?\\d{3}){2,}+");
    /// Rational(3, 4), Fraction(3, 4)
    private static final Pattern FRACTION =
            Pattern.compile("\\b(?:Rational|Fraction)\\(\\s*(-?\\d+)\\s*,\\s*(\\d+)\\s*\\)");
    /// S(1)/2, Integer(5)
    private static final Pattern SYMBOL = Pattern.compile("\\b(?:S|Integer|Float)\\((-?\\d+(?:\\.\\d+)?)\\)");
    private static final Pattern INFINITY = Pattern.compile(
            "(?<![A-Za-z\\\\])(?:inf|oo|[Ii]nfinity|float\\(['\"]?inf['\"]?\\)|(?:math|np)\\.inf|[Pp]lus infinity)(?![A-Za-z])");
    private static final Pattern MINUS_INFINITY = Pattern.compile("(?i)(?:minus|negative) infinity");
    private static final Pattern POSITIVE_INFINITY = Pattern.compile("(?i)(?:plus|positive) infinity");
    /// [[1, 2], [3, 4]], Matrix([[1, 2], [3, 4]])
    private static final Pattern MATRIX = Pattern.compile(
            "(?:(?:Mutable|Immutable)?(?:Dense)?Matrix|(?:np\\.)?array)?\\(?\\s*\\[\\s*(\\[[^\\[\\]]*+\\](?:\\s*,\\s*\\[[^\\[\\]]*+\\])*+)\\s*\\]\\s*\\)?");
    private static final Pattern NAMED_VECTOR = Pattern.compile("Matrix\\(\\s*\\[([^\\[\\]]+)\\]\\s*\\)");
    private static final Pattern ROWS = Pattern.compile("\\]\\s*,\\s*\\[");
    private static final String TRANSPOSED =
            "\\s*\\^\\s*(?:T|\\{\\s*T\\s*\\}|\\\\top|\\{\\s*\\\\top\\s*\\}|\\\\intercal|\\{\\\\(?:mathsf|mathrm|text)\\s?\\{?T\\}?\\})";
    /// (1, 2)^T
    private static final Pattern COLUMN =
            Pattern.compile("(?:\\\\left)?[(\\[]\\s*+([^\\[\\]&]+?)\\s*(?:\\\\right)?[)\\]]" + TRANSPOSED);
    private static final Pattern ROW =
            Pattern.compile("\\\\begin\\{([pb]?matrix)\\}(.*)\\\\end\\{\\1\\}" + TRANSPOSED, Pattern.DOTALL);
    /// 7 (mod 10), 7 \bmod 10
    private static final Pattern MODULUS = Pattern.compile(
            "\\s*(?:\\\\[ ,;])?(?:\\(\\s*(?:\\\\(?:text|mathrm|operatorname)\\s*\\{\\s*mod\\s*\\}|mod|\\\\bmod|\\\\mod|\\\\text\\s*\\{\\s*modulo\\s*\\}|modulo)\\s*(\\d+)\\s*\\)"
                    + "|\\\\text\\s*\\{\\s*\\(mod\\s*(\\d+)\\)\\s*\\}|(?:\\\\text\\s*\\{\\s*mod\\s*\\}|\\\\bmod|\\\\mod)\\s*\\{?(\\d+)\\}?)$");
    private static final Pattern COLOUR =
            Pattern.compile("\\\\(?:textcolor|colorbox)\\s*(?:\\[[^\\]]*\\])?\\s*\\{[^{}]*\\}");
    private static final Pattern NUMBER = Pattern.compile("-?\\d+(?:\\.\\d+)?(?=[\\s\\\\~])");
    private static final Pattern UNIT_MARKUP = Pattern.compile("\\\\(?:text|mathrm|cdot|[,;: ])|[~*\u00b7]");
    private static final Pattern UNIT_POWERS = Pattern.compile("(?:[a-zA-Z]{1,3}(?:\\^-?\\d)?(?:\\s+|$)){2,4}");
    private static final Pattern NEGATIVE_POWER = Pattern.compile("\\^\\{?-");
    private static final Pattern UNIT = Pattern.compile("[A-Za-z]+");
    private static final Set<String> UNITS = Set.of(
            "m", "s", "g", "h", "L", "N", "J", "W", "V", "A", "K", "C", "mol", "km", "cm", "mm", "kg", "min", "ft",
            "mi", "hr", "Pa", "Hz", "rad");
    private static final Pattern UNITS_BY_SLASH = Pattern.compile(
            "(-?\\d+(?:\\.\\d+)?)\\s++((?:m|km|cm|g|kg|L|J|N|mi|ft|mol|rad|W|V|C)/(?:s|h|m|km|cm|kg|L|min|mol|hr|K)(?:\\^\\{?[23]\\}?)?)");

    private OtherSpellings() {}

    /// Writes the decimal digits of all scripts as 0 to 9, and full-width punctuation in ASCII.
    public static String digits(String text) {
        int at = 0;
        while (at < text.length() && text.charAt(at) < 128) at++;
        if (at == text.length()) return text;
        var plain = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            int digit = c < 128 || !Character.isDigit(c) ? -1 : Character.digit(c, 10);
            if (digit >= 0) plain.append((char) ('0' + digit));
            else if (c >= 0xff01 && c <= 0xff5e) plain.append((char) (c - 0xff00 + 0x20));
            else if (c == 0x66b) plain.append('.');
            else if (c == 0x66c) plain.append(',');
            else plain.appendCodePoint(c);
        });
        return plain.toString();
    }

    /// @param plain the output of [AnswerText#trimmed], with ASCII digits
    public static String latex(String plain) {
        if (plain.length() > LONGEST) return plain;
        var words = NumberText.digits(plain);
        if (words != null) return words;
        var text = grouped(plain);
        if (text.indexOf('(') >= 0) {
            text = FRACTION.matcher(text).replaceAll("\\\\frac{$1}{$2}");
            text = SYMBOL.matcher(text).replaceAll("$1");
        }
        text = infinity(text);
        text = matrix(text);
        if (text.contains("mod")) text = MODULUS.matcher(text).replaceFirst("\\\\pmod{$1$2$3}");
        if (text.contains("color")) text = COLOUR.matcher(text).replaceAll("");
        return units(text);
    }

    private static String grouped(String text) {
        if (GROUPED_TWICE.matcher(text).matches()) return text.replaceAll("[{}.]", "");
        var grouped = GROUPED.matcher(text);
        boolean thousands = grouped.matches() && !grouped.group(4).equals(".");
        return thousands ? text.replaceAll("['\u2019_]", "") : text;
    }

    private static String infinity(String text) {
        var plain = text;
        if (text.contains("nfinity")) {
            plain = MINUS_INFINITY.matcher(plain).replaceAll("-\\\\infty ");
            plain = POSITIVE_INFINITY.matcher(plain).replaceAll("\\\\infty ");
        }
        return plain.contains("inf") || plain.contains("Inf") || plain.contains("oo")
                ? INFINITY.matcher(plain).replaceAll("\\\\infty ")
                : plain;
    }

    private static String matrix(String text) {
        if (text.indexOf('[') < 0 && text.indexOf('^') < 0) return text;
        var matrix = MATRIX.matcher(text);
        if (matrix.matches()) {
            var rows = matrix.group(1);
            return environment(ROWS.matcher(rows.substring(1, rows.length() - 1))
                    .replaceAll("\\\\\\\\")
                    .replace(",", "&"));
        }
        var vector = NAMED_VECTOR.matcher(text);
        if (vector.matches()) return environment(vector.group(1).replace(",", "\\\\"));
        var column = COLUMN.matcher(text);
        if (column.matches()) return environment(column.group(1).replace(",", "\\\\"));
        var row = ROW.matcher(text);
        return row.matches() && !row.group(2).contains("\\\\")
                ? environment(row.group(2).replace("&", "\\\\"))
                : text;
    }

    private static String environment(String cells) {
        return "\\begin{pmatrix}" + cells + "\\end{pmatrix}";
    }

    /// `3 m s^{-1}` is three metres per second, no product of variables.
    private static String units(String text) {
        if (NEGATIVE_POWER.matcher(text).find()) {
            var number = NUMBER.matcher(text);
            if (!number.lookingAt()) return text;
            var rest = UNIT_MARKUP
                    .matcher(text.substring(number.end()))
                    .replaceAll(" ")
                    .replaceAll("[{}]", "")
                    .strip();
            boolean known = UNIT_POWERS.matcher(rest).matches()
                    && UNIT.matcher(rest).results().allMatch(unit -> UNITS.contains(unit.group()));
            return known ? number.group() + "\\text{ units}" : text;
        }
        var slash = text.indexOf('/') > 0 ? UNITS_BY_SLASH.matcher(text) : null;
        return slash != null && slash.matches() ? slash.group(1) + "\\text{ " + slash.group(2) + "}" : text;
    }
}
