package dev.espalier.answer.parity;

import java.util.List;
import java.util.regex.Pattern;

/// Cleans an answer's text with the toolkit's rules, in its order; later rules depend on earlier ones. Source:
/// `strip_string` of the search-and-learn toolkit, which took it from the evaluation of Qwen2.5-Math.
final class ToolkitText {
    private static final int FLAGS = Pattern.UNICODE_CHARACTER_CLASS | Pattern.UNIX_LINES;
    private static final Pattern ARRAY = Pattern.compile("\\\\begin\\{array\\}\\{.*?\\}", FLAGS);
    private static final Pattern TEXT = Pattern.compile("\\\\text\\{(.*?)\\}", FLAGS);
    private static final Pattern MBOX = Pattern.compile("\\\\mbox\\{.*?\\}", FLAGS);
    private static final Pattern ZERO_DECIMALS = Pattern.compile("(?<!\\d)(\\d+)\\.0*([^\\d])", FLAGS);
    private static final Pattern ZERO_DECIMALS_AT_END = Pattern.compile("(?<!\\d)(\\d+)\\.0*$", FLAGS);
    private static final Pattern BARE_ROOT = Pattern.compile("\\\\sqrt(\\w+)", FLAGS);
    private static final Pattern INTEGER = Pattern.compile("-?(?:0|[1-9]\\d*)", Pattern.UNIX_LINES);
    private static final List<String> NAMED =
            List.of("x=", "y=", "z=", "x\\in", "y\\in", "z\\in", "x\\to", "y\\to", "z\\to");

    /// A longer text is no answer. It stays unchanged, so that no text takes long (decision 0032).
    private static final int MAX_LENGTH = 1_000;

    private ToolkitText() {}

    static String clean(String answer) {
        if (answer.length() > MAX_LENGTH) return answer.strip();
        var text = withoutFullStops(answer.strip().replace("\n", "")).replace("\\!", "");
        text = ARRAY.matcher(text)
                .replaceAll("\\\\begin{pmatrix}")
                .replace("\\end{array}", "\\end{pmatrix}")
                .replace("bmatrix", "pmatrix");
        text = text.replace("tfrac", "frac")
                .replace("dfrac", "frac")
                .replace("\\neq", "\\ne")
                .replace("\\leq", "\\le")
                .replace("\\geq", "\\ge")
                .replace("\\left", "")
                .replace("\\right", "")
                .replace("\\{", "{")
                .replace("\\}", "}");
        var withoutEnd = withoutTextAtEnd(text).strip();
        if (!withoutEnd.isEmpty()) text = withoutEnd;
        text = UnitWords.removed(text)
                .replace("^{\\circ}", "")
                .replace("^\\circ", "")
                .replace("\\$", "")
                .replace("$", "")
                .replace("\\(", "")
                .replace("\\)", "");
        text = replaced(TEXT, NumberWords.digits(text), "$1");
        for (var name : NAMED) text = text.replace(name, "");
        text = text.replace("\\emptyset", "{}")
                .replace("(-\\infty,\\infty)", "\\mathbb{R}")
                .replace("\\%", "")
                .replace("%", "")
                .replace(" .", " 0.")
                .replace("{.", "{0.")
                .replace("infinity", "\\infty");
        if (!text.contains("\\infty")) text = text.replace("inf", "\\infty");
        text = replaced(
                MBOX, text.replace("+\\inity", "\\infty").replace("and", "").replace("\\mathbf", ""), "");
        if (text.contains("j") && !text.contains("i")) text = text.replace('j', 'i');
        text = ZERO_DECIMALS_AT_END
                .matcher(ZERO_DECIMALS.matcher(text).replaceAll("$1$2"))
                .replaceAll("$1");
        return text.isEmpty() ? "" : fractions(roots(afterEquals(text.startsWith(".") ? "0" + text : text)));
    }

    private static String withoutFullStops(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == '.') end--;
        return text.substring(0, end);
    }

    /// Removes everything from the first `\text{` on if the text ends with a brace. The toolkit assumes that this
    /// is a unit.
    private static String withoutTextAtEnd(String text) {
        int at = text.endsWith("}") ? text.indexOf("\\text{") : -1;
        return at < 0 ? text : text.substring(0, at);
    }

    /// Applies a pattern that ends with a closing brace. Skips the text after the last brace: searching there is in
    /// vain and takes quadratic time.
    private static String replaced(Pattern pattern, String text, String replacement) {
        int end = text.lastIndexOf('}') + 1;
        return pattern.matcher(text.substring(0, end)).replaceAll(replacement) + text.substring(end);
    }

    /// `k = 5` is 5 if at most two characters precede the only equals sign.
    private static String afterEquals(String text) {
        int at = text.indexOf('=');
        return at >= 0 && at <= 2 && text.indexOf('=', at + 1) < 0 ? text.substring(at + 1) : text;
    }

    private static String roots(String text) {
        return BARE_ROOT.matcher(text).replaceAll("\\\\sqrt{$1}").replace(" ", "");
    }

    private static String fractions(String text) {
        var braced = braced(text);
        int slash = braced.indexOf('/');
        if (slash < 0 || braced.indexOf('/', slash + 1) >= 0) return braced;
        var numerator = braced.substring(0, slash);
        var denominator = braced.substring(slash + 1);
        return wholeOrRoot(numerator) && wholeOrRoot(denominator)
                ? "\\frac{" + numerator + "}{" + denominator + "}"
                : braced;
    }

    private static boolean wholeOrRoot(String part) {
        return part.contains("sqrt") || INTEGER.matcher(part).matches() && !part.equals("-0");
    }

    /// Adds the braces in `\frac12` and `\frac1{72}`. Returns the text unchanged if fewer than two characters
    /// follow a `\frac`.
    private static String braced(String text) {
        var parts = text.split("\\\\frac", -1);
        var all = new StringBuilder(parts[0]);
        for (int i = 1; i < parts.length; i++) {
            var part = parts[i];
            all.append("\\frac");
            if (part.startsWith("{")) {
                all.append(part);
            } else if (part.length() < 2) {
                return text;
            } else if (part.charAt(1) == '{') {
                all.append('{').append(part.charAt(0)).append('}').append(part, 1, part.length());
            } else {
                all.append('{')
                        .append(part.charAt(0))
                        .append("}{")
                        .append(part.charAt(1))
                        .append('}')
                        .append(part, 2, part.length());
            }
        }
        return all.toString();
    }
}
