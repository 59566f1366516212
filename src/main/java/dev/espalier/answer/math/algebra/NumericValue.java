package dev.espalier.answer.math.algebra;

import static java.util.Objects.requireNonNull;

/// Evaluates fractions as complex numbers in double precision, with variables at fixed points. Only the last tolerance
/// of a grader and the sign of a constant use it; no canonical form contains a rounded number.
public record NumericValue(double re, double im) {
    private static final int POINTS = 4;
    private static final double TOLERANCE = 1e-9;

    public static boolean isConstant(Fraction fraction) {
        return isConstant(fraction.num()) && isConstant(fraction.den());
    }

    private static boolean isConstant(Polynomial polynomial) {
        for (Monomial monomial : polynomial.terms().keySet()) {
            for (Atom atom : monomial.atoms()) {
                boolean constant = switch (atom.kind()) {
                    case PRIME, IMAGINARY -> true;
                    case SYMBOL -> atom.equals(Atom.PI) || atom.equals(Atom.E);
                    case ROOT -> isConstant(requireNonNull(atom.base()));
                    case COSINE, FUNCTION -> isConstant(requireNonNull(atom.argument()));
                    case POWER ->
                        isConstant(requireNonNull(atom.argument())) && isConstant(requireNonNull(atom.exponent()));
                };
                if (!constant) {
                    return false;
                }
            }
        }
        return true;
    }

    /// The value of a real constant; NaN if it is not real.
    public static double real(Fraction constant) {
        NumericValue value = at(constant, 0);
        return Math.abs(value.im) <= TOLERANCE * (1 + Math.abs(value.re)) ? value.re : Double.NaN;
    }

    /// Returns true if the exact difference of two fractions vanishes at all test points (to 1e-9 of its largest
    /// terms) and is defined at one at least.
    public static boolean agree(Fraction a, Fraction b) {
        Fraction difference = a.minus(b);
        int compared = 0;
        for (int point = 0; point < POINTS; point++) {
            NumericValue value = at(difference.num(), point);
            double size = size(difference.num(), point);
            if (!value.isFinite()
                    || !Double.isFinite(size)
                    || !(at(difference.den(), point).modulus() > 0)) {
                continue;
            }
            if (value.modulus() > TOLERANCE * size) {
                return false;
            }
            compared++;
        }
        return compared > 0;
    }

    private static double size(Polynomial polynomial, int point) {
        double size = 0;
        for (var term : polynomial.terms().entrySet()) {
            size += at(Polynomial.term(term.getKey(), term.getValue()), point).modulus();
        }
        return size;
    }

    private static NumericValue at(Fraction fraction, int point) {
        return at(fraction.num(), point).over(at(fraction.den(), point));
    }

    private static NumericValue at(Polynomial polynomial, int point) {
        NumericValue sum = new NumericValue(0, 0);
        for (var term : polynomial.terms().entrySet()) {
            Monomial monomial = term.getKey();
            WorkBudget.spend(10 + 20L * monomial.atoms().length);
            NumericValue product = new NumericValue(term.getValue().toDouble(), 0);
            for (int i = 0; i < monomial.atoms().length; i++) {
                double exponent = (double) monomial.exponents()[i] / Monomial.ONE;
                Atom atom = monomial.atoms()[i];
                product = product.times(
                        atom.kind() == Atom.Kind.COSINE
                                ? function("cos", at(requireNonNull(atom.argument()), point))
                                        .pow(new NumericValue(2 * exponent, 0))
                                : value(atom, point).pow(new NumericValue(exponent, 0)));
            }
            sum = new NumericValue(sum.re + product.re, sum.im + product.im);
        }
        return sum;
    }

    private static NumericValue value(Atom atom, int point) {
        return switch (atom.kind()) {
            case SYMBOL -> new NumericValue(symbol(atom, point), 0);
            case PRIME, IMAGINARY, ROOT -> {
                NumericValue value = at(requireNonNull(atom.base()), point);
                yield new NumericValue(value.re, Math.abs(value.im) < 1e-14 * Math.abs(value.re) ? 0 : value.im);
            }
            case COSINE -> throw new IllegalStateException("evaluated with its sign");
            case POWER -> at(requireNonNull(atom.argument()), point).pow(at(requireNonNull(atom.exponent()), point));
            case FUNCTION ->
                function(atom.key().substring(0, atom.key().indexOf('(')), at(requireNonNull(atom.argument()), point));
        };
    }

    /// Points of both signs. Each name has the same points on every machine.
    private static double symbol(Atom atom, int point) {
        if (atom.equals(Atom.PI)) {
            return Math.PI;
        }
        if (atom.equals(Atom.E)) {
            return Math.E;
        }
        if (atom.equals(Atom.INFINITY)) {
            return Double.NaN;
        }
        double spread = ((atom.key().hashCode() * 0x9E3779B9 >>> 8) + point * 5_438_573L) % 16_777_213L / 16_777_213.0;
        return (point % 2 == 0 ? 1 : -1) * (0.3 + 2.1 * spread);
    }

    private static NumericValue function(String name, NumericValue x) {
        if (Math.abs(x.im) > TOLERANCE * (1 + Math.abs(x.re))) {
            return new NumericValue(Double.NaN, 0);
        }
        return new NumericValue(
                switch (name) {
                    case "sin" -> Math.sin(x.re);
                    case "cos" -> Math.cos(x.re);
                    case "ln" -> Math.log(x.re);
                    case "abs" -> Math.abs(x.re);
                    case "floor" -> Math.floor(x.re);
                    case "ceil" -> Math.ceil(x.re);
                    case "arcsin" -> Math.asin(x.re);
                    case "arccos" -> Math.acos(x.re);
                    case "arctan" -> Math.atan(x.re);
                    case "sinh" -> Math.sinh(x.re);
                    case "cosh" -> Math.cosh(x.re);
                    case "tanh" -> Math.tanh(x.re);
                    default -> Double.NaN;
                },
                0);
    }

    private boolean isFinite() {
        return Double.isFinite(re) && Double.isFinite(im);
    }

    private double modulus() {
        return Math.hypot(re, im);
    }

    private NumericValue times(NumericValue other) {
        return new NumericValue(re * other.re - im * other.im, re * other.im + im * other.re);
    }

    private NumericValue over(NumericValue other) {
        double square = other.re * other.re + other.im * other.im;
        return new NumericValue((re * other.re + im * other.im) / square, (im * other.re - re * other.im) / square);
    }

    private NumericValue pow(NumericValue exponent) {
        if (im == 0 && exponent.im == 0 && (re >= 0 || exponent.re == Math.rint(exponent.re))) {
            return new NumericValue(Math.pow(re, exponent.re), 0);
        }
        double logarithm = Math.log(modulus());
        double angle = Math.atan2(im, re);
        double size = Math.exp(exponent.re * logarithm - exponent.im * angle);
        double turn = exponent.re * angle + exponent.im * logarithm;
        return new NumericValue(size * Math.cos(turn), size * Math.sin(turn));
    }
}
