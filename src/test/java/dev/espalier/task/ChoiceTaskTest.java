package dev.espalier.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.problem.Problem;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChoiceTaskTest {
    private static final Problem PROBLEM =
            new Problem("p", "What is 1/2 + 1/2?\nA. 1/2\nB. 2\nC. 1\nD. 1 apple", "C", null, "", 0);

    @ParameterizedTest
    @CsvSource({
        "C, true",
        "(C), true",
        "c), true",
        "1, true",
        "1.0, true",
        "\\frac22, true",
        "C. 1, true",
        "B, false",
        "B. 1, false",
        "2, false",
        "1/2, false",
        "A, false",
        "one, true",
        "two, false"
    })
    void theLetterOrTheTextOfTheRightChoiceIsRight(String answer, boolean accepted) {
        var task = Tasks.of(PROBLEM);
        assertThat(task.name()).isEqualTo("choice");
        assertThat(task.grade(PROBLEM, answer).join().accepted()).isEqualTo(accepted);
    }
}
