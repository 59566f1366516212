package dev.espalier.answer.math.parse;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The words, commands and characters that may occur in answers.
final class Vocabulary {
    /// Letters and other names that stand for themselves.
    static final Set<String> LETTERS = Set.of(
            "alpha",
            "beta",
            "gamma",
            "delta",
            "epsilon",
            "varepsilon",
            "zeta",
            "eta",
            "theta",
            "vartheta",
            "iota",
            "kappa",
            "lambda",
            "mu",
            "nu",
            "xi",
            "pi",
            "rho",
            "sigma",
            "tau",
            "upsilon",
            "phi",
            "varphi",
            "chi",
            "psi",
            "omega",
            "Gamma",
            "Delta",
            "Theta",
            "Lambda",
            "Xi",
            "Pi",
            "Sigma",
            "Phi",
            "Psi",
            "Omega",
            "ell");
    static final Set<String> FUNCTIONS = Set.of(
            "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "log", "ln",
            "lg", "exp", "cis", "asin", "acos", "atan", "max", "min", "gcd", "lcm");
    /// Commands that only change appearance or width.
    static final Set<String> IGNORED = Set.of(
            "left",
            "right",
            "big",
            "Big",
            "bigg",
            "Bigg",
            "bigl",
            "bigr",
            "Bigl",
            "Bigr",
            "biggl",
            "biggr",
            "Biggl",
            "Biggr",
            "displaystyle",
            "textstyle",
            "scriptstyle",
            "limits",
            "nolimits",
            "quad",
            "qquad",
            "thinspace",
            "enspace",
            "boxed",
            "fbox",
            "rm",
            "bf",
            "it",
            "sf",
            "tt",
            "strut",
            "mathstrut",
            "bold",
            "nonumber",
            "notag",
            "centering",
            "large",
            "Large",
            "small",
            "$");
    static final Set<String> TEXT = Set.of(
            "text",
            "textrm",
            "textbf",
            "textit",
            "textsf",
            "texttt",
            "textsc",
            "textnormal",
            "mbox",
            "hbox",
            "mathrm",
            "mathbf",
            "mathit",
            "mathsf",
            "mathtt",
            "mathcal",
            "boldsymbol",
            "bm",
            "operatorname",
            "emph",
            "underline",
            "ensuremath");
    private static final Set<String> OTHERS =
            Set.of("sqrt", "binom", "infty", "cup", "cap", "begin", "emptyset", "mathbb", "lfloor", "lceil");
    /// Accents over a letter that denotes a vector.
    static final Set<String> VECTORS = Set.of("vec", "hat", "overrightarrow", "widehat");
    /// Commands to skip with their argument.
    static final Set<String> SKIPPED_WITH_ARGUMENT = Set.of("hspace", "vspace", "hskip", "color", "label", "tag");
    /// Short words that are units after a number; any longer word may be one.
    static final Set<String> UNITS = Set.of(
            "cm", "mm", "km", "dm", "nm", "ft", "in", "yd", "mi", "kg", "mg", "lb", "lbs", "oz", "hr", "hrs", "min",
            "mins", "sec", "secs", "ms", "mph", "kph", "ml", "mL", "cc", "sq", "cu", "deg", "rad", "rads", "pts", "Hz",
            "kHz", "Pa", "kPa", "kW", "mol", "am", "pm", "AM", "PM", "day", "USD", "EUR", "cups", "pcs", "per");
    /// Longer unit names in the singular, which may also follow letters (`2x` metres). After a number any words may
    /// be a unit.
    private static final Set<String> UNIT_WORDS = Set.of(
            "unit",
            "meter",
            "metre",
            "centimeter",
            "centimetre",
            "millimeter",
            "kilometer",
            "kilometre",
            "inch",
            "inche",
            "foot",
            "feet",
            "yard",
            "mile",
            "gram",
            "kilogram",
            "pound",
            "ounce",
            "ton",
            "liter",
            "litre",
            "gallon",
            "second",
            "minute",
            "hour",
            "day",
            "week",
            "month",
            "year",
            "degree",
            "radian",
            "dollar",
            "cent",
            "square",
            "cubic",
            "percent",
            "newton",
            "joule",
            "watt",
            "volt");
    static final Set<String> PERCENT = Set.of("percent", "percentage", "pct", "per cent");
    static final Set<String> SHORT_WORDS = Set.of("no", "up", "No", "NO", "Up", "UP");
    private static final String[] PRODUCTS = {"abcxyz", "pqrst", "klmnp", "uvw", "ijk"};

    private static final String SUPERSCRIPTS =
            "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207b\u207a\u207f";
    private static final String SUBSCRIPTS =
            "\u2080\u2081\u2082\u2083\u2084\u2085\u2086\u2087\u2088\u2089\u208b\u208a\u2099";
    private static final String RAISED = "0123456789-+n";
    private static final Map<String, String> MARKS = new HashMap<>();
    private static final Map<Character, String> CHARACTERS = new HashMap<>();

    static {
        String[][] marks = {
            {"cdot", "*"},
            {"times", "*"},
            {"ast", "*"},
            {"div", "/"},
            {"le", "<="},
            {"leq", "<="},
            {"leqslant", "<="},
            {"ge", ">="},
            {"geq", ">="},
            {"geqslant", ">="},
            {"lt", "<"},
            {"gt", ">"},
            {"ne", "!="},
            {"neq", "!="},
            {"in", "in"},
            {"approx", "~"},
            {"pm", "+-"},
            {"mp", "-+"},
            {"colon", ":"},
            {"%", "%"},
            {"{", "\\{"},
            {"}", "\\}"},
            {"lbrace", "\\{"},
            {"rbrace", "\\}"},
            {"langle", "("},
            {"rangle", ")"},
            {"lvert", "|"},
            {"rvert", "|"},
            {"vert", "|"},
            {"|", "|"},
            {"mid", "|"},
            {"lbrack", "["},
            {"rbrack", "]"},
            {"\\", "\\\\"},
            {"degree", "\u00b0"},
            {"degrees", "\u00b0"},
            {"textdegree", "\u00b0"},
            {"equiv", "="},
            {"land", "and"},
            {"lor", "and"},
            {"prime", "'"}
        };
        for (String[] pair : marks) {
            MARKS.put(pair[0], pair[1]);
        }
        String[][] characters = {
            {"\u2212\u2013\u2014\u2010\u2011", "-"},
            {"\u00d7\u00b7\u22c5\u2219\u2217\u2022", "*"},
            {"\u00f7\u2215\u2044", "/"},
            {"\u221a", "\\sqrt "},
            {"\u03c0", "\\pi "},
            {"\u221e", "\\infty "},
            {"\u222a", "\\cup "},
            {"\u2229", "\\cap "},
            {"\u2208", "\\in "},
            {"\u2264", "\\le "},
            {"\u2265", "\\ge "},
            {"\u2260", "\\ne "},
            {"\u00b1", "\\pm "},
            {"\u2213", "\\mp "},
            {"\u2248", "\\approx "},
            {"\u00b0\u00ba", "\\degree "},
            {"\u2032\u2019", "'"},
            {"\u00bd", "\\frac{1}{2}"},
            {"\u00bc", "\\frac{1}{4}"},
            {"\u00be", "\\frac{3}{4}"},
            {"\u2153", "\\frac{1}{3}"},
            {"\u2154", "\\frac{2}{3}"},
            {"\u2155", "\\frac{1}{5}"},
            {"\u2156", "\\frac{2}{5}"},
            {"\u2157", "\\frac{3}{5}"},
            {"\u2158", "\\frac{4}{5}"},
            {"\u2159", "\\frac{1}{6}"},
            {"\u215a", "\\frac{5}{6}"},
            {"\u215b", "\\frac{1}{8}"},
            {"\u215c", "\\frac{3}{8}"},
            {"\u215d", "\\frac{5}{8}"},
            {"\u215e", "\\frac{7}{8}"},
            {"\u221b", "\\sqrt[3]"},
            {"\u2205", "\\emptyset "},
            {"\u211d", "\\mathbb{R}"},
            {"\u03b8", "\\theta "},
            {"\u03b1", "\\alpha "},
            {"\u03b2", "\\beta "},
            {"\u00a0\u2009\u202f\u3000", " "},
            {"\u20ac\u00a3", ""},
            {"\uff0c", ","},
            {"\uff08", "("},
            {"\uff09", ")"}
        };
        for (String[] pair : characters) {
            for (char character : pair[0].toCharArray()) {
                CHARACTERS.put(character, pair[1]);
            }
        }
    }

    private Vocabulary() {}

    /// The mark that a command denotes; null if none.
    static @Nullable String mark(String command) {
        return MARKS.get(command);
    }

    /// Returns true if the words start with the name of a unit.
    static boolean isUnit(String words) {
        String first = words.strip().split("[\\s./^-]", 2)[0];
        String singular = first.toLowerCase(Locale.ROOT);
        return UNITS.contains(first)
                || UNIT_WORDS.contains(
                        singular.endsWith("s") ? singular.substring(0, singular.length() - 1) : singular);
    }

    /// Replaces Unicode's mathematical characters by ASCII and LaTeX.
    static String plain(String text) {
        int at = 0;
        while (at < text.length() && text.charAt(at) < 128) {
            at++;
        }
        if (at == text.length()) {
            return text;
        }
        StringBuilder plain = new StringBuilder(text.length() + 16);
        String raised = "";
        for (char character : text.toCharArray()) {
            String before = raised;
            raised = SUPERSCRIPTS.indexOf(character) >= 0 ? "^{" : SUBSCRIPTS.indexOf(character) >= 0 ? "_{" : "";
            plain.append(before.isEmpty() || before.equals(raised) ? "" : "}")
                    .append(raised.equals(before) ? "" : raised);
            if (!raised.isEmpty()) {
                plain.append(RAISED.charAt((raised.equals("^{") ? SUPERSCRIPTS : SUBSCRIPTS).indexOf(character)));
                continue;
            }
            String replacement = character < 128 ? null : CHARACTERS.get(character);
            if (replacement == null) {
                plain.append(character);
            } else {
                plain.append(replacement);
            }
        }
        return plain.append(raised.isEmpty() ? "" : "}").toString();
    }

    /// Returns true if the name is a supported command.
    static boolean isCommand(String name) {
        return LETTERS.contains(name)
                || FUNCTIONS.contains(name)
                || IGNORED.contains(name)
                || TEXT.contains(name)
                || MARKS.containsKey(name) && name.length() > 1
                || PrimaryParser.FRACTIONS.contains(name)
                || OTHERS.contains(name);
    }

    /// Returns true if a run of letters is a word and not a product of variables.
    static boolean isWord(String run) {
        if (run.length() < 3) {
            return SHORT_WORDS.contains(run);
        }
        if (run.length() > 4) {
            return true;
        }
        String lower = run.toLowerCase(Locale.ROOT);
        if (!lower.equals(run)) {
            return true;
        }
        for (String product : PRODUCTS) {
            boolean all = true;
            for (int i = 0; i < lower.length(); i++) {
                all &= product.indexOf(lower.charAt(i)) >= 0 && (i == 0 || lower.charAt(i) > lower.charAt(i - 1));
            }
            if (all) {
                return false;
            }
        }
        return true;
    }
}
