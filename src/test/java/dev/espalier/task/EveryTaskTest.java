package dev.espalier.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import dev.espalier.problem.Problem;
import dev.espalier.problem.Variant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Requirements of every registered task.
class EveryTaskTest {
    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "\n\n",
            "17",
            "So $\\boxed{17}$.",
            "The final answer is: $\\boxed{\\frac{1}{2}}$. I hope it is correct.",
            "(C)",
            "\\boxed{",
            "$".repeat(500),
            "\0\ud800",
            "drow",
            "[[1,2],[3,4]]",
            "```python\nprint(1)\n```");
    private static final Problem PROBLEM = new Problem("p", "Reverse the word word.", "drow", null, "", 0);

    static List<Task> tasks() {
        return Tasks.list();
    }

    @ParameterizedTest
    @MethodSource("tasks")
    void isFoundByItsNameAndByAProblemThatNamesIt(Task task) {
        assertThat(Tasks.named(task.name())).isSameAs(task);
        assertThat(Tasks.of(PROBLEM.withTask(task.name()))).isSameAs(task);
        assertThat(task.name()).matches("[a-z][a-z-]*");
        assertThat(task.label()).isNotBlank();
    }

    @ParameterizedTest
    @MethodSource("tasks")
    void itsFirstVariantIsTheUnchangedProblem(Task task) {
        assertThat(task.variants(PROBLEM)).startsWith(Variant.IDENTITY).doesNotHaveDuplicates();
        for (var variant : task.variants(PROBLEM))
            assertThat(task.prompt(PROBLEM, variant).parts()).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("tasks")
    void extractionNeverThrows(Task task) {
        for (var variant : task.variants(PROBLEM)) {
            for (var text : TEXTS) {
                for (boolean finished : new boolean[] {true, false}) {
                    var found = task.extract(PROBLEM, text, finished, variant);
                    if (found == null) continue;
                    assertThat(found.answer()).as(text).isNotBlank();
                    assertThat(found.start()).isBetween(0, found.end());
                    assertThat(found.end()).isLessThanOrEqualTo(text.length());
                    assertThat(task.key(found.answer())).isNotEmpty().isEqualTo(task.key(found.answer()));
                    assertThat(task.sameness(found.answer(), found.answer())).isNotBlank();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("tasks")
    void gradingIsRepeatable(Task task) {
        for (var answer : List.of("drow", "17", "\\frac{1}{2}", "\0", "x".repeat(2000))) {
            var verdict = task.grade(PROBLEM, answer).join();
            assertThat(verdict).isEqualTo(task.grade(PROBLEM, answer).join());
            assertThat(verdict.score()).isBetween(0.0, 1.0);
            assertThat(verdict.rule()).isNotBlank();
        }
    }

    @ParameterizedTest
    @MethodSource("tasks")
    void aProblemWithoutAGoldAnswerIsNotGradable(Task task) {
        assertThat(task.gradable(PROBLEM.withoutGold())).isFalse();
        assertThat(Verdicts.NOW.of(PROBLEM.withoutGold(), task, "17")).isNull();
    }

    @Test
    void aToyTaskIsOneClassAndOneLine() {
        assertThat(Tasks.names())
                .startsWith("mathematics", "choice", "text", "number", "parity")
                .contains("word-reversal");
        assertThat(Tasks.of(PROBLEM)).isInstanceOf(WordReversal.class);
    }

    @Test
    void aProblemWithoutATaskIsMathematicsUnlessAnotherTaskRecognisesIt() {
        assertThat(Tasks.of(Problem.typed("What is 3 + 4?", "7"))).isSameAs(Tasks.MATHEMATICS);
        assertThat(Tasks.of(Problem.typed("Which? (A) one (B) two (C) three", "B"))
                        .name())
                .isEqualTo("choice");
    }

    @Test
    void anUnknownTaskIsAnErrorThatListsAllTasks() {
        assertThatThrownBy(() -> Tasks.of(PROBLEM.withTask("chess")))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("chess")
                .hasMessageContaining("mathematics");
    }

    @Test
    void aSettingForProblemsOfSeveralKindsHasNoSystemPrompt() {
        var mathematics = PROBLEM.withTask("mathematics");
        var choice = PROBLEM.withTask("choice");
        assertThat(Tasks.systemPrompt(List.of(mathematics, PROBLEM.withTask("number"))))
                .isEqualTo(Tasks.MATHEMATICS.systemPrompt())
                .contains("mathematics");
        assertThat(Tasks.systemPrompt(List.of(choice))).doesNotContain("mathematics");
        assertThat(Tasks.systemPrompt(List.of(mathematics, choice))).isEmpty();
        assertThat(Tasks.systemPrompt(List.of())).isEmpty();
    }

    @Test
    void guessesOtherThanMathematicsAreReported() {
        var choice = new Problem("c", "Which?\n(A) one\n(B) two", "B", null, "", 0);
        var mathematics = new Problem("m", "1 + 1", "2", null, "", 0);
        assertThat(Tasks.of(choice).name()).as("recognised").isEqualTo("choice");
        assertThat(Tasks.guessed(List.of(mathematics, mathematics))).isEmpty();
        assertThat(Tasks.guessed(List.of(choice.withTask("choice"), mathematics)))
                .isEmpty();
        assertThat(Tasks.guessed(List.of(choice, mathematics, mathematics.withTask("text"))))
                .hasValue(
                        "The file names no task for 2 of 3 problems; recognised: 1 as Multiple choice, 1 as Mathematics. To decide it yourself, add \"espalier_task\" to their lines.");
    }
}
