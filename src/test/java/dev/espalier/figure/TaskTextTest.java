package dev.espalier.figure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.problem.Problem;
import dev.espalier.task.Task.Presentation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TaskTextTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "## Step 1: Multiply: $49\\cdot2=98$.; Multiply: 49·2=98.",
                "Find $\\frac{1}{2}x^2$.; Find 1/2x².",
                "the final answer is: $\\boxed{49}$.; the final answer is: 49.",
                "80\\% of \\$120; 80% of $120",
                "#; #"
            })
    void aStepOfMathematicsHasNoMarkup(String latex, String plain) {
        assertThat(TaskText.MATHEMATICS.step(latex)).isEqualTo(plain);
    }

    @ParameterizedTest
    @EnumSource(
            value = Presentation.class,
            names = {"PLAIN", "CODE", "GRID"})
    void otherTextsStayAsWritten(Presentation presentation) {
        var text = new TaskText(presentation);
        assertThat(text.text("cost_$x$ = {a: \\frac}\n  return")).isEqualTo("cost_$x$ = {a: \\frac}\n  return");
        assertThat(text.line(" a\n  b ")).isEqualTo("a b");
        assertThat(text.answer("$5^2$")).isEqualTo("$5^2$");
        assertThat(text.answer("x".repeat(300))).hasSize(200);
        assertThat(text.text("a\u001b[31m")).as("control characters do nothing").doesNotContain("\u001b");
    }

    @Test
    void aProblemsTaskDecides() {
        var problem = new Problem("p", "Is $a$ a b?", "A", null, "", 0);
        assertThat(TaskText.of(problem.withTask("text")).text(problem.text())).isEqualTo("Is $a$ a b?");
        assertThat(TaskText.of(problem.withTask("mathematics")).text(problem.text()))
                .isEqualTo("Is a a b?");
        assertThat(new TaskText(Presentation.IMAGE).answer("0123456789abcdef")).isEqualTo("0123456789ab");
    }
}
