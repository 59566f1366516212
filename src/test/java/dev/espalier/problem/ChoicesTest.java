package dev.espalier.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.io.JsonLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChoicesTest {
    private static final Path FIELD = Path.of("../shared/data/field/13-choices-dropped");

    @TempDir
    Path folder;

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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'choices': ['5', '6', '7', '8'], 'answer': '(C)'",
                "'choices': ['5', '6', '7', '8'], 'answer': 'C.'",
                "'choices': ['5', '6', '7', '8'], 'answer': 'c'",
                "'choices': ['5', '6', '7', '8'], 'answer': '(c)'",
                "'choices': ['5', '6', '7', '8'], 'answer': '(C) 7'",
                "'choices': ['5', '6', '7', '8'], 'answer': 'Option C'",
                "'choices': ['5', '6', '7', '8'], 'answer': 'choice_c'",
                "'endings': ['5', '6', '7', '8'], 'label': '2'",
                "'option_a': '5', 'option_b': '6', 'option_c': '7', 'option_d': '8', 'answer': 'C'",
                "'choice_a': '5', 'choice_b': '6', 'choice_c': '7', 'choice_d': '8', 'answer': 'c'",
                "'Option A': 5, 'Option B': 6, 'Option C': 7, 'Option D': 8, 'Correct Answer': 'C'",
                "'opa': '5', 'opb': '6', 'opc': '7', 'opd': '8', 'cop': 2",
                "'option1': '5', 'option2': '6', 'option3': '7', 'option4': '8', 'answer': 'option3'",
                "'choice1': '5', 'choice2': '6', 'choice3': '7', 'choice4': '8', 'label': 2",
                "'sol1': '5', 'sol2': '6', 'sol3': '7', 'sol4': '8', 'label': 2",
                "'ending0': '5', 'ending1': '6', 'ending2': '7', 'ending3': '8', 'label': 2",
                "'ans0': '5', 'ans1': '6', 'ans2': '7', 'ans3': '8', 'label': 2",
                "'answerA': '5', 'answerB': '6', 'answerC': '7', 'answerD': '8', 'label': 2",
                "'target_scores': {'5': 0, '6': 0, '7': 1, '8': 0}",
                "'multiple_choice_targets': ['5', '6', '7', '8'], 'multiple_choice_scores': [0, 0, 1, 0]",
                "'answers': ['5', '6', '7', '8'], 'label': 2",
                "'options': '[`5`, `6`, `7`, `8`]', 'answer': 'C'",
                "'options': 'A. 5\\nB. 6\\nC. 7\\nD. 8', 'answer': 'C'"
            })
    void choicesAreReadUnderEveryName(String fields) {
        var problem = read(fields.replace("`", "\\\""));
        assertThat(problem.gold()).isEqualTo("C");
        assertThat(problem.text()).isEqualTo(LETTERED);
    }

    @Test
    void choicesStandInTheQuestionsObjectToo() {
        var problem = ProblemFile.problem(JsonLines.JSON.readTree("""
                        {"question": {"stem": "What is 3 + 4?", "choices": [{"label": "A", "text": "6"}, {"label": "B", "text": "7"}]}, "answerKey": "B"}"""), "id");
        assertThat(problem.gold()).isEqualTo("B");
        assertThat(problem.text()).isEqualTo("What is 3 + 4?\nA. 6\nB. 7");
    }

    /// The right answer of these stands first in the file.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "'Correct Answer': '7', 'Incorrect Answer 1': '5', 'Incorrect Answer 2': '6', 'Incorrect Answer 3': '8'",
                "'correct_answer': '7', 'distractor1': '5', 'distractor2': '6', 'distractor3': '8'",
                "'correct_answer': '7', 'incorrect_answers': ['8', '6', '5']",
                "'best_answer': '7', 'incorrect_answers': ['5', '6', '8']",
                "'answer': '7', 'distractors': ['5', '6', '8']",
                "'mc1_targets': {'choices': ['7', '5', '6', '8'], 'labels': [1, 0, 0, 0]}",
                "'mc1_targets': {'7': 1, '5': 0, '6': 0, '8': 0}"
            })
    void theRightAnswerAndTheWrongOnesAreMixedAlwaysTheSameWay(String fields) {
        var problem = read(fields);
        assertThat(problem.text()).isEqualTo(read(fields).text()).hasLineCount(5);
        assertThat(problem.text()).contains("\n" + problem.gold() + ". 7");
        assertThat(problem.text())
                .as("the order depends on the texts only")
                .isEqualTo(read("'correct_answer': '7', 'wrong_answers': ['6', '5', '8']")
                        .text());
    }

    @Test
    void everyLetterIsRightAboutAsOften() {
        var letters = new TreeMap<String, Integer>();
        for (int i = 0; i < 400; i++)
            letters.merge(
                    String.valueOf(
                            read("Question " + i + "?", "'correct_answer': 'x', 'incorrect_answers': ['u', 'v', 'w']")
                                    .gold()),
                    1,
                    Integer::sum);
        assertThat(letters).containsOnlyKeys("A", "B", "C", "D");
        assertThat(letters.values()).allMatch(count -> count > 70);
    }

    /// @param answers of lines with four choices, and their letters
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        'answer': 1; 'answer': 4; 'answer': 2          | A D B   | true
        'answer': 4                                    | D       | true
        'answer': '1'; 'answer': '4'                   | A D     | true
        'label': 4; 'label': 1                         | D A     | true
        'label': '3'; 'label': '4'                     | C D     | true
        'cop': 1; 'cop': 4                             | A D     | true
        'answer_index': 4; 'answer_index': 1           | D A     | true
        'answer': 1.0; 'answer': 4.0                   | A D     | true
        'answer': 0; 'answer': 3; 'answer': 2          | A D C   | false
        'answer': 1; 'answer': 3                       | B D     | false
        'answer': 'B'; 'answer': 'D'                   | B D     | false
        'answer': 'v'; 'answer': 4                     | B D     | true
        """)
    void anIndexCountsFromOneIfOneEqualsTheNumberOfChoicesAndNoneIsZero(String lines, String golds, boolean fromOne)
            throws IOException {
        var text = new StringBuilder();
        for (var line : lines.split(";"))
            text.append("{\"question\": \"Which?\", \"choices\": [\"u\", \"v\", \"w\", \"x\"], %s}\n"
                    .formatted(line.replace('\'', '"')));
        var set = ProblemFile.read(Files.writeString(folder.resolve("choices.jsonl"), text));
        assertThat(set.problems()).extracting(Problem::gold).containsExactly(golds.split(" "));
        assertThat(set.problems())
                .allSatisfy(problem -> assertThat(problem.text()).endsWith("D. x"));
        assertThat(set.warnings()).hasSize(fromOne ? 1 : 0);
    }

    /// Columns with numbers: an answer is a column's number, a label an index.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        'sentence': 'It _.', 'option1': 'u', 'option2': 'v', 'answer': '1'                 | A
        'sentence': 'It _.', 'option1': 'u', 'option2': 'v', 'answer': '2'                 | B
        'sentence': 'It _.', 'option1': 'u', 'option2': 'v', 'answer': 1                   | A
        'sentence': 'It _.', 'option1': 'u', 'option2': 'v', 'answer': 'option2'           | B
        'question': 'q', 'option1': 'u', 'option2': 'v', 'option3': 'w', 'answer': 'v'     | B
        'question': 'q', 'option1': 'u', 'option2': 'v', 'option3': 'w', 'answer': 'b'     | B
        'goal': 'Do it', 'sol1': 'u', 'sol2': 'v', 'label': 0                              | A
        'goal': 'Do it', 'sol1': 'u', 'sol2': 'v', 'label': 1                              | B
        'premise': 'It rains.', 'question': 'effect', 'choice1': 'u', 'choice2': 'v', 'label': 1 | B
        'context': 'It rains.', 'question': 'Why?', 'answerA': 'u', 'answerB': 'v', 'answerC': 'w', 'label': '3' | C
        """)
    void columnsWithNumbersAreRead(String fields, String gold) throws IOException {
        var file = Files.writeString(folder.resolve("c.jsonl"), "{%s}\n".formatted(fields.replace('\'', '"')));
        assertThat(ProblemFile.read(file).problems()).extracting(Problem::gold).containsExactly(gold);
    }

    @Test
    void columnsWithNumbersCountFromZeroIfAnAnswerIsZero() throws IOException {
        var line = "{\"question\": \"q\", \"option1\": \"u\", \"option2\": \"v\", \"answer\": %s}\n";
        for (var quote : new String[] {"", "\""}) {
            var zeroAndOne = line.formatted(quote + 1 + quote) + line.formatted(quote + 0 + quote);
            assertThat(ProblemFile.read(Files.writeString(folder.resolve("z.jsonl"), zeroAndOne))
                            .problems())
                    .extracting(Problem::gold)
                    .containsExactly("B", "A");
        }
    }

    @Test
    void severalAnswersOrSolutionsAreNoChoices() {
        assertThat(read("'answer1': '7', 'answer2': '7.0', 'answer': '7'").text())
                .isEqualTo("What is 3 + 4?");
        assertThat(read("'solution1': 'x', 'solution2': 'y'").text()).isEqualTo("What is 3 + 4?");
        assertThat(read("'answers': ['7', '7.0']").text()).isEqualTo("What is 3 + 4?");
    }

    @Test
    void moreChoicesThanLettersAreNamed() throws IOException {
        var file = Files.writeString(
                folder.resolve("m.jsonl"),
                "{\"question\": \"q\", \"choices\": [1,2,3,4,5,6,7,8,9,10,11]}\n{\"question\": \"q\"}\n");
        assertThat(ProblemFile.read(file).warnings()).containsExactly("line 1: it has 11 choices; at most 10 are read");
    }
}
