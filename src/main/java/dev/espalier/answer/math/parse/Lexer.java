package dev.espalier.answer.math.parse;

import dev.espalier.answer.math.algebra.UnsupportedExpression;
import dev.espalier.answer.math.parse.Token.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Splits an answer into tokens. Drops formatting: dollar signs, spacing, sizes, `\left` and `\right`.
final class Lexer {
    private static final Pattern DEGREES =
            Pattern.compile("\\^\\s*(?:\\\\circ|\\{\\s*(?:\\\\circ|\\\\degree)\\s*\\}|\\\\degree)(?![a-zA-Z])");
    private static final Pattern HALF_OF_DAY = Pattern.compile("[aApP]\\. ?[mM](?:\\.|(?![a-zA-Z]))");
    private static final Pattern JOINED = Pattern.compile(" (?:and|or)$");
    private static final Set<String> BOLD = Set.of("mathbf", "boldsymbol", "bm");
    private static final int MAX_NESTING = 4;

    private final String text;
    private final List<Token> tokens;
    private final int nesting;
    private int at;
    private int depth;
    private int environments;
    private boolean spaced;

    private Lexer(String text, List<Token> tokens, int nesting) {
        this.text = text;
        this.tokens = tokens;
        this.nesting = nesting;
    }

    static List<Token> tokens(String text) {
        List<Token> tokens = new ArrayList<>();
        new Lexer(text, tokens, 0).run();
        tokens.add(new Token(Type.END, "", false));
        return tokens;
    }

    private void run() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (Character.isWhitespace(c) || c == '~' || c == '$') {
                spaced = true;
                at++;
            } else if (isDigit(c) || c == '.' && at + 1 < text.length() && isDigit(text.charAt(at + 1))) {
                number();
            } else if (isLetter(c)) {
                letters();
            } else if (c == '\\') {
                command();
            } else if (c == '^' && matches(DEGREES) != null) {
                mark("\u00b0", DEGREES);
            } else {
                mark();
            }
        }
    }

    private void add(Type type, String content) {
        tokens.add(new Token(type, content, spaced));
        spaced = false;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    private @Nullable Matcher matches(Pattern pattern) {
        Matcher matcher = pattern.matcher(text).region(at, text.length()).useTransparentBounds(true);
        return matcher.lookingAt() ? matcher : null;
    }

    private void mark(String meaning, Pattern pattern) {
        Matcher matcher = matches(pattern);
        add(Type.MARK, meaning);
        at = matcher == null ? at + 1 : matcher.end();
    }

    private void mark() {
        char c = text.charAt(at);
        if (at + 1 < text.length() && text.charAt(at + 1) == '=' && (c == '<' || c == '>' || c == '!')) {
            add(Type.MARK, c + "=");
            at += 2;
            return;
        }
        if (c == '*' && at + 1 < text.length() && text.charAt(at + 1) == '*') {
            add(Type.MARK, "^");
            at += 2;
            return;
        }
        if (c == '.'
                && (at + 1 == text.length() || " \t\n\r$}\\".indexOf(text.charAt(at + 1)) >= 0)
                && (at == 0 || text.charAt(at - 1) != '.')) {
            at++;
            return;
        }
        if ("+-*/^_()[]{}|,;:=<>!'&%".indexOf(c) < 0) {
            throw new UnsupportedExpression("unknown character");
        }
        if (c == '{' && at + 1 < text.length() && text.charAt(at + 1) == '}') {
            at += 2;
            return;
        }
        depth += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
        add(Type.MARK, String.valueOf(c));
        at++;
    }

    private void number() {
        NumberScanner scanner = new NumberScanner(text, at, depth == 0);
        String digits = scanner.scan();
        at = scanner.end();
        add(Type.NUMBER, digits);
    }

    private void letters() {
        String run = run(text, at);
        at += run.length();
        String name = run.toLowerCase(Locale.ROOT);
        boolean afterNumber =
                afterNumber() || !tokens.isEmpty() && tokens.getLast().is("^");
        String function = function(run);
        Matcher half = afterNumber ? HALF_OF_DAY.matcher(text).region(at - run.length(), text.length()) : null;
        if (half != null && half.lookingAt()) {
            add(Type.TEXT, half.group());
            at = half.end();
        } else if (name.equals("and") || name.equals("or")) {
            add(Type.MARK, "and");
        } else if (afterNumber && Vocabulary.UNITS.contains(run)) {
            add(Type.TEXT, run);
        } else if (Vocabulary.FUNCTIONS.contains(run) || run.equals("sqrt")) {
            add(Type.COMMAND, run);
        } else if (run.equals("pi")) {
            add(Type.LETTER, run);
        } else if (name.equals("infinity") || name.equals("infty") || run.equals("oo")) {
            add(Type.COMMAND, "infty");
        } else if (!function.isEmpty()) {
            add(Type.COMMAND, function);
            add(Type.LETTER, run.substring(function.length()));
        } else if (run.length() > 2 && Vocabulary.isWord(run)) {
            add(Type.TEXT, run);
        } else {
            run.chars().forEach(letter -> add(Type.LETTER, String.valueOf((char) letter)));
        }
    }

    /// The run of letters that starts at an index.
    static String run(String text, int start) {
        int end = start;
        while (end < text.length() && isLetter(text.charAt(end))) {
            end++;
        }
        return text.substring(start, end);
    }

    private boolean afterNumber() {
        return !tokens.isEmpty()
                && (tokens.getLast().type() == Type.NUMBER || tokens.getLast().is("}"));
    }

    /// Splits `sinx` and `lnx` into a function and its argument.
    static String function(String run) {
        for (String function : List.of("sin", "cos", "tan", "log", "ln")) {
            if (run.startsWith(function) && run.length() == function.length() + 1) {
                return function;
            }
        }
        return "";
    }

    private void command() {
        String name = run(text, ++at);
        if (name.isEmpty() && at < text.length()) {
            name = text.substring(at, at + 1);
        }
        at += name.length();
        if (name.equals("\\") && environments == 0 && Vocabulary.isCommand(run(text, at))) {
            at--;
            command();
            return;
        }
        if (name.equals("backslash") || name.equals("smallsetminus")) {
            name = "setminus";
        }
        String mark = Vocabulary.mark(name);
        if (mark != null) {
            depth += mark.equals("(") || mark.equals("\\{") || mark.equals("[")
                    ? 1
                    : mark.equals(")") || mark.equals("\\}") || mark.equals("]") ? -1 : 0;
            add(Type.MARK, mark);
        } else if (Vocabulary.LETTERS.contains(name)) {
            add(Type.LETTER, name);
        } else if (name.isEmpty()
                || Vocabulary.IGNORED.contains(name)
                || name.length() == 1 && "!,;:> ()[]\n\t/".contains(name)) {
            spaced = true;
            if ((name.equals("left") || name.equals("right")) && at < text.length() && text.charAt(at) == '.') {
                at++;
            }
        } else if (Vocabulary.TEXT.contains(name)) {
            text(name, argument());
        } else if (Vocabulary.SKIPPED_WITH_ARGUMENT.contains(name)) {
            argument();
        } else if (Vocabulary.VECTORS.contains(name)) {
            String letter = argument().strip();
            add(Type.LETTER, letter.equals("i") ? "vec i" : letter);
        } else if (name.equals("pmod")) {
            argument();
            add(Type.TEXT, "mod");
        } else if (name.equals("mathbb") || name.equals("R")) {
            String set = name.equals("R") ? "R" : argument();
            add(set.equals("R") ? Type.COMMAND : Type.LETTER, set.equals("R") ? "reals" : "set " + set);
        } else if (name.equals("begin") || name.equals("end")) {
            String environment = argument();
            if (environment.equals("array") && name.equals("begin")) {
                argument();
            }
            depth += name.equals("begin") ? 1 : -1;
            environments += name.equals("begin") ? 1 : -1;
            add(Type.COMMAND, name + ":" + environment);
        } else {
            add(Type.COMMAND, name);
        }
    }

    /// The content of the group that starts here, or one character.
    private String argument() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        if (at == text.length()) {
            return "";
        }
        if (text.charAt(at) != '{') {
            return text.substring(at, ++at);
        }
        int open = 0;
        int start = at + 1;
        for (; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '\\') {
                at++;
            } else if (c == '{') {
                open++;
            } else if (c == '}' && --open == 0) {
                return text.substring(start, at++);
            }
        }
        throw new UnsupportedExpression("unbalanced braces");
    }

    private void text(String command, String content) {
        String words = content.strip();
        boolean afterNumber = afterNumber();
        String bare =
                words.length() == 3 && words.charAt(0) == '(' && words.charAt(2) == ')' ? words.substring(1, 2) : words;
        String joining = words.replaceAll("[^A-Za-z]", "").toLowerCase(Locale.ROOT);
        if (words.isEmpty()) {
            spaced = true;
        } else if (bare.length() == 1 && isLetter(bare.charAt(0)) && BOLD.contains(command)) {
            add(Type.LETTER, bare.equals("i") ? "vec i" : bare);
        } else if (bare.length() == 1 && isLetter(bare.charAt(0))) {
            add(afterNumber && Character.isLowerCase(bare.charAt(0)) ? Type.TEXT : Type.LETTER, bare);
        } else if (joining.length() == words.replaceAll("[\\s,]", "").length()
                && (joining.equals("and") || joining.equals("or"))) {
            add(Type.MARK, "and");
        } else if (afterNumber && JOINED.matcher(words).find()) {
            add(Type.TEXT, words.substring(0, words.lastIndexOf(' ')));
            add(Type.MARK, "and");
        } else if (Vocabulary.FUNCTIONS.contains(words)) {
            add(Type.COMMAND, words);
        } else if (isDigit(words.charAt(0))
                || BOLD.contains(command)
                || "+-.$\\(".indexOf(words.charAt(0)) >= 0 && !isLetter(words.charAt(words.length() - 1))) {
            if (nesting == MAX_NESTING) {
                throw new UnsupportedExpression("text nested too deeply");
            }
            Lexer inner = new Lexer(words, tokens, nesting + 1);
            inner.depth = depth;
            inner.run();
        } else {
            add(Type.TEXT, words);
        }
    }
}
