package dev.espalier.answer.math.parse;

import dev.espalier.answer.math.algebra.Expr;
import dev.espalier.answer.math.algebra.Expr.FunctionCall;
import dev.espalier.answer.math.algebra.Expr.Negated;
import dev.espalier.answer.math.algebra.Expr.Num;
import dev.espalier.answer.math.algebra.Expr.Power;
import dev.espalier.answer.math.algebra.Expr.Product;
import dev.espalier.answer.math.algebra.Expr.Quotient;
import dev.espalier.answer.math.algebra.Expr.Root;
import dev.espalier.answer.math.algebra.Expr.Sequence;
import dev.espalier.answer.math.algebra.Expr.SetOf;
import dev.espalier.answer.math.algebra.Expr.Symbol;
import dev.espalier.answer.math.algebra.Rational;
import dev.espalier.answer.math.algebra.UnsupportedExpression;
import dev.espalier.answer.math.parse.Token.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Parses the smallest parts of an answer: numbers, letters, fractions, roots, functions, and anything in brackets.
final class PrimaryParser {
    static final Set<String> FRACTIONS = Set.of("frac", "dfrac", "tfrac", "cfrac");
    /// Letters that denote functions if a bracket follows.
    private static final Set<String> FUNCTION_NAMES = Set.of("zeta", "Gamma");

    private final Parser parser;
    private final TokenReader tokens;
    private final NumberParser numbers;
    private final EnvironmentParser environments;
    private int bars;

    PrimaryParser(Parser parser) {
        this.parser = parser;
        this.tokens = parser.tokens;
        this.numbers = new NumberParser(this, tokens);
        this.environments = new EnvironmentParser(parser);
    }

    boolean startsFactor(Token token) {
        return switch (token.type()) {
            case NUMBER, LETTER -> true;
            case COMMAND ->
                !token.text().startsWith("end:")
                        && !token.text().equals("cup")
                        && !token.text().equals("cap")
                        && !token.text().equals("setminus")
                        && !token.text().equals("rfloor")
                        && !token.text().equals("rceil");
            case MARK -> token.is("(") || token.is("{") || token.is("|") && bars == 0;
            case TEXT, END -> false;
        };
    }

    Expr read() {
        tokens.enter();
        Token token = tokens.next();
        Expr value = switch (token.type()) {
            case NUMBER -> numbers.read(token.text());
            case LETTER -> symbol(token.text());
            case COMMAND -> command(token.text());
            case MARK ->
                switch (token.text()) {
                    case "(", "[" -> bracketed(token.text().charAt(0));
                    case "\\{" -> set();
                    case "{" -> group();
                    case "|" -> absolute();
                    default -> throw new UnsupportedExpression("unexpected " + token.text());
                };
            case TEXT, END -> throw new UnsupportedExpression("a value is missing");
        };
        tokens.leave();
        return value;
    }

    private Expr symbol(String letter) {
        StringBuilder name = new StringBuilder(letter);
        if (tokens.accept("_")) {
            name.append('_');
            if (tokens.accept("{")) {
                while (!tokens.peek().is("}")) {
                    if (tokens.peek().type() == Type.END) {
                        throw new UnsupportedExpression("missing }");
                    }
                    name.append(tokens.next().text());
                }
                tokens.next();
            } else {
                name.append(tokens.next().text());
            }
        }
        return applied(name.toString(), letter);
    }

    /// A variable, or a function if parentheses follow: always for f; for other usual names only if the parentheses
    /// hold one letter or number, since `p(q+r)` is a product.
    private Expr applied(String name, String letter) {
        int inverse = tokens.peek().is("^")
                        && tokens.peek(1).is("{")
                        && tokens.peek(2).is("-")
                        && tokens.peek(3).text().equals("1")
                        && tokens.peek(4).is("}")
                ? 5
                : 0;
        int primes = 0;
        while (tokens.peek(inverse + primes).is("'")) {
            primes++;
        }
        int bracket = inverse + primes;
        boolean plain = tokens.peek(bracket + 1).type() == Type.LETTER
                || tokens.peek(bracket + 1).type() == Type.NUMBER;
        boolean function = tokens.peek(bracket).is("(")
                && (letter.equals("f")
                        || FUNCTION_NAMES.contains(letter)
                        || FunctionCall.isFunctionLetter(letter)
                                && plain
                                && tokens.peek(bracket + 2).is(")"));
        if (!function) {
            return new Symbol(name);
        }
        for (int i = 0; i < bracket; i++) {
            tokens.next();
        }
        return new FunctionCall(name + (inverse > 0 ? "^-1" : "") + "'".repeat(primes), arguments(read()));
    }

    private static List<Expr> arguments(Expr argument) {
        return argument instanceof Sequence(char open, List<Expr> items, char close) && open == '(' && close == ')'
                ? items
                : List.of(argument);
    }

    private Expr command(String name) {
        if (FRACTIONS.contains(name)) {
            Expr numerator = argument();
            return new Quotient(numerator, argument());
        }
        if (Vocabulary.FUNCTIONS.contains(name)) {
            return function(name);
        }
        return switch (name) {
            case "sqrt" -> root();
            case "binom", "dbinom", "tbinom" -> {
                Expr numerator = argument();
                yield new FunctionCall("binom", List.of(numerator, argument()));
            }
            case "infty" -> new Symbol("inf");
            case "reals" -> new Sequence('(', List.of(new Negated(new Symbol("inf")), new Symbol("inf")), ')');
            case "emptyset", "varnothing" -> new SetOf(List.of());
            case "lfloor" -> closed("floor", "rfloor");
            case "lceil" -> closed("ceil", "rceil");
            default -> {
                if (name.startsWith("begin:")) {
                    yield environments.read(name.substring(6));
                }
                throw new UnsupportedExpression("unknown command");
            }
        };
    }

    private Expr closed(String function, String end) {
        Expr value = parser.sum();
        if (!tokens.next().isCommand(end)) {
            throw new UnsupportedExpression("missing " + end);
        }
        return new FunctionCall(function, List.of(value));
    }

    /// A TeX argument: a group, or the next digit, letter or command.
    private Expr argument() {
        Token token = tokens.peek();
        if (token.type() == Type.NUMBER && token.text().length() > 1 && Decimals.isWhole(token.text())) {
            return Decimals.read(tokens.takeFirstDigit());
        }
        if (token.type() == Type.NUMBER) {
            return Decimals.read(tokens.next().text());
        }
        return read();
    }

    private Expr root() {
        Expr order = new Num(Rational.of(2), -1);
        if (tokens.accept("[")) {
            order = parser.sum();
            tokens.expect("]");
        }
        if (tokens.peek().type() == Type.NUMBER) {
            return new Root(order, Decimals.read(tokens.next().text()));
        }
        return new Root(order, read());
    }

    Expr exponent() {
        if (tokens.accept("-")) {
            return new Negated(exponent());
        }
        tokens.accept("+");
        Token token = tokens.peek();
        return token.type() == Type.NUMBER ? Decimals.read(tokens.next().text()) : read();
    }

    private Expr function(String name) {
        Expr base = null;
        if (tokens.accept("_")) {
            base = argument();
        }
        Expr power = tokens.accept("^") ? exponent() : null;
        String function = name;
        if (power instanceof Negated(Num one)
                && one.value().isOne()
                && Set.of("sin", "cos", "tan").contains(name)) {
            function = "arc" + name;
            power = null;
        }
        List<Expr> arguments = new ArrayList<>();
        if (base != null) {
            arguments.add(base);
        }
        if (tokens.peek().is("(") || tokens.peek().is("{")) {
            arguments.addAll(arguments(read()));
        } else {
            List<Expr> factors = new ArrayList<>();
            do {
                factors.add(parser.postfix());
            } while (startsFactor(tokens.peek())
                    && !tokens.peek().is("(")
                    && !Vocabulary.FUNCTIONS.contains(tokens.peek().text()));
            arguments.add(factors.size() == 1 ? factors.getFirst() : new Product(factors));
        }
        FunctionCall call = new FunctionCall(function, arguments);
        return power == null ? call : new Power(call, power);
    }

    private Expr group() {
        List<Expr> items = parser.items();
        tokens.expect("}");
        return items.size() == 1 ? items.getFirst() : new SetOf(items);
    }

    private Expr set() {
        if (tokens.accept("\\}")) {
            return new SetOf(List.of());
        }
        int outer = bars;
        bars = 0;
        boolean conditions = skipElement();
        List<Expr> items = parser.items();
        tokens.expect("\\}");
        bars = outer;
        return !conditions ? new SetOf(items) : items.size() == 1 ? items.getFirst() : new Expr.Items(items, false);
    }

    /// Skips `x \mid` or `x \in \mathbb{R} :` at the start of a set. Conditions then define the set.
    private boolean skipElement() {
        int bar = tokens.peek(1).is("in") && tokens.peek(2).isCommand("reals") ? 3 : 1;
        if (tokens.peek().type() != Type.LETTER
                || !tokens.peek(bar).is("|") && !tokens.peek(bar).is(":")) {
            return false;
        }
        for (int i = 0; i <= bar; i++) {
            tokens.next();
        }
        return true;
    }

    private Expr bracketed(char open) {
        int outer = bars;
        bars = 0;
        List<Expr> items = parser.items();
        bars = outer;
        Token close = tokens.next();
        if (!close.is(")") && !close.is("]")) {
            throw new UnsupportedExpression("missing closing bracket");
        }
        return items.size() == 1
                ? items.getFirst()
                : new Sequence(open, items, close.text().charAt(0));
    }

    private Expr absolute() {
        bars++;
        Expr value = parser.sum();
        bars--;
        tokens.expect("|");
        return new FunctionCall("abs", List.of(value));
    }
}
