package dev.espalier.answer.math;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// Answers in other spellings than LaTeX: the output of programs, other scripts, words.
class OtherSpellingsTest {
    private static final MathGrader GRADER = new MathGrader();

    static final List<String> EQUAL = """
            5 | ５
            -5 | －５
            12.5 | １２．５
            1/2 | １／２
            7 | ٧
            7 | ७
            1234 | １，２３４
            15 | ۱۵
            x=3 | x=３
            (1,2) | （１，２）
            \\infty | oo
            \\infty | infinity
            -\\infty | -inf
            \\infty | Infinity
            (-\\infty,3) | (-inf, 3)
            [2,\\infty) | [2, oo)
            \\infty | +\\infty
            \\begin{pmatrix}1&2\\\\3&4\\end{pmatrix} | Matrix([[1, 2], [3, 4]])
            \\begin{bmatrix}0&1\\\\1&0\\end{bmatrix} | [[0, 1], [1, 0]]
            \\begin{pmatrix}1\\\\2\\\\3\\end{pmatrix} | (1,2,3)^T
            \\begin{pmatrix}1\\\\2\\end{pmatrix} | [1, 2]^T
            \\begin{pmatrix}1\\\\2\\end{pmatrix} | \\begin{pmatrix}1&2\\end{pmatrix}^T
            \\begin{pmatrix}1\\\\2\\end{pmatrix} | (1,2)^{\\top}
            \\begin{pmatrix}1\\\\2\\end{pmatrix} | [[1],[2]]
            \\begin{pmatrix}1/2&0\\\\0&1\\end{pmatrix} | [[1/2,0],[0,1]]
            \\frac{2}{7} | Rational(2, 7)
            -\\frac{2}{7} | -Rational(2,7)
            -\\frac{2}{7} | Rational(-2,7)
            \\frac{1}{2} | S(1)/2
            x^2 | x**2
            \\frac{1}{2} | Fraction(1, 2)
            3\\text{ m/s} | 3 m/s
            3\\text{ m/s} | 3 \\text{ m s}^{-1}
            3\\text{ m/s} | 3 m\\cdot s^{-1}
            9.8\\text{ m/s}^2 | 9.8 m s^{-2}
            5\\text{ km/h} | 5 km h^{-1}
            2\\text{ kg/m}^3 | 2 kg m^{-3}
            5 \\text{ cm}^2 | 5 cm^2
            1234567 | 1,234,567
            1234567 | 1 234 567
            1234567 | 1'234'567
            12345678 | 12.345.678
            1234567 | 1{.}234{.}567
            1000000 | 1.000.000
            1234 | 1,234.00
            1234567 | 1_234_567
            \\frac34 | three quarters
            \\frac12 | one half
            \\frac12 | one-half
            7 | seven
            21 | twenty-one
            \\text{seven} | 7
            100 | one hundred
            \\frac{3}{5} | three fifths
            \\frac{3}{4} | three-fourths
            1000 | one thousand
            105 | one hundred and five
            0 | zero
            \\text{twelve} | 12
            \\frac{2}{3} | \\text{two-thirds}
            7 | 7 \\pmod{10}
            7 | 7 \\bmod 10
            7 | 7 (mod 10)
            7 | 7 \\text{ mod } 10
            7 \\pmod{10} | 7
            x \\equiv 7 \\pmod{10} | 7 \\pmod{10}
            \\frac14 | ¼
            \\sqrt{2} | √2
            2\\sqrt{3} | 2√3
            x^2 | x²
            \\pi | π
            \\pi/2 | π/2
            x\\le 3 | x ≤ 3
            x\\ne 3 | x ≠ 3
            30^\\circ | 30º
            \\emptyset | ∅
            3\\cdot 4 | 3·4
            6/2 | 6÷2
            \\pm 3 | ±3
            \\mathbb{R} | ℝ
            x\\in\\mathbb{R} | x ∈ ℝ
            \\text{Yes} | Yes.
            \\text{an ellipse} | ellipse
            \\text{the circle} | circle
            \\text{True} | true
            (0,5) | 0<x<5
            x>3 | x \\in (3,\\infty)
            [1,2] | 1 \\le x \\le 2
            y=2x+1 | 2x-y+1=0
            1,2,3 | \\{1,2,3\\}
            x=1,y=2 | (1,2)
            3,5 | 5 and 3
            \\pm 2 | 2, -2
            8 | n=8
            8 | n = 8
            8 | x=8
            50\\% | 0.5
            1.6\\times10^{-19} | 1.6E-19
            0.\\overline{6} | \\frac23
            2 1/2 | 5/2
            5 | 5.00
            .5 | 0.5
            \\$5 | 5 dollars
            €5 | 5 euros
            5 € | 5
            £5 | 5
            5 | 5 units
            6! | 720
            x^2+2x+1 | (x+1)^2
            \\log 2 | log(2)
            \\ln 2 | ln(2)
            e^2 | exp(2)
            \\frac{1}{\\sqrt2} | \\frac{\\sqrt2}{2}
            2^{1/2} | \\sqrt 2
            1+2i | 2i+1
            """.lines().toList();

    @ParameterizedTest
    @FieldSource("EQUAL")
    void isAcceptedBothWays(String line) {
        var pair = line.split(" \\| ");
        assertThat(GRADER.alike(pair[0], pair[1])).as(line).isTrue();
        assertThat(GRADER.grade(pair[0], pair[1]).accepted()).as(line).isTrue();
    }

    static final List<String> APART = """
            5 | ６
            \\infty | -inf
            \\begin{pmatrix}1&2\\\\3&4\\end{pmatrix} | [[1,2],[4,3]]
            \\frac{3}{4} | Rational(4,3)
            1234567 | 1.234.568
            1.234 | 1234
            \\frac23 | three halves
            7 | eight
            3 | three quarters
            \\begin{pmatrix}1\\\\2\\end{pmatrix} | (2,1)^T
            n=8 | n=9
            x=5 | y=5
            7 | 3 \\pmod{7}
            1.5 | 1.500.000
            \\text{one way} | two ways
            (1,2) | (2,1)
            """.lines().toList();

    @ParameterizedTest
    @FieldSource("APART")
    void staysApart(String line) {
        var pair = line.split(" \\| ");
        assertThat(GRADER.grade(pair[0], pair[1]).accepted()).as(line).isFalse();
    }

    @Test
    void latexAloneIsReadForParity() {
        for (var answer : List.of("５", "seven", "Rational(3,4)", "1.234.567", "[[1,2],[3,4]]", "(1,2)^T"))
            assertThat(CanonicalForm.ofLatex(answer)).as(answer).isNotEqualTo(CanonicalForm.of(answer));
        for (var answer : List.of("5", "\\frac{3}{4}", "(1,2)", "x=5", "\\text{Evelyn}"))
            assertThat(CanonicalForm.ofLatex(answer)).as(answer).isEqualTo(CanonicalForm.of(answer));
    }

    @Test
    void wordsThatAreNoNumbersStayWords() {
        for (var answer :
                List.of("one of them", "seven is prime", "twenty thirty", "second", "and", "hundred", "a few"))
            assertThat(CanonicalForm.of(answer).kind()).as(answer).isEqualTo("text");
    }
}
