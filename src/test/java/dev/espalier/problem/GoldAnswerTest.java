package dev.espalier.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.EspalierException;
import dev.espalier.io.JsonLines;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoldAnswerTest {
    private static final Path FIELD = Path.of("../shared/data/field/11-gold-not-read");

    /// @param fields of a line, with ' for "
    private static @Nullable String gold(String fields) {
        return read(fields).gold();
    }

    private static Problem read(String fields) {
        return ProblemFile.problem(
                JsonLines.JSON.readTree("{'problem': 'p', %s}"
                        .formatted(fields)
                        .replace('\'', '"')
                        .replace("`", "\\\"")),
                "id");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "answer",
                "final_answer",
                "gt",
                "gt_answer",
                "ground_truth",
                "expected_answer",
                "target",
                "gold",
                "correct",
                "gold_answer",
                "correct_answer",
                "reference_answer",
                "answer_key",
                "Answer",
                "ANSWER",
                "answerKey",
                "groundTruth",
                "Final Answer",
                "ground-truth",
                "Correct Answer"
            })
    void theAnswerIsReadUnderEveryName(String name) {
        for (var value : new String[] {"'7'", "7", "['7']", "[7]", "' 7 '", "[null, '7']", "['7', '7']"})
            assertThat(gold("'%s': %s".formatted(name, value))).as(value).isEqualTo("7");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        'answer': ['1', '2']                                        | 1, 2
        'final_answer': [-1, 2.5]                                   | -1, 2.5
        'final_answer': [['3'], ['4']]                              | 3, 4
        'answer': '', 'gt': '7'                                     | 7
        'answer': null, 'final_answer': '7'                         | 7
        'answer': NaN, 'expected_answer': 7                         | 7
        'answer': [], 'target': '7'                                 | 7
        'answer': 'notfound', 'solution': 'So \\\\boxed{7}.'        | 7
        'answer': '6', 'gt': '7', 'final_answer': '8'               | 6
        'answer': ['6', '8'], 'gt': '7'                             | 7
        'gt': '7', 'final_answer': '8', 'correct': 1                | 7
        'final_answer': ['7'], 'correct': 1                         | 7
        'answer': '7', 'Answer': '8'                                | 7
        'answer': true                                              | true
        'answer': 'None'                                            | None
        'answer': 'We add. #### 7'                                  | 7
        'answer': '[`7`]'                                           | 7
        'answer': '[`1`, `2`]'                                      | 1, 2
        'answer': '[1, 2]'                                          | [1, 2]
        """)
    void theSurestFieldCounts(String fields, String gold) {
        assertThat(gold(fields)).isEqualTo(gold);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        We add: $3+4=\\\\boxed{7}$.                 | 7
        \\\\boxed{1} is wrong, \\\\boxed{7} right    | 7
        \\\\boxed{\\\\frac{1}{2}}                   | \\frac{1}{2}
        \\\\boxed{\\\\{1, 2\\\\}}                   | \\{1, 2\\}
        \\\\fbox{7}                                 | 7
        so \\\\boxed 7 it is                        | 7
        so \\\\boxed{7} and \\\\boxed{8             | 7
        \\\\boxed{ 7 }                              | 7
        We add. #### 7                              | 7
        7                                           | 7
        $-1,234.5$                                  | $-1,234.5$
        """)
    void theSolutionNamesTheAnswerIfNothingElseDoes(String solution, String gold) {
        assertThat(gold("'solution': '%s'".formatted(solution))).isEqualTo(gold);
        assertThat(gold("'solution': ['Let us see.', '%s']".formatted(solution)))
                .isEqualTo(gold);
        assertThat(gold("'gt': '5', 'solution': '%s'".formatted(solution))).isEqualTo("5");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'level': 1",
                "'answer': null",
                "'answer': ''",
                "'answer': '  '",
                "'answer': []",
                "'answer': [null, '']",
                "'answer': {}",
                "'answer': {'a': 1}",
                "'answer': NaN",
                "'answer': 'proof'",
                "'final_answer': null, 'solution': ['By induction.']",
                "'solution': 'By induction on 7.'",
                "'solution': 'It is \\\\boxed{}.'",
                "'correct': true",
                "'correct': 'False'",
                "'correct': [true, false]",
                "'correct': 3, 'completions': ['a', 'b', 'c']",
                "'correct': [1, 0], 'pred': ['7', '8']",
                "'label': 1",
                "'answer_index': 1",
                "'prediction': '7'"
            })
    void whatIsNoAnswerIsNone(String fields) {
        assertThat(gold(fields)).isNull();
    }

    @Test
    void aNumberTooLargeNamesItsField() {
        assertThatThrownBy(() -> gold("'final_answer': 1e400"))
                .isInstanceOf(EspalierException.class)
                .hasMessage("its \"final_answer\" is a number too large to be read");
    }

    @Test
    void aWorkedAnswerOfAnyProblemIsItsSolution() {
        var problem = read("'answer': 'We add <<3+4=7>>.\\n#### 7'");
        assertThat(problem.gold()).isEqualTo("7");
        assertThat(problem.solution()).isEqualTo("We add .");
    }

    @ParameterizedTest
    @CsvSource({
        "answer-list, 7 6",
        "aqua, C",
        "expected, 7 6 6 6",
        "gt, 7 6",
        "math-original, 7 6",
        "mixed, 7 null null",
        "olympiadbench, 7 6",
        "openr-math500, 7 6"
    })
    void filesOfTheFieldHaveTheirAnswers(String file, String golds) {
        assumeTrue(Files.isDirectory(FIELD), "the shared data folder is not here");
        assertThat(ProblemFile.read(FIELD.resolve(file + ".jsonl")).problems())
                .extracting(problem -> String.valueOf(problem.gold()))
                .containsExactly(golds.split(" "));
    }
}
