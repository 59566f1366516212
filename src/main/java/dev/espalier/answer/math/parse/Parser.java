package dev.espalier.answer.math.parse;

import dev.espalier.answer.math.algebra.Evaluator;
import dev.espalier.answer.math.algebra.Expr;
import dev.espalier.answer.math.algebra.Expr.FunctionCall;
import dev.espalier.answer.math.algebra.Expr.Items;
import dev.espalier.answer.math.algebra.Expr.Negated;
import dev.espalier.answer.math.algebra.Expr.Num;
import dev.espalier.answer.math.algebra.Expr.Power;
import dev.espalier.answer.math.algebra.Expr.Product;
import dev.espalier.answer.math.algebra.Expr.Quantity;
import dev.espalier.answer.math.algebra.Expr.Quotient;
import dev.espalier.answer.math.algebra.Expr.Relation;
import dev.espalier.answer.math.algebra.Expr.SetOperation;
import dev.espalier.answer.math.algebra.Expr.Sign;
import dev.espalier.answer.math.algebra.Expr.Sum;
import dev.espalier.answer.math.algebra.Expr.Symbol;
import dev.espalier.answer.math.algebra.Expr.Words;
import dev.espalier.answer.math.algebra.Rational;
import dev.espalier.answer.math.algebra.UnsupportedExpression;
import dev.espalier.answer.math.parse.Token.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Parses tokens as an answer: a list of relations between sums of products. Throws [UnsupportedExpression] for
/// anything else.
public final class Parser {
    private static final Set<String> RELATIONS = Set.of("=", "<", "<=", ">", ">=", "!=", "in", "~", ":");
    /// Words after a number that multiply it.
    private static final Map<String, Rational> SCALES = Map.of(
            "hundred",
            Rational.of(100),
            "thousand",
            Rational.of(1_000),
            "million",
            Rational.of(1_000_000),
            "billion",
            Rational.of(1_000_000_000),
            "trillion",
            Rational.of(1_000_000_000_000L),
            "dozen",
            Rational.of(12));
    private static final int MAX_ITEMS = 200;

    final TokenReader tokens;
    private final PrimaryParser primary;
    private int signs;

    private Parser(List<Token> tokens) {
        this.tokens = new TokenReader(tokens);
        this.primary = new PrimaryParser(this);
    }

    /// Parses an answer. A date or plain words become [Expr.Words].
    ///
    /// @param answer the output of [AnswerText#trimmed]
    public static Expr read(String answer) {
        return AnswerText.isWords(answer) || AnswerText.isDate(answer)
                ? new Words(answer)
                : parse(Lexer.tokens(Vocabulary.plain(AnswerText.unescaped(answer))));
    }

    private static Expr parse(List<Token> tokens) {
        Parser parser = new Parser(tokens);
        if (parser.tokens.peek().is("=") || parser.tokens.peek().is("~")) {
            parser.tokens.next();
        }
        Expr answer = parser.answer();
        if (parser.tokens.peek().type() != Type.END) {
            throw new UnsupportedExpression("something follows the answer");
        }
        return answer;
    }

    /// One or more answers, separated by commas, semicolons, "and" or "or".
    private Expr answer() {
        int start = tokens.position();
        List<Expr> items = items();
        return items.size() == 1 ? items.getFirst() : new Items(items, tokens.containsSince("and", start));
    }

    List<Expr> items() {
        List<Expr> items = new ArrayList<>();
        items.add(item());
        while (isSeparator()) {
            while (isSeparator()) {
                tokens.next();
            }
            items.add(item());
            if (items.size() > MAX_ITEMS) {
                throw new UnsupportedExpression("too many items");
            }
        }
        return items;
    }

    private boolean isSeparator() {
        return tokens.peek().is(",") || tokens.peek().is(";") || tokens.peek().is("and");
    }

    Expr item() {
        List<Expr> sides = new ArrayList<>();
        List<String> operators = new ArrayList<>();
        sides.add(named());
        while (tokens.peek().type() == Type.MARK
                && RELATIONS.contains(tokens.peek().text())) {
            String operator = tokens.next().text();
            boolean clock = operator.equals(":")
                    && tokens.peek().type() == Type.NUMBER
                    && tokens.peek().text().matches("0\\d");
            operators.add(clock ? Relation.CLOCK : operator);
            sides.add(side());
        }
        return operators.isEmpty() ? sides.getFirst() : new Relation(sides, operators);
    }

    /// The first side. It may be a name that is not understood: `\angle ABC = 50^\circ`.
    private Expr named() {
        int start = tokens.position();
        int depth = tokens.depth();
        try {
            return side();
        } catch (UnsupportedExpression unsupported) {
            String name = depth == 0 ? tokens.skipTo("=", start) : "";
            if (name.isEmpty()) {
                throw unsupported;
            }
            tokens.depth(depth);
            return new Words(name);
        }
    }

    /// A value with its unit, words, or sets joined by set operators.
    Expr side() {
        tokens.enter();
        if (tokens.peek().type() == Type.TEXT) {
            StringBuilder words = new StringBuilder(tokens.next().text());
            while (tokens.peek().type() == Type.TEXT) {
                words.append(' ').append(tokens.next().text());
            }
            tokens.leave();
            return new Words(words.toString());
        }
        Expr value = sum();
        if (tokens.peek().isCommand("cup")
                || tokens.peek().isCommand("cap")
                || tokens.peek().isCommand("setminus")) {
            String operator = tokens.peek().text();
            List<Expr> parts = new ArrayList<>(List.of(value));
            while (tokens.peek().isCommand(operator)) {
                tokens.next();
                parts.add(sum());
            }
            value = new SetOperation(operator, parts);
        }
        if (tokens.peek().type() == Type.TEXT) {
            if (!Vocabulary.isUnit(tokens.peek().text()) && Evaluator.hasLetters(value)) {
                throw new UnsupportedExpression("words after letters");
            }
            value = measured(value, unit());
        }
        tokens.leave();
        return value;
    }

    private static Expr measured(Expr value, String unit) {
        if (Vocabulary.PERCENT.contains(unit)) {
            return new Expr.Percent(value);
        }
        Rational scale = SCALES.get(unit.split(" ")[0].toLowerCase(Locale.ROOT));
        return new Quantity(scale == null ? value : new Product(List.of(value, new Num(scale, -1))), unit);
    }

    /// Words with powers, products and quotients: `cm^2`, `miles per hour`, `m/s`.
    private String unit() {
        StringBuilder unit = new StringBuilder();
        while (true) {
            Token token = tokens.peek();
            boolean joins = token.is("/") || token.is("*");
            if (token.type() == Type.TEXT
                    || joins
                            && (tokens.peek(1).type() == Type.TEXT
                                    || tokens.peek(1).type() == Type.LETTER)
                    || !unit.isEmpty() && unit.charAt(unit.length() - 1) == '/' && token.type() == Type.LETTER) {
                unit.append(unit.isEmpty() || joins || unit.charAt(unit.length() - 1) == '/' ? "" : " ")
                        .append(tokens.next().text());
            } else if (token.is("^")) {
                tokens.next();
                boolean braced = tokens.accept("{");
                boolean negative = tokens.accept("-");
                if (tokens.peek().type() != Type.NUMBER) {
                    throw new UnsupportedExpression("a unit's power is not a number");
                }
                unit.append('^')
                        .append(negative ? "-" : "")
                        .append(tokens.next().text());
                if (braced) {
                    tokens.expect("}");
                }
            } else {
                return unit.toString();
            }
        }
    }

    Expr sum() {
        tokens.enter();
        List<Expr> terms = new ArrayList<>();
        boolean first = true;
        while (true) {
            Token token = tokens.peek();
            if (token.is("+") || token.is("-") || token.is("+-") || token.is("-+")) {
                tokens.next();
                boolean negative = false;
                while (tokens.peek().is("-") || tokens.peek().is("+")) {
                    negative ^= tokens.next().is("-");
                }
                Expr term = term();
                terms.add(signed(token.text(), negative ? new Negated(term) : term));
            } else if (first) {
                terms.add(term());
            } else {
                tokens.leave();
                return terms.size() == 1 ? terms.getFirst() : new Sum(terms);
            }
            first = false;
        }
    }

    private Expr signed(String sign, Expr value) {
        return switch (sign) {
            case "+" -> value;
            case "-" -> new Negated(value);
            default -> new Product(List.of(new Sign(signs++, sign.equals("-+")), value));
        };
    }

    private Expr term() {
        List<Expr> factors = new ArrayList<>();
        factors.add(postfix());
        while (true) {
            Token token = tokens.peek();
            if (token.is("*")) {
                tokens.next();
                factors.add(signedFactor());
            } else if (token.is("/")) {
                if (tokens.peek(1).type() == Type.TEXT) {
                    return product(factors);
                }
                tokens.next();
                Expr numerator = product(factors);
                factors = new ArrayList<>();
                factors.add(new Quotient(numerator, signedFactor()));
            } else if (primary.startsFactor(token)) {
                if (token.type() == Type.NUMBER && factors.getLast() instanceof Num) {
                    throw new UnsupportedExpression("two numbers side by side");
                }
                factors.add(postfix());
            } else {
                return product(factors);
            }
        }
    }

    private static Expr product(List<Expr> factors) {
        return factors.size() == 1 ? factors.getFirst() : new Product(factors);
    }

    private Expr signedFactor() {
        boolean negative = false;
        while (tokens.peek().is("-") || tokens.peek().is("+")) {
            negative ^= tokens.next().is("-");
        }
        Expr factor = postfix();
        return negative ? new Negated(factor) : factor;
    }

    /// A primary with its suffixes: powers, factorial, degrees, percent, primes.
    Expr postfix() {
        Expr value = primary.read();
        while (true) {
            Token token = tokens.peek();
            if (token.is("^")) {
                tokens.next();
                value = new Power(value, primary.exponent());
            } else if (token.is("!")) {
                tokens.next();
                value = new FunctionCall("factorial", List.of(value));
            } else if (token.is("\u00b0")) {
                tokens.next();
                value = new Expr.Degrees(value);
            } else if (token.is("%")) {
                tokens.next();
                value = new Expr.Percent(value);
            } else if (token.is("'") && value instanceof Symbol(String name)) {
                tokens.next();
                value = new Symbol(name + "'");
            } else {
                return value;
            }
        }
    }
}
