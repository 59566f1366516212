package dev.espalier.answer.math;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class CanonicalFormTest {
    /// Each line lists spellings of one answer. Different lines are different answers.
    static final List<String> ANSWERS = List.of(
            "0.5 # .50 # \\frac12 # \\frac{1}{2} # 1/2 # 50\\% # 50 percent # \\frac{2}{4} # $\\dfrac 12$ # 5\\times10^{-1} # 5e-1 # \u00bd # \\sin 30^\\circ # 2^{-1}",
            "1000 # 1,000 # 1{,}000 # 1,\\!000 # 1\\,000 # 1 000 # $1,000$ # \\$1,000 # 10^3 # 1000.0 # 1,000 \\text{ dollars} # 1e3 # $1{,}000.00$",
            "5 # 5\\text{ cm} # 5 cm # 5\\,\\mathrm{cm} # 5\\text{ cm}^2 # 5 square inches # \\boxed{5} # (5) # 05 # +5 # \\text{5} # 5. # \\sqrt{25} # 5^\\circ # |-5|"
                    + " # 5\\text{ m/s} # 5 miles per hour",
            "\\frac{1}{\\sqrt3} # \\frac{\\sqrt3}{3} # \\sqrt{3}/3 # \\sqrt{\\frac13} # 3^{-1/2} # sqrt(3)/3 # \\tan 30^\\circ # \\cot 60^\\circ",
            "3 and 4 # 3, 4 # 3,4 # 3 \\text{ and } 4 # 3\\text{ or }4 # 3;4 # $3$ and $4$ # 3, and 4",
            "34",
            "m+n # n+m # +m+n",
            "+n # n",
            "4, 3",
            "-2, 1",
            "[0,1) # \\left[0,1\\right) # [0,\\,1)",
            "(0,1)",
            "[0,1]",
            "\\{0,1\\} # \\{1,0\\} # \\left\\{0,1\\right\\} # \\{0, 1, 1\\}",
            "1\\frac{4}{5} # 1 \\frac45 # 9/5 # 1.8 # 1 4/5",
            "-1\\frac12 # -1.5 # -3/2 # \\frac{-3}{2} # \\frac{3}{-2} # \u22121.5",
            "1 \\pm \\sqrt{19} # \\{1+\\sqrt{19},1-\\sqrt{19}\\}",
            "\\sqrt{8} # 2\\sqrt2 # 2\\cdot\\sqrt{2} # 8^{1/2} # 2^{3/2} # \\sqrt[4]{64} # \\sqrt2+\\sqrt2",
            "\\sqrt{3+2\\sqrt2} # 1+\\sqrt2 # \\frac{1}{\\sqrt2-1}",
            "\\sqrt{6} # \\sqrt2\\sqrt3",
            "\\frac{x^2-1}{x-1} # x+1 # 1+x",
            "(x+1)(x-1) # x^2-1",
            "\\frac{a}{b} # a/b # ab^{-1}",
            "-\\frac{1}{x-1} # \\frac{1}{1-x}",
            "\\frac{a^2-b^2}{a^2+2ab+b^2} # \\frac{a-b}{a+b}",
            "\\frac{1}{x+\\sqrt2} # \\frac{x-\\sqrt2}{x^2-2}",
            "2^{n+1} # 2\\cdot 2^n",
            "4^n # 2^{2n} # (2^n)^2",
            "e^{2x} # (e^x)^2 # \\exp(2x)",
            "\\ln 4 # 2\\ln 2",
            "\\log_2 8 # 3 # \\frac{\\ln 8}{\\ln 2}",
            "\\tan x # \\frac{\\sin x}{\\cos x}",
            "\\cot x # \\frac{1}{\\tan x} # \\cos x/\\sin x",
            "1 # \\sin^2 x+\\cos^2 x",
            "\\cos(-x) # \\cos x # cos(x)",
            "y=2x+3 # 2x-y+3=0 # 2y=4x+6",
            "x=7 # 7=x # 2x=14",
            "x\\in[-2,7] # -2\\le x\\le 7 # 7\\ge x\\ge -2",
            "x<1 # 1>x # 2x<2 # x\\in(-\\infty,1)",
            "x\\le 1",
            "(-\\infty,2)\\cup(3,\\infty) # (3,\\infty)\\cup(-\\infty,2)",
            "\\mathbb{R} # (-\\infty,\\infty) # \\text{all real numbers}",
            "\\text{(C)} # C # (C) # \\textbf{(C)}",
            "c",
            "\\text{odd} # odd # Odd # \\text{Odd.}",
            "oddd",
            "no solution # \\text{No solution.} # \\emptyset # \\{\\}",
            "52_8 # 52_{8} # 52_{\\text{eight}}",
            "52",
            "0.\\overline{3} # 1/3",
            "0.333",
            "36\\% # 0.36",
            "\\begin{pmatrix}1\\\\2\\end{pmatrix} # \\begin{bmatrix}1\\\\2\\end{bmatrix} # \\left(\\begin{array}{c}1\\\\2\\end{array}\\right)",
            "(1,2) # \\langle 1,2\\rangle",
            "\\begin{pmatrix}1&2\\end{pmatrix}",
            "6-5i # -5i+6",
            "\\frac{1}{1+i} # \\frac{1-i}{2}",
            "\\binom{5}{2} # 10",
            "5! # 120",
            "\\sqrt[3]{-8} # -2",
            "\\frac{1}{1+\\sqrt[3]2} # \\frac{1-\\sqrt[3]2+\\sqrt[3]4}{3}",
            "3:2 # 3 : 2",
            "\\frac{\\pi}{2} # \\pi/2 # 0.5\\pi",
            "11,\\! 111,\\! 111,\\! 100 # 11111111100",
            "3.0\\times 10^8 # 300000000 # 300 million",
            "x\\sqrt{x} # x^{3/2}",
            "\\sqrt{x^2} # |x|",
            "x",
            "xy # yx # x\\cdot y",
            "x_1+x_2 # x_2+x_{1}",
            "\\{1\\pm\\sqrt5,-2\\} # \\{-2, 1-\\sqrt5, 1+\\sqrt5\\}",
            "(1,2),(3,4) # (1,2) and (3,4)",
            "4\\sin 2x",
            "\\zeta(3)",
            "3\\zeta",
            "-\\infty",
            "a, c",
            "\\overline{AB}");

    @ParameterizedTest
    @FieldSource("ANSWERS")
    void spellingsOfOneAnswerShareAKey(String line) {
        List<String> ways = ways(line);
        assertThat(ways)
                .allSatisfy(way -> assertThat(CanonicalForm.of(way)).isEqualTo(CanonicalForm.of(ways.getFirst())));
    }

    @Test
    void differentAnswersHaveDifferentKeys() {
        Map<String, String> lines = new HashMap<>();
        for (String line : ANSWERS) {
            assertThat(lines.put(CanonicalForm.of(ways(line).getFirst()).key(), line))
                    .as(line)
                    .isNull();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            7 | 7 | integer
            \\frac{6}{4} | 3/2 | rational
            \\frac{2}{\\sqrt2} | sqrt(2) | radical
            6+9i | 9*i+6 | complex
            12\\pi | 12*pi | constant
            2k+2 | 2*k+2 | expression
            40_9 | 40_9 | numeral
            (6,31,-1) | (6, 31, -1) | tuple
            (3,4] | (3, 4] | interval
            (5,\\infty) | (5, inf) | interval
            3, 5, 7 | 3; 5; 7 | list
            \\{2,1\\} | {1, 2} | set
            y=-2x | 2*x+y = 0 | equation
            \\text{Evelyn} | text:evelyn | text
            \\angle ABC | text:\\angle ABC | text
            """)
    void keysAreReadableAndKindsNamed(String latex, String key, String kind) {
        CanonicalForm form = CanonicalForm.of(latex.replace("\\\\", "\\"));
        assertThat(form.key()).isEqualTo(key.replace("\\\\", "\\"));
        assertThat(form.kind()).isEqualTo(kind);
    }

    @Test
    void aBlankAnswerIsNoAnswer() {
        assertThat(CanonicalForm.of("  "))
                .extracting(CanonicalForm::key, CanonicalForm::kind)
                .containsExactly("", "none");
        assertThat(CanonicalForm.of("$$"))
                .extracting(CanonicalForm::key, CanonicalForm::kind)
                .containsExactly("", "none");
    }

    @Test
    void showsTheAnswerAsWritten() {
        assertThat(CanonicalForm.of(" $\\frac{2}{4}$. ").display()).isEqualTo("\\frac{2}{4}");
    }

    private static List<String> ways(String line) {
        return Arrays.stream(line.split(" # ")).map(String::strip).toList();
    }
}
