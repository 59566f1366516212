package dev.espalier.answer.math.algebra;

import java.math.BigInteger;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Named functions in normal form: an exact value if known, else a function atom with its argument in normal form.
final class Functions {
    private static final int MAX_FACTORIAL = 300;
    private static final Set<String> VARIADIC = Set.of("max", "min", "gcd", "lcm");

    private Functions() {}

    static Fraction apply(String name, List<Fraction> arguments) {
        if (arguments.size() == 1) {
            return apply(name, arguments.getFirst());
        }
        if (name.equals("log") && arguments.size() == 2) {
            return logarithm(arguments.getLast()).over(logarithm(arguments.getFirst()));
        }
        if (name.equals("binom") && arguments.size() == 2) {
            return binomial(arguments.getFirst(), arguments.getLast());
        }
        if (VARIADIC.contains(name) && !arguments.isEmpty()) {
            boolean known = arguments.stream().allMatch(Fraction::isRational);
            return known
                    ? Fraction.of(arguments.stream()
                            .map(Fraction::rational)
                            .reduce((a, b) -> ofTwo(name, a, b))
                            .orElseThrow())
                    : opaque(name, arguments);
        }
        if (Expr.FunctionCall.isFunctionLetter(name)) {
            return opaque(name, arguments);
        }
        throw new UnsupportedExpression("unknown function");
    }

    private static Rational ofTwo(String name, Rational a, Rational b) {
        if (name.equals("max") || name.equals("min")) {
            return a.compareTo(b) > 0 == name.equals("max") ? a : b;
        }
        if (!a.isInteger() || !b.isInteger() || a.isZero() || b.isZero()) {
            throw new UnsupportedExpression("divisor of a number that is not an integer");
        }
        Rational divisor = Rational.of(a.num().gcd(b.num()));
        return name.equals("gcd") ? divisor : a.times(b).abs().over(divisor);
    }

    private static Fraction apply(String name, Fraction x) {
        return switch (name) {
            case "sin" -> Trigonometry.sine(x);
            case "cos" -> Trigonometry.cosine(x);
            case "tan" -> Trigonometry.sine(x).over(Trigonometry.cosine(x));
            case "cot" -> Trigonometry.cosine(x).over(Trigonometry.sine(x));
            case "sec" -> Fraction.ONE.over(Trigonometry.cosine(x));
            case "csc" -> Fraction.ONE.over(Trigonometry.sine(x));
            case "cis" -> Trigonometry.cosine(x).plus(Trigonometry.sine(x).times(Fraction.I));
            case "arcsin", "asin" -> orOpaque("arcsin", x, Trigonometry.arcsine(x));
            case "arccos", "acos" ->
                Fraction.of(Atom.PI).times(Fraction.of(Rational.HALF)).minus(apply("arcsin", x));
            case "arctan", "atan" -> orOpaque("arctan", x, Trigonometry.arctangent(x));
            case "exp" -> exponential(x);
            case "sinh" -> exponential(x).minus(exponential(x.negate())).times(Fraction.of(Rational.HALF));
            case "cosh" -> exponential(x).plus(exponential(x.negate())).times(Fraction.of(Rational.HALF));
            case "tanh" -> apply("sinh", x).over(apply("cosh", x));
            case "ln" -> logarithm(x);
            case "log", "lg" -> logarithm(x).over(logarithm(Fraction.of(Rational.of(10))));
            case "abs" -> absolute(x);
            case "floor" ->
                x.isRational() ? Fraction.of(Rational.of(x.rational().floor())) : opaque(name, x);
            case "ceil" ->
                x.isRational()
                        ? Fraction.of(Rational.of(x.rational().negate().floor().negate()))
                        : opaque(name, x);
            case "factorial" -> factorial(x);
            default -> opaque(name, x);
        };
    }

    private static Fraction exponential(Fraction x) {
        return Powers.raise(Fraction.of(Atom.E), x);
    }

    private static Fraction orOpaque(String name, Fraction x, @Nullable Fraction known) {
        return known == null ? opaque(name, x) : known;
    }

    /// A function of several arguments, kept unevaluated.
    private static Fraction opaque(String name, List<Fraction> arguments) {
        return Fraction.of(Atom.symbol(name + arguments));
    }

    private static Fraction opaque(String name, Fraction x) {
        return Fraction.of(Atom.function(name, x));
    }

    static Fraction absolute(Fraction x) {
        if (x.isRational()) {
            return Fraction.of(x.rational().abs());
        }
        boolean negative = x.num().leadingFactor().signum() < 0;
        Fraction positive = negative ? x.negate() : x;
        if (positive.isPolynomial() && positive.num().terms().size() == 1) {
            boolean known = true;
            for (Atom atom : positive.num().leadingMonomial().atoms()) {
                known &= atom.isPositive();
            }
            if (known) {
                return positive;
            }
        }
        if (NumericValue.isConstant(x)) {
            double value = NumericValue.real(x);
            if (Math.abs(value) > 1e-6) {
                return value < 0 ? x.negate() : x;
            }
        }
        Rational content = positive.num().content();
        return opaque("abs", positive.over(Fraction.of(content))).times(Fraction.of(content));
    }

    /// Writes the logarithm of a product of known powers as a sum. Logarithms of distinct primes are linearly
    /// independent over the rational numbers.
    private static Fraction logarithm(Fraction x) {
        if (x.isZero()) {
            throw new UnsupportedExpression("logarithm of zero");
        }
        if (x.isRational() && x.rational().signum() > 0) {
            return logarithm(x.rational().num()).minus(logarithm(x.rational().den()));
        }
        if (x.isPolynomial()
                && x.num().terms().size() == 1
                && x.num().leadingFactor().signum() > 0) {
            Fraction sum = logarithm(Fraction.of(x.num().leadingFactor()));
            Monomial monomial = x.num().leadingMonomial();
            for (int i = 0; i < monomial.atoms().length; i++) {
                Atom atom = monomial.atoms()[i];
                if (!atom.isPositive()) {
                    return opaque("ln", x);
                }
                Fraction part = switch (atom.kind()) {
                    case PRIME -> opaque("ln", Fraction.of(java.util.Objects.requireNonNull(atom.base())));
                    case POWER ->
                        logarithm(java.util.Objects.requireNonNull(atom.argument()))
                                .times(java.util.Objects.requireNonNull(atom.exponent()));
                    default -> atom.equals(Atom.E) ? Fraction.ONE : opaque("ln", Fraction.of(atom));
                };
                sum = sum.plus(part.times(Fraction.of(Rational.of(monomial.exponents()[i], Monomial.ONE))));
            }
            return sum;
        }
        return opaque("ln", x);
    }

    private static Fraction logarithm(BigInteger positive) {
        Fraction sum = Fraction.ZERO;
        for (var factor : Powers.factors(positive).entrySet()) {
            sum = sum.plus(opaque("ln", Fraction.of(Rational.of(factor.getKey())))
                    .times(Fraction.of(Rational.of(factor.getValue()))));
        }
        return sum;
    }

    private static Fraction factorial(Fraction x) {
        if (!x.isRational()
                || !x.rational().isSmallInteger()
                || x.rational().signum() < 0
                || x.rational().toInt() > MAX_FACTORIAL) {
            return opaque("factorial", x);
        }
        BigInteger product = BigInteger.ONE;
        for (int i = 2; i <= x.rational().toInt(); i++) {
            WorkBudget.spend(1 + product.bitLength() / 64);
            product = product.multiply(BigInteger.valueOf(i));
        }
        return Fraction.of(Rational.of(product));
    }

    private static Fraction binomial(Fraction n, Fraction k) {
        if (!n.isRational()
                || !k.isRational()
                || !n.rational().isSmallInteger()
                || !k.rational().isSmallInteger()) {
            return opaque("binom", List.of(n, k));
        }
        int total = n.rational().toInt();
        int chosen = Math.min(k.rational().toInt(), total - k.rational().toInt());
        if (chosen < 0 || chosen > MAX_FACTORIAL) {
            throw new UnsupportedExpression("binomial coefficient out of range");
        }
        BigInteger product = BigInteger.ONE;
        for (int i = 1; i <= chosen; i++) {
            WorkBudget.spend(1 + product.bitLength() / 64);
            product = product.multiply(BigInteger.valueOf(total - chosen + i)).divide(BigInteger.valueOf(i));
        }
        return Fraction.of(Rational.of(product));
    }
}
