package dev.espalier.answer.extract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.answer.Extraction;
import dev.espalier.answer.Extraction.Rule;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerExtractorTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            First \\boxed{1}, so it is \\boxed{\\frac{1}{2}}.          | \\frac{1}{2}      | BOXED
            $\\boxed {5}$ is it                                        | 5                 | BOXED
            so $\\boxed 5$.                                            | 5                 | BOXED
            so $\\boxed\\pi$.                                          | \\pi              | BOXED
            so \\fbox{7} here                                          | 7                 | BOXED
            a set \\boxed{\\{1,2\\}}                                   | \\{1,2\\}         | BOXED
            \\boxed{3} and then \\boxed{4                              | 3                 | BOXED
            \\boxed{x = \\boxed{5}}                                    | x = \\boxed{5}    | BOXED
            \\boxed{} is nothing. The answer is 8.                     | 8                 | ANSWER
            She makes 18. #### 18                                      | 18                | HASHES
            #### Step 2: we add 3. The answer is 9.                    | 9                 | ANSWER
            #### 70,000 dollars                                        | 70,000 dollars    | HASHES
            The final answer is 5. I hope the final answer is correct. | 5                 | FINAL_ANSWER
            The answer is 3, no: the final answer is $\\frac12$.       | \\frac12          | FINAL_ANSWER
            Therefore, the final answer is: $x=5$. I hope it is right. | x=5               | FINAL_ANSWER
            Final Answer: **12**                                       | 12                | FINAL_ANSWER
            The answer is 3.5. Good                                    | 3.5               | ANSWER
            So the answer is $18.                                      | $18               | ANSWER
            the answer is \\(2\\sqrt{3}\\), as said                    | 2\\sqrt{3}        | ANSWER
            We get 12 and then 1,234.5 apples.                         | 1,234.5           | LAST_NUMBER
            It falls to -7 degrees                                     | -7                | LAST_NUMBER
            a chance of 3/4                                            | 3/4               | LAST_NUMBER
            since 10-3                                                 | 3                 | LAST_NUMBER
            """)
    void findsTheAnswerByTheFirstRuleThatApplies(String text, String answer, Rule rule) {
        Extraction found = AnswerExtractor.extract(text.replace("\\\\", "\\"), true);
        assertThat(found).isNotNull();
        assertThat(found.answer()).isEqualTo(answer.replace("\\\\", "\\"));
        assertThat(found.rule()).isEqualTo(rule);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "The answer is not 7.",
                "So it cannot be 12",
                "It isn't $7$.",
                "This is never equal to 3",
                "Das ist nicht 7.",
                "Die Antwort ist nicht gleich 7",
                "Ce n'est pas 7.",
                "No es 7.",
                "The result does not equal \\(5\\)",
                "It can\u2019t be 9.",
                "The answer isn't 7.",
                "The answer isn\u2019t $7$.",
                "The answer cannot be 7.",
                "The answer can't be 7 because it is even.",
                "The answer is never **7**.",
                "Answer: not 7",
                "The final answer would not be 7.",
                "I don't think the answer is 7.",
                "I do not believe that the answer is 7.",
                "It is wrong to say the answer is 7.",
                "3 + 4 = 8, so the answer is not equal to 7.",
                "The answer is 7? No.",
                "So 7 is not the answer.",
                "La respuesta no es 7.",
                "A resposta n\u00e3o \u00e9 7.",
                "La risposta non \u00e8 7.",
                "La r\u00e9ponse n'est pas 7.",
                "Die Antwort ist nicht 7.",
                "\u041e\u0442\u0432\u0435\u0442 \u043d\u0435 7",
                "\u7b54\u6848\u4e0d\u662f7\u3002",
                "\u7b54\u3048\u306f7\u3067\u306f\u3042\u308a\u307e\u305b\u3093\u3002",
                "\ub2f5\uc740 7\uc774 \uc544\ub2d9\ub2c8\ub2e4."
            })
    void aDeniedValueIsNoAnswer(String text) {
        assertThat(AnswerExtractor.extract(text, true)).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            We get 8, not 7.                             | 8
            We get 8 and not 7                           | 8
            Es sind 8, nicht 7.                          | 8
            The answer is not 7 but 8.                   | 8
            The answer is not 7. The answer is 8.        | 8
            The answer is 8, not 7.                      | 8
            I don't think so. We get 8                   | 8
            There is not much left, only 8               | 8
            Not all of them stay: 8                      | 8
            It does not exceed 8                         | 8
            The answer is not 5, we get 7 apples         | 7
            He does not have 3 apples but owns 4 of them | 4
            There are not many; 12 remain                | 12
            """)
    void aValueBesideADenialStands(String text, String answer) {
        assertThat(AnswerExtractor.extract(text, true))
                .extracting(Extraction::answer)
                .isEqualTo(answer);
    }

    @Test
    void reportsThePositionOfTheAnswer() {
        String text = "so \\boxed{ 42 } it is";
        Extraction found = AnswerExtractor.extract(text, true);
        assertThat(found).isNotNull();
        assertThat(text.substring(found.start(), found.end())).isEqualTo("42");
    }

    @Test
    void aTruncatedCandidateHasOnlyABoxedAnswer() {
        assertThat(AnswerExtractor.extract("The final answer is 12", false)).isNull();
        assertThat(AnswerExtractor.extract("#### 12", false)).isNull();
        assertThat(AnswerExtractor.extract("\\boxed{12} and so", false)).isNotNull();
    }

    @Test
    void textThatMatchesNoRuleHasNoAnswer() {
        assertThat(AnswerExtractor.extract("", true)).isNull();
        assertThat(AnswerExtractor.extract("I do not know.", true)).isNull();
        assertThat(AnswerExtractor.extract("\\boxed{", true)).isNull();
    }

    @Tag("slow")
    @Test
    void aPolicyThatRepeatsItselfTakesLinearTime() {
        assertThat(AnswerExtractor.extract("the answer is ".repeat(50_000) + "$".repeat(50_000), true))
                .isNull();
        assertThat(AnswerExtractor.extract("the answer is " + "so ".repeat(50_000) + "7", true))
                .isNotNull()
                .extracting(Extraction::answer)
                .isEqualTo("7");
    }

    @Test
    void aHundredThousandOpenBoxesTakeLinearTime() {
        String text = "\\boxed{".repeat(100_000) + "5}";
        assertThat(AnswerExtractor.extract(text, true))
                .isNotNull()
                .extracting(Extraction::answer)
                .isEqualTo("5");
    }

    /// Much of what the rules look for: quadratic time would take minutes.
    @Tag("slow")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "<think>",
                "</think>",
                "<answer>",
                "<answer>.</answer>",
                "<|channel|>analysis",
                "<|im_end|>",
                "Answer: ",
                "Answer:\n",
                "the answer to ",
                "answer is not 5. ",
                "\u7b54\u6848",
                "the result is 5. ",
                "\\boxed{1}, ",
                "\\boxed{",
                "(A) ",
                "option C ",
                "1 200 ",
                "a b ",
                "\n\n",
                "Check:\n",
                "$5 ",
                "**"
            })
    @Timeout(60)
    void hostileTextsTakeLinearTime(String piece) {
        var text = piece.repeat(200_000 / piece.length());
        for (var of : List.of(text, "<think>" + text + "</think>The answer is 7.", "The answer is " + text + "7")) {
            AnswerExtractor.extract(of, true);
            AnswerExtractor.extractChoice(of, true, String::equals);
        }
    }
}
