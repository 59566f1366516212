package dev.espalier.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.io.JsonLines;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChoicesTest {
    private static final Path FIELD = Path.of("../shared/data/field/13-choices-dropped");
    private static final String LETTERED = "What is 3 + 4?\nA. 5\nB. 6\nC. 7\nD. 8";

    /// @param fields of a line, with ' for "
    private static Problem read(String question, String fields) {
        return ProblemFile.problem(
                JsonLines.JSON.readTree(
                        "{'question': '%s', %s}".formatted(question, fields).replace('\'', '"')),
                "id");
    }

    private static Problem read(String fields) {
        return read("What is 3 + 4?", fields);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'choices': ['5', '6', '7', '8'], 'answer': 2",
                "'choices': [5, 6, 7, 8], 'answer': 2",
                "'options': ['5', '6', '7', '8'], 'answer': 'C', 'answer_index': 2",
                "'options': ['A)5', 'B)6', 'C)7', 'D)8'], 'correct': 'C'",
                "'options': ['(A) 5', '(B) 6', '(C) 7', '(D) 8'], 'answer': '(C)'",
                "'options': 'a ) 5 , b ) 6 , c ) 7 , d ) 8', 'correct': 'c'",
                "'options': {'A': '5', 'B': '6', 'C': '7', 'D': '8'}, 'answer': '7', 'answer_idx': 'C'",
                "'choices': {'text': ['5', '6', '7', '8'], 'label': ['A', 'B', 'C', 'D']}, 'answerKey': 'C'",
                "'choices': {'text': ['5', '6', '7', '8'], 'label': ['1', '2', '3', '4']}, 'answerKey': '3'",
                "'choices': [{'label': 'A', 'text': '5'}, {'label': 'B', 'text': '6'}, {'label': 'C', 'text': '7'}, {'label': 'D', 'text': '8'}], 'answer': 'C'",
                "'A': '5', 'B': '6', 'C': '7', 'D': '8', 'answer': 'C'",
                "'A': 5, 'B': 6, 'C': 7, 'D': 8, 'Answer': 'C'",
                "'Options': ['5', '6', '7', '8'], 'gold': [2]",
                "'choices': ['5', '6', '7', '8'], 'label': 2",
                "'choices': ['5', '6', '7', '8'], 'answer': '2'",
                "'choices': ['5', '6', '7', '8'], 'answer': 7",
                "'choices': ['$5$', '$6$', '$7$', '$8$'], 'answer': '7', 'level': 1",
                "'choices': ['5', '6', '7', '8'], 'target': 'C. 7'",
                "'choices': ['5', '6', '7', '8'], 'answer': 2.0",
                "'choices': ['5', '6', '7', '8'], 'correct_option': 'c'",
                "'choices': ['5', '6', '7', '8'], 'solution': 'So \\\\boxed{C}.'"
            })
    void choicesStandInTheProblemAsLettersAndGoldIsALetter(String fields) {
        var problem = read(fields);
        assertThat(problem.gold()).isEqualTo("C");
        assertThat(problem.text().replace("$", "")).isEqualTo(LETTERED);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        'choices': ['0', '1', '2', '3'], 'answer': 2                | C
        'choices': ['1', '2', '3', '4'], 'answer': 2                | C
        'choices': ['1', '2', '3', '4'], 'answer': '2'              | B
        'choices': ['1', '2', '3', '4'], 'answer_index': '2'        | C
        'choices': ['1', '2', '3', '4'], 'label': 0                 | A
        'choices': ['no', 'yes'], 'answer': 1                       | B
        'choices': ['False', 'True'], 'answer': true                | B
        'choices': ['x', 'y', null], 'answer': 'y'                  | B
        'choices': ['x', 'y'], 'correct': true, 'label': 1          | B
        'choices': ['x', 'y'], 'answer': ['y']                      | B
        """)
    void anIndexCountsFromZeroAndATextIsItsChoice(String fields, String gold) {
        assertThat(read(fields).gold()).isEqualTo(gold);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'choices': ['5', '6', '7', '8'], 'answer': '9'",
                "'choices': ['5', '6', '7', '8'], 'answer': 4",
                "'choices': ['5', '6', '7', '8'], 'answer': -1",
                "'choices': ['7', '7'], 'answer': '7'",
                "'choices': ['5'], 'answer': '5'",
                "'choices': [], 'answer': '7'",
                "'options': {'temperature': 0.7}, 'answer': '7'",
                "'choices': [{'message': {'content': '7'}, 'index': 0}], 'answer': '7'",
                "'choices': ['5', ''], 'answer': '5'",
                "'options': 'fast', 'answer': '7'",
                "'A': '5', 'answer': '5'"
            })
    void anAnswerThatIsNoneOfTheChoicesBelongsToAnOpenQuestion(String fields) {
        var problem = read(fields);
        assertThat(problem.text()).isEqualTo("What is 3 + 4?");
        assertThat(problem.gold()).isNotNull().isNotEqualTo("C");
    }

    @Test
    void choicesAreShownWithoutAGoldAnswerToo() {
        var problem = read("'choices': ['5', '6', '7', '8']");
        assertThat(problem.text()).isEqualTo(LETTERED);
        assertThat(problem.gold()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "What is 3 + 4?\\nA. 5\\nB. 6\\nC. 7\\nD. 8",
                "What is 3 + 4? (A) 5 (B) 6 (C) 7 (D) 8",
                "What is 3 + 4? A) 5 B) 6 C) 7 D) 8",
                "$\\\\textbf{(A)}\\\\ 5 \\\\textbf{(B)}\\\\ 6 \\\\textbf{(C)}\\\\ 7 \\\\textbf{(D)}\\\\ 8$"
            })
    void choicesThatTheProblemOffersAreNotRepeated(String question) {
        var problem = read(question, "'choices': ['5', '6', '7', '8'], 'answer': 2");
        assertThat(problem.gold()).isEqualTo("C");
        assertThat(problem.text()).isEqualTo(question.replace("\\n", "\n").replace("\\\\", "\\"));
    }

    @Test
    void filesOfTheFieldShowTheirChoices() {
        assumeTrue(Files.isDirectory(FIELD), "the shared data folder is not here");
        assertThat(ProblemFile.read(FIELD.resolve("mmlu.jsonl")).problems())
                .extracting(Problem::text, Problem::gold)
                .containsExactly(tuple(LETTERED, "C"));
        assertThat(ProblemFile.read(FIELD.resolve("mmlu-pro.jsonl")).problems())
                .extracting(Problem::gold)
                .containsExactly("C", "B");
    }
}
