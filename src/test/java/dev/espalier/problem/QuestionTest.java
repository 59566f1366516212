package dev.espalier.problem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.io.JsonLines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuestionTest {
    /// @param fields of a line, with ' for "
    private static Problem read(String fields) {
        return ProblemFile.problem(
                JsonLines.JSON.readTree(
                        "{%s}".formatted(fields).replace('\'', '"').replace("`", "\\\"")),
                "id");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "problem",
                "question",
                "Problem",
                "Question",
                "QUESTION",
                "prompt",
                "query",
                "input",
                "inputs",
                "instruction",
                "problem_text",
                "problem_statement",
                "question_content",
                "Question Text",
                "sQuestion",
                "original_question",
                "user_prompt",
                "ctx",
                "goal"
            })
    void theQuestionIsReadUnderEveryName(String name) {
        var problem = read("'%s': ' What is 3 + 4? ', 'answer': 7".formatted(name));
        assertThat(problem.text()).isEqualTo("What is 3 + 4?");
        assertThat(problem.gold()).isEqualTo("7");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        'messages': [{'role': 'user', 'content': 'p'}], 'answer': '7'                                            | p | 7
        'messages': [{'role': 'system', 'content': 's'}, {'role': 'user', 'content': 'p'}], 'answer': '7'        | p | 7
        'messages': [{'role': 'user', 'content': 'p'}, {'role': 'assistant', 'content': 'So \\\\boxed{7}.'}]     | p | 7
        'messages': [{'role': 'user', 'content': [{'type': 'text', 'text': 'p'}]}], 'solution': '\\\\boxed{7}'   | p | 7
        'conversations': [{'from': 'human', 'value': 'p'}, {'from': 'gpt', 'value': 'The answer is 7.'}]         | p | 7
        'prompt': [{'role': 'user', 'content': 'p'}], 'reward_model': {'ground_truth': '7'}                      | p | 7
        'prompt': [{'role': 'user', 'content': 'p'}], 'extra_info': {'answer': 7}                                | p | 7
        'prompt': 'p', 'verification_info': '{`ground_truth`: `7`}'                              | p | 7
        'prompt': 'p', 'completion': '7'                                                                         | p | 7
        'query': 'p', 'response': 'Add.\\nThe answer is: 7'                                                      | p | 7
        'instruction': 'p', 'output': 'Add them. #### 7'                                                         | p | 7
        'instruction': 'p', 'input': 'q', 'output': '7'                                                          | p//q | 7
        'input': 'p', 'target': '7'                                                                              | p | 7
        'turns': ['p'], 'ground_truth': '7'                                                                      | p | 7
        'question': {'problem': 'p', 'ground_truth_answer': '7'}, 'label': {'steps': []}                         | p | 7
        'doc': {'question': 'p', 'answer': 'So. #### 7'}, 'target': '7'                                          | p | 7
        'doc_id': 3, 'doc': {'Problem': 'p', 'Answer': 7.0}                                                      | p | 7
        'example': {'problem': 'p'}, 'gold': '7'                                                                 | p | 7
        'problem': 'p', 'answer': {'value': '7'}                                                                 | p | 7
        'problem': 'p', 'answer': 'First we add.\\nThen we have \\\\boxed{7}.'                                   | p | 7
        'problem': 'p', 'answer': 7.0                                                                            | p | 7
        'problem': 'p', 'answer': 0.25                                                                           | p | 0.25
        'problem': 'p', 'lSolutions': [7.0]                                                                      | p | 7
        'question': 'p', 'answer': null, 'answer_number': 7                                                      | p | 7
        """)
    void chatsNestedObjectsAndReferencesAreRead(String fields, String text, String gold) {
        var problem = read(fields);
        assertThat(problem.text()).isEqualTo(text.replace('/', '\n'));
        assertThat(problem.gold()).isEqualTo(gold);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        'Body': 'Ann has 3.', 'Question': 'How many?', 'Answer': 3                                      | Ann has 3. How many?
        'passage': 'Ann has 3.', 'question': 'How many?', 'answer': 3                                   | Ann has 3.~~How many?
        'article': 'Ann has 3.', 'question': 'How many?', 'options': ['2', '3'], 'answer': 'B'          | Ann has 3.~~How many?~A. 2~B. 3
        'context': 'Ann has 3.', 'question': 'How many?', 'answers': ['2', '3'], 'label': 1             | Ann has 3.~~How many?~A. 2~B. 3
        'passage': 'How many?', 'question': 'How many?', 'answer': 3                                    | How many?
        'context': 'Ann has 3.', 'question': 'How many?', 'answer': 3                                   | How many?
        """)
    void aPassageStandsBeforeItsQuestion(String fields, String text) {
        assertThat(read(fields).text()).isEqualTo(text.replace('~', '\n'));
    }

    @Test
    void aProblemOfTheLineItselfComesBeforeThatOfAnObject() {
        var problem = read("'problem': 'p', 'answer': '7', 'data': {'problem': 'q', 'answer': '8'}");
        assertThat(problem.text()).isEqualTo("p");
        assertThat(problem.gold()).isEqualTo("7");
    }

    @Test
    void aModelsResponseBesideAProblemIsNoReference() {
        assertThat(read("'problem': 'p', 'response': '7'").gold()).isNull();
        assertThat(read("'question': 'p', 'output': 'So \\\\boxed{7}'").gold()).isNull();
        assertThat(read("'prompt': 'p', 'response': 'A long text.\\nWithout an end.'")
                        .gold())
                .isNull();
    }
}
