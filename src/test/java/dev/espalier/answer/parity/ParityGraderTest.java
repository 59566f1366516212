package dev.espalier.answer.parity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.answer.Extraction;
import dev.espalier.answer.Extraction.Rule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParityGraderTest {
    private final ParityGrader grader = new ParityGrader();

    @ParameterizedTest
    @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = true, textBlock = """
        \\boxed{1} then \\boxed{\\frac12}                        | \\frac{1}{2}  | BOXED
        an open \\boxed{3 + {4}                                  | 3+{4}         | BOXED
        bare \\boxed 7$ and more                                 | 7             | BOXED
        the answer is 4, no: boxed                               | .             | BOXED
        The final answer is $x=5$. I hope it is right. \\boxed{6} | 5            | FINAL_ANSWER
        So the answer is 12 cm.                                  | 12            | ANSWER
        My final answer is 1,234                                 | 1,234         | FINAL_ANSWER
        We get 3 and then 1,234.50 at last                       | 1234.50       | LAST_NUMBER
        \\boxed{a+b}                                             | +b            | BOXED
        \\boxed{three apples}                                    | 3             | BOXED
        \\boxed{\\dfrac{1}{2}\\text{ hours}}                     | \\frac{1}{2}  | BOXED
        \\boxed{5.00}                                            | 5             | BOXED
        \\boxed{1/2}                                             | \\frac{1}{2}  | BOXED
        \\boxed{50\\%}                                           | 50            | BOXED
        \\boxed{\\left[0, \\infty\\right)}                       | [0,\\infty)   | BOXED
        With 50 of them we get ７                                | 7             | LAST_NUMBER
        From 3 it grows to １２                                  | 12            | LAST_NUMBER
        Of 9 there are ٤٢                                        | 42            | LAST_NUMBER
        \\boxed{８}                                             | 8             | BOXED
        """)
    void readsAnAnswerAsTheToolkitDoes(String text, String answer, Rule rule) {
        var found = grader.extract(text.replace("\\\\", "\\"), false);
        if (answer.equals(".")) {
            assertThat(found).isNull();
            return;
        }
        assertThat(found).isNotNull();
        assertThat(found.answer()).isEqualTo(answer.replace("\\\\", "\\"));
        assertThat(found.rule()).isEqualTo(rule);
    }

    @Test
    void theSpanCoversTheUncleanedAnswer() {
        var text = "so \\boxed{x = 5} it is";
        assertThat(grader.extract(text, true))
                .extracting(found -> text.substring(found.start(), found.end()))
                .isEqualTo("x = 5");
        var number = "we count 1,234.5 of them";
        assertThat(grader.extract(number, true))
                .extracting(Extraction::answer, found -> number.substring(found.start(), found.end()))
                .containsExactly("1234.5", "1,234.5");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        0.5            | \\frac{1}{2}   | true
        \\frac{3}{\\sqrt{3}} | \\sqrt{3} | true
        2p+1           | 1+2p          | true
        (1,0.5)        | (1,\\frac{1}{2}) | false
        Anna           | Evelyn        | false
        10000          | 10{,}000      | false
        5m             | 5             | false
        1\\frac{1}{2}  | \\frac{1}{2}  | true
        4^(3/2)        | 8              | false
        9^(1/2)        | 3              | false
        2^(-1)         | 0.5            | false
        8^{3/2}        | 16\\sqrt{2}  | true
        11√2           | 11\\sqrt{2}  | false
        √2             | \\sqrt{2}    | false
        3√5            | 3\\sqrt{5}   | false
        2π             | 2\\pi        | false
        x²             | x^2            | false
        ½              | \\frac{1}{2} | false
        -６            | -6             | false
        2×3            | 6              | false
        101_2          | 101_{2}        | false
        25_8           | 25_{8}         | false
        10_{3}         | 3              | false
        n=8            | 9              | false
        Rational(3,4)  | \\frac{3}{4} | false
        """)
    void groupsAnswersThatTheToolkitsAlgebraEvaluatesToOneValue(String a, String b, boolean same) {
        assertThat(grader.key(a.replace("\\\\", "\\")).equals(grader.key(b.replace("\\\\", "\\"))))
                .isEqualTo(same);
    }

    @ParameterizedTest
    @CsvSource({
        "forty-two, 42",
        "four hundred two, 402",
        "two million three hundred five, 2000305",
        "twelve thousand, 12000",
        "three point one four, 3.14",
        "007, 7",
        "６, 6",
        "１２, 12",
        "٤٢, 42",
        "०७, 7",
        "-６, -６",
        "-5, -5",
        "nothing here, nothing here",
        "two thousand thousand, two thousand thousand"
    })
    void numberWordsBecomeDigits(String words, String digits) {
        assertThat(NumberWords.digits(words)).isEqualTo(digits);
    }

    @Test
    void anOverlongTextIsComparedUnchanged() {
        var grader = new ParityGrader();
        var digits = "1".repeat(1_500);
        var extraction = grader.extract("So \\boxed{" + digits + "\\%}.", true);
        assertThat(extraction).isNotNull();
        assertThat(extraction.answer()).isEqualTo(digits + "\\%");
        assertThat(grader.grade(extraction.answer(), extraction.answer()).accepted())
                .isTrue();
        assertThat(grader.grade(extraction.answer(), digits).accepted()).isFalse();
    }
}
