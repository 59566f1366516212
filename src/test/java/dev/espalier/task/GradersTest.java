package dev.espalier.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import dev.espalier.answer.Extraction.Rule;
import dev.espalier.answer.Grader;
import dev.espalier.answer.parity.ParityGrader;
import dev.espalier.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GradersTest {
    private static final String OFFER = "Find the shape. (A) Line\n(B) Circle\n(C) Plane";

    private static Problem problem(String text, @Nullable String gold) {
        return new Problem("p", text, gold, null, "", 0);
    }

    @Test
    void aProblemWithLetteredChoicesAndALetterAsGoldIsMultipleChoice() {
        for (var gold : new String[] {"C", "(B)", "\\text{(C)}", "\\textbf{A}"})
            assertThat(Graders.of(problem(OFFER, gold))).as(gold).isSameAs(Graders.CHOICE);
        assertThat(Graders.of(problem(OFFER, null))).isSameAs(Graders.CHOICE);
        assertThat(Graders.of(problem("$\\textbf{(A)}\\ 3 \\qquad \\textbf{(B)}\\ 4$", "B")))
                .isSameAs(Graders.CHOICE);
        assertThat(Graders.of(problem("Which?\nA. one\nB. two", "B"))).isSameAs(Graders.CHOICE);
    }

    @Test
    void otherProblemsAreMathematics() {
        assertThat(Graders.of(problem(OFFER, "12"))).isSameAs(Graders.MATHEMATICS);
        assertThat(Graders.of(problem(OFFER, "E")))
                .as("a letter that is not offered")
                .isSameAs(Graders.MATHEMATICS);
        assertThat(Graders.of(problem("Which point is farthest, with $A$ at (A) the origin?", "B")))
                .isSameAs(Graders.MATHEMATICS);
        assertThat(Graders.of(problem("Prove (A) and (B).", null))).isSameAs(Graders.MATHEMATICS);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        It is \\boxed{\\text{(C)}}.                       | C | BOXED
        \\boxed{\\textbf{C}}                              | C | BOXED
        \\boxed{C. Plane}                                 | C | BOXED
        The answer is (C) Plane, as 3 > 2.                | C | ANSWER
        Not (A), so it must be (C), for 1 reason          | C | CHOICE
        Answer: C since all 4 points lie in it            | C | ANSWER
        It has 3 sides and 12 edges                       | 12 | LAST_NUMBER
        """)
    void aLetterIsExtractedIfNoSentenceStatesTheAnswer(String text, String key, Rule rule) {
        var found = Graders.CHOICE.extract(text.replace("\\\\", "\\"), true);
        assertThat(found).isNotNull();
        assertThat(found.rule()).isEqualTo(rule);
        assertThat(Graders.CHOICE.key(found.answer())).isEqualTo(key);
    }

    @Test
    void aTruncatedCandidateHasNoChoiceUnlessItIsBoxed() {
        assertThat(Graders.CHOICE.extract("so it is (C)", false)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "C, \\text{(C)}, true",
        "(C), C., true",
        "C, (C) Plane, true",
        "C, c), true",
        "C, D, false",
        "C, Plane, false",
        "C, A cube, false",
        "C, '', false"
    })
    void choicesAreComparedByLetter(String gold, String pred, boolean accepted) {
        assertThat(Graders.CHOICE.grade(gold, pred).accepted()).isEqualTo(accepted);
    }

    @ParameterizedTest
    @CsvSource({"North east, ' North  east ', true", "0.5, 1/2, false", "East, east, false"})
    void textIsComparedByCharacters(String gold, String pred, boolean accepted) {
        assertThat(Graders.TEXT.grade(gold, pred).accepted()).isEqualTo(accepted);
    }

    @ParameterizedTest
    @CsvSource({
        "3.14159, 3.14, true",
        "3.14159, 3.1, false",
        "\\pi, 3.14, true",
        "0, 1e-15, true",
        "0, 0.001, false",
        "100, 100.05, true",
        "x, 3, false",
        "x+1, 1+x, true"
    })
    void numbersMayDifferByTheRelativeTolerance(String gold, String pred, boolean accepted) {
        assertThat(Graders.named("number", 1e-3).grade(gold, pred).accepted()).isEqualTo(accepted);
    }

    /// Text made of pieces that the rules look for, in any order and number.
    /// [dev.espalier.answer.math.RobustnessTest] mutates answers for the standard rules.
    @Test
    void noGraderThrows() {
        var pieces = new String[] {
            "\\boxed",
            "{",
            "}",
            "\\text{",
            "\\frac",
            "1",
            "2.50",
            "/",
            "(",
            ")",
            "(C)",
            "answer is ",
            "The final answer is $",
            "$. I hope",
            "$",
            "\n\n",
            " m ",
            "sqrt",
            "\\sqrt3",
            "x=",
            "=",
            "inf",
            ".",
            ",",
            "%",
            "j",
            "three hundred",
            "point",
            "\ud835",
            "\u00e9",
            "\\",
            "\\begin{array}{c}",
            "\\mbox{",
            "####",
            "-"
        };
        var random = new Random(7);
        var graders = new ArrayList<Grader>(List.of(new ParityGrader()));
        for (var name : Graders.names()) graders.add(Graders.named(name, 0.01));
        for (int i = 0; i < Integer.getInteger("espalier.fuzz.graders", 400); i++) {
            var text = new StringBuilder();
            for (int n = random.nextInt(30); n >= 0; n--) text.append(pieces[random.nextInt(pieces.length)]);
            for (var grader : graders) {
                var found = grader.extract(text.toString(), random.nextBoolean());
                if (found == null) continue;
                assertThat(found.answer()).as("%s of %s", grader.name(), text).isNotBlank();
                assertThat(found.start()).isBetween(0, found.end());
                assertThat(found.end()).isLessThanOrEqualTo(text.length());
                assertThat(grader.grade(found.answer(), found.answer()).same())
                        .as("%s: %s is itself", grader.name(), found.answer())
                        .isEqualTo(!grader.key(found.answer()).isEmpty());
            }
        }
    }

    @Test
    void longTextsTakeBoundedTimeInParityMode() {
        var parity = new ParityGrader();
        for (var text : new String[] {
            "\\boxed{" + "\\text{m".repeat(4_000),
            "the answer is " + "1 m ".repeat(4_000),
            "1,".repeat(10_000),
            "\\boxed{" + "{".repeat(10_000),
            "he answer is".repeat(10_000)
        }) {
            var found = parity.extract(text, true);
            if (found != null) parity.key(found.answer());
        }
    }

    @Test
    void rejectsAnUnknownGraderOrTolerance() {
        assertThatThrownBy(() -> Graders.named("grids", 0))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("math, text, choice, number");
        assertThatThrownBy(() -> Graders.named("number", 2))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("tolerance");
    }
}
