package dev.espalier.figure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlainMathTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "17 | 17",
                "\\frac{17}{2} | 17/2",
                "\\dfrac{1+\\sqrt{5}}{2} | (1+√5)/2",
                "\\frac12 | 1/2",
                "2\\sqrt{5} | 2√5",
                "\\sqrt{x+1} | √(x+1)",
                "90^\\circ | 90°",
                "90^{\\circ} | 90°",
                "x^2+x^{10} | x²+x¹⁰",
                "x^{n+1} | x^(n+1)",
                "\\text{Monday} | Monday",
                "50\\% | 50%",
                "\\$1{,}000 | $1,000",
                "\\left(\\frac{3}{4},\\pi\\right] | (3/4,π]",
                "$x \\ge 3$ | x ≥ 3",
                "(-\\infty, 2) \\cup (3, \\infty) | (-∞, 2) ∪ (3, ∞)",
                "\\sqrt[3]{7} | \\sqrt[3]7",
                "\\foo{7} | \\foo7",
            })
    void answersAreWrittenInOneLine(String tex, String plain) {
        assertThat(PlainMath.of(tex)).isEqualTo(plain);
    }

    @Test
    void malformedAndVeryLongTextIsConverted() {
        for (var tex : new String[] {
            "",
            "\\",
            "{",
            "}",
            "\\frac{1",
            "^",
            "x^",
            "\\frac",
            "{".repeat(100_000),
            "\\sqrt".repeat(50_000),
            "\\frac".repeat(50_000),
            "^".repeat(50_000),
            "$".repeat(2_000_000),
            "\\text{".repeat(50_000)
        }) {
            assertThat(PlainMath.of(tex)).isNotNull();
            assertThat(PlainMath.text(tex)).hasSizeLessThanOrEqualTo(2 * tex.length() + 2);
        }
    }

    @Test
    void unclosedGroupsTakeBoundedTime() {
        for (var open : new String[] {"{", "\\frac", "\\sqrt{"}) {
            var deep = "$" + open.repeat(100_000);
            assertThat(PlainMath.text(deep)).isNotEmpty();
            assertThat(PlainMath.of(deep)).isNotEmpty();
        }
    }

    @Test
    void bidirectionalMarksAreReplacedByASign() {
        assertThat(PlainMath.of("7\u202e8\u001b[31m")).isEqualTo("7\ufffd8␛[31m");
        assertThat(PlainMath.text("$7$\u202e")).isEqualTo("7\ufffd");
    }
}
