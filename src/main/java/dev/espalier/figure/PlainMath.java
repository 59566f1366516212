package dev.espalier.figure;

import dev.espalier.io.SafeText;
import java.util.Map;

/// Converts the LaTeX of an answer to one line of plain text, for labels too small for typeset mathematics:
/// `\frac{17}{2}` is 17/2, `2\sqrt{5}` is 2√5, `90^\circ` is 90°. Unknown commands stay unchanged.
public final class PlainMath {
    private static final int MAX_LENGTH = 200;
    private static final String SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
    private static final Map<String, String> SYMBOLS = Map.ofEntries(
            Map.entry("pi", "π"),
            Map.entry("theta", "θ"),
            Map.entry("alpha", "α"),
            Map.entry("beta", "β"),
            Map.entry("infty", "∞"),
            Map.entry("cdot", "·"),
            Map.entry("times", "×"),
            Map.entry("div", "÷"),
            Map.entry("pm", "±"),
            Map.entry("le", "≤"),
            Map.entry("leq", "≤"),
            Map.entry("ge", "≥"),
            Map.entry("geq", "≥"),
            Map.entry("ne", "≠"),
            Map.entry("neq", "≠"),
            Map.entry("in", "∈"),
            Map.entry("cup", "∪"),
            Map.entry("cap", "∩"),
            Map.entry("circ", "°"),
            Map.entry("degree", "°"),
            Map.entry("ldots", "…"),
            Map.entry("dots", "…"),
            Map.entry("left", ""),
            Map.entry("right", ""),
            Map.entry("displaystyle", ""),
            Map.entry("quad", " "),
            Map.entry(",", " "),
            Map.entry(";", " "),
            Map.entry(":", " "),
            Map.entry("!", ""),
            Map.entry(" ", " "),
            Map.entry("%", "%"),
            Map.entry("$", "$"),
            Map.entry("{", "{"),
            Map.entry("}", "}"),
            Map.entry("\\", "; "),
            Map.entry("(", ""),
            Map.entry(")", ""),
            Map.entry("[", ""),
            Map.entry("]", ""));

    /// The deepest nesting of groups and arguments; anything deeper stays unchanged.
    private static final int MAX_DEPTH = 50;

    private final String tex;
    private int at;
    private int depth;

    private PlainMath(String tex) {
        this.tex = tex;
    }

    /// Running text that contains mathematics. Keeps line breaks.
    public static String text(String tex) {
        return SafeText.text(tex.indexOf('\\') < 0 && tex.indexOf('$') < 0 ? tex : new PlainMath(tex).sequence(false));
    }

    public static String of(String tex) {
        var start = tex.length() > MAX_LENGTH ? tex.substring(0, MAX_LENGTH) : tex;
        return SafeText.text(
                new PlainMath(start).sequence(false).replaceAll("\\s+", " ").strip());
    }

    /// Reads to the end, or to the brace that closes a group.
    private String sequence(boolean group) {
        var plain = new StringBuilder();
        while (at < tex.length()) {
            char c = tex.charAt(at);
            if (group && c == '}') {
                at++;
                break;
            }
            plain.append(c == '^' ? power() : c == '$' ? skip() : piece());
        }
        return plain.toString();
    }

    private String skip() {
        at++;
        return "";
    }

    /// Reads a command with its arguments, a group, or one character.
    private String piece() {
        char c = tex.charAt(at++);
        if (depth == MAX_DEPTH) return String.valueOf(c);
        depth++;
        var plain = switch (c) {
            case '\\' -> command();
            case '{' -> sequence(true);
            case '~' -> " ";
            default -> String.valueOf(c);
        };
        depth--;
        return plain;
    }

    private String argument() {
        while (at < tex.length() && tex.charAt(at) == ' ') at++;
        return at < tex.length() ? piece() : "";
    }

    private String power() {
        at++;
        var power = argument();
        if (power.equals("°")) return power;
        if (power.isEmpty() || !power.chars().allMatch(c -> c >= '0' && c <= '9')) return "^" + wrapped(power);
        var raised = new StringBuilder();
        power.chars().forEach(digit -> raised.append(SUPERSCRIPTS.charAt(digit - '0')));
        return raised.toString();
    }

    private String command() {
        int from = at;
        while (at < tex.length() && Character.isLetter(tex.charAt(at))) at++;
        if (at == from && at < tex.length()) at++;
        var name = tex.substring(from, at);
        return switch (name) {
            case "frac", "dfrac", "tfrac", "cfrac" -> wrapped(argument()) + "/" + wrapped(argument());
            case "sqrt" -> at < tex.length() && tex.charAt(at) == '[' ? "\\sqrt" : "√" + wrapped(argument());
            case "text", "textbf", "textit", "mathrm", "mathbf", "mbox", "boxed", "operatorname" -> argument();
            default -> SYMBOLS.getOrDefault(name, "\\" + name);
        };
    }

    /// In parentheses unless it is one number or name.
    private static String wrapped(String part) {
        return part.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '.' || c == '√' || c == '°')
                ? part
                : "(" + part + ")";
    }
}
