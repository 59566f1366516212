package dev.espalier.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.answer.Extraction;
import dev.espalier.answer.Extraction.Rule;
import dev.espalier.problem.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What names an answer in texts that models write, by kind (docs/answers.md). Each line holds the gold answer and the
/// text; `⏎` is a line break.
class NamedAnswersTest {
    private static final String GASES =
            "Which gas do plants take in?\nA) oxygen\nB) nitrogen\nC) carbon dioxide\nD) helium";

    private static List<String> lines(String block) {
        return block.lines().toList();
    }

    private static void assertRight(String line, String problem) {
        int bar = line.indexOf(" | ");
        var gold = line.substring(0, bar);
        var text = line.substring(bar + 3).replace('⏎', '\n');
        var grader = Graders.reading(new Problem("p", problem, gold, null, "", 0));
        var found = grader.extract(text, true);
        assertThat(found).as(line).isNotNull();
        assertThat(grader.grade(gold, found.answer()).accepted())
                .as("%s: found %s by %s", line, found.answer(), found.rule())
                .isTrue();
        assertThat(found.start()).isBetween(0, found.end());
        assertThat(found.end()).isLessThanOrEqualTo(text.length());
    }

    static final List<String> THINKING = lines("""
            15 | <thinking>\\boxed{12}</thinking>⏎So the answer is \\boxed{15}.
            15 | <thinking>I guess \\boxed{12}</thinking>⏎The answer is **15**.
            15 | <reasoning>⏎The answer is 12.⏎</reasoning>⏎Answer: 15
            15 | [THINK]Try \\boxed{12}.[/THINK]15
            15 | [THINK]Try \\boxed{12}.[/THINK]⏎⏎The result is $15$.
            15 | <seed:think>\\boxed{3}</seed:think>15
            15 | <|begin_of_thought|>⏎\\boxed{12}⏎<|end_of_thought|>⏎⏎<|begin_of_solution|>⏎The answer is $15$.⏎<|end_of_solution|>
            15 | <|channel|>analysis<|message|>Maybe \\boxed{12}.<|end|><|start|>assistant<|channel|>final<|message|>The answer is 15.<|return|>
            15 | <|channel|>analysis<|message|>Maybe \\boxed{12}.<|end|><|start|>assistant<|channel|>commentary<|message|>call \\boxed{1}<|end|><|start|>assistant<|channel|>final<|message|>**15**
            15 | analysisWe try \\boxed{12}. Done.assistantfinalThe answer is 15.
            15 | <Thought>⏎\\boxed{12}⏎</Thought>⏎<Output>⏎The answer is 15.⏎</Output>
            15 | <think>a \\boxed{1}</think> <think>b \\boxed{2}</think> The answer is 15.
            15 | <think>a \\boxed{1}</think>⏎⏎It is 15.⏎⏎<think>check \\boxed{2}</think>⏎
            15 | <scratchpad>12</scratchpad>⏎⏎Final Answer: 15
            15 | <|START_THINKING|>\\boxed{12}<|END_THINKING|><|START_RESPONSE|>The answer is 15.<|END_RESPONSE|>
            15 | Here is my thought process:⏎The answer is 12.⏎⏎Here is my response:⏎The answer is 15.
            15 | <THINK>\\boxed{12}</THINK>15
            15 | <think>⏎so \\boxed{12}⏎</think>⏎⏎<answer>15</answer>
            15 | <think>⏎so <answer>12</answer>⏎</think>⏎⏎The answer: $15$
            15 | <|im_start|>think⏎\\boxed{12}⏎<|im_start|>answer⏎Answer: 15
            15 | <thought>12</thought>⏎15
            15 | <analysis>\\boxed{12}</analysis>⏎The answer is 15
            15 | <reflection>\\boxed{12}</reflection>⏎Hence \\boxed{15}
            15 | <|think|>\\boxed{12}<|/think|>15
            15 | <unused94>thought⏎\\boxed{12}<unused95>The answer is 15.
            15 | 12 is wrong. \\boxed{12}⏎[/THINK]⏎Answer: 15
            15 | ◁think▷\\boxed{12}◁/think▷⏎⏎**Answer:** 15
            15 | <think>⏎The answer is 12.⏎</think>⏎The answer is 15.<|im_end|>
            15 | <think>x</think>⏎<think>⏎⏎</think>⏎⏎$$15$$
            15 | <inner_monologue>\\boxed{12}</inner_monologue>⏎Answer - 15
            x<5 | <think>if x<3 then</think>The answer is $x<5$.
            9 | <think>⏎first \\boxed{1}⏎</think>⏎<think>second \\boxed{2}</think>⏎9
            9 | \\boxed{1} hmm </thinking> So \\(9\\).
            9 | <thoughts>5</thoughts>Answer: 9
            9 | <reason>5</reason> <answer>9</answer>
            9 | <internal_monologue>5</internal_monologue>⏎The answer is 9
            9 | <think>Answer: 3</think>⏎⏎### Final Answer⏎9
            9 | <|start_of_thought|>Answer: 3<|end_of_thought|>9
            9 | <Thinking>3</Thinking>⏎<Answer>9</Answer>
            9 | <think>3</think>⏎⏎Therefore, x = 9.
            9 | <think>3⏎</think>⏎⏎She has 9 apples.
            9 | <|channel|>analysis<|message|>3<|end|><|start|>assistant<|channel|>final<|message|>\\[9\\]
            9 | <｜begin▁of▁thinking｜>3<｜end▁of▁thinking｜>9
            9 | <think>\\boxed{3}</think>The value of $x$ is $9$.
            9 | <think>\\boxed{3}</think>$x = 9$
            9 | <think>\\boxed{3}</think>⏎⏎9 apples
            """);

    @ParameterizedTest
    @FieldSource("THINKING")
    void thinkingIsNoAnswerOnceItIsClosed(String line) {
        assertRight(line, "");
    }

    static final List<String> TAGS = lines("""
            5 | <answer> 5 </answer>
            5 | <ANSWER>5</ANSWER>
            5 | I first thought <answer>4</answer> but <answer>5</answer>
            5 | The box \\boxed{4} is wrong <answer>5</answer>
            \\frac{1}{2} | <answer>$\\frac{1}{2}$</answer>
            x^2-1 | <think>hm</think>⏎<answer>⏎x^2-1⏎</answer>
            5 | Put it in <answer></answer> tags. The answer is 5.
            5 | <answer>5
            5 | <answer>The answer is $5$.</answer>
            5 | <answer>\\boxed{5}.</answer>
            5 | <answer>5 apples are left after 3 days</answer>
            5 | <final_answer>5</final_answer>
            5 | <answer>Final Answer: 5</answer><|im_end|>
            5 | <answer>[your answer here]</answer> so: <answer>5</answer>
            (1,2) | <answer>(1,2)</answer>
            3, 4 | <answer>3 and 4</answer>
            42 | <answer>So 6*7 = 42. The answer is 42.</answer>
            x=3 | <answer>x = 3</answer>
            Paris | <answer>Paris</answer>
            5 | <answer>⏎⏎**5**⏎⏎</answer>⏎⏎I used 2 steps.
            \\pi | <answer>\\(\\pi\\)</answer>
            1/2 | <answer> x = 1/2 </answer>
            12 | <|begin_of_answer|>12<|end_of_answer|>
            """);

    @ParameterizedTest
    @FieldSource("TAGS")
    void theLastAnswerTagIsTheAnswer(String line) {
        assertRight(line, "");
    }

    static final List<String> LINES = lines("""
            18 | **Answer**: 18
            18 | **Answer: 18**
            18 | Answer:⏎18
            18 | Answer :18
            18 | ANSWER: 18
            18 | answer = 18
            18 | Answer: $18$
            18 | Answer: \\(18\\)
            18 | Answer： 18
            18 | - Answer: 18
            18 | > Answer: 18
            18 | # Answer⏎18
            18 | ## Final Answer:⏎⏎$$18$$
            18 | **Final answer:** 18 (see step 3 of 4)
            18 | **Final Answer**: $18$
            18 | FINAL ANSWER: 18
            18 | ### Final Answer ###⏎18
            18 | Final Answer⏎------⏎18
            18 | The final answer: 18
            18 | Final result: 18
            18 | So the final value is 18, after 3 steps.
            18 | The answer would be 18.
            18 | The answer must be 18.
            18 | The answer will be 18.
            18 | The answer equals 18.
            18 | Hence the correct answer is 18 because 2*9=18.
            18 | The answer to this problem is 18.
            18 | The answer to the question is: 18
            18 | The answer, therefore, is 18.
            18 | The answer is thus 18.
            18 | The answer is exactly 18.
            18 | The answer comes out to 18.
            18 | The answer turns out to be 18.
            18 | Thus, the answer is: **18**
            18 | answer is:⏎⏎18⏎⏎Checked in 2 ways.
            18 | Our answer is 18, from 3 and 6.
            18 | The answer is $18$, and we needed 3 steps.
            18 | The answer is \\[18\\]
            18 | The answer is 18!
            18 | The answer is 18 — we used 3 steps.
            18 | The answer is 18; the other root is 7.
            18 | The answer is simply 18
            18 | The required answer is 18 dollars.
            18 | The answer is approximately 18.
            18 | My final answer is 18
            18 | Ans: 18
            18 | The answer is 18 apples and we are done in 2 days.
            18 | The answer is the number 18.
            18 | The answer is that there are 18 apples.
            18 | 答案：18
            18 | 答案是18。
            18 | 答案是 18 个。
            18 | 最终答案是：$18$
            18 | 最终答案：**18**
            18 | 所以，正确答案为18。我们用了3步。
            18 | 答案应该是 $18$
            18 | 答案等于18
            18 | 答案應為 $18$。
            18 | 最後答案為18
            18 | 答：18
            18 | 因此答案就是 18，共3步
            18 | **答案**：18
            18 | 答案: \\(18\\)
            18 | Réponse : 18
            18 | **Réponse :** $18$
            18 | La réponse est 18.
            18 | La réponse finale est $18$.
            18 | La réponse est donc 18 après 3 étapes.
            18 | La bonne réponse est 18.
            18 | La réponse serait 18.
            18 | Réponse finale : 18
            18 | La réponse correcte est 18, car 2*9=18.
            18 | La réponse doit être 18.
            18 | Antwort: 18
            18 | **Antwort:** 18
            18 | Die Antwort lautet 18.
            18 | Die richtige Antwort ist 18.
            18 | Die endgültige Antwort ist $18$.
            18 | Die Antwort ist also 18, da 2*9=18.
            18 | Die Antwort wäre 18.
            18 | Die Antwort sollte $18$ sein.
            18 | Endergebnis: 18
            18 | Das Ergebnis ist 18.
            18 | Die Lösung lautet $18$.
            18 | Die Antwort beträgt 18 Euro.
            18 | ### Antwort⏎⏎18
            18 | Die Antwort sollte 18 sein.
            18 | Respuesta: 18
            18 | La respuesta es 18.
            18 | La respuesta final es $18$.
            18 | La respuesta correcta es 18, porque 2*9=18.
            18 | **Respuesta final:** 18
            18 | La respuesta debería ser 18.
            18 | La respuesta es, por lo tanto, 18.
            18 | Respuesta:⏎18
            18 | El resultado es 18.
            18 | La respuesta sería $18$.
            18 | Por lo tanto, la respuesta es 18 manzanas en 3 días.
            18 | Ответ: 18
            18 | 答え：18
            18 | 答えは18です。
            18 | 정답: 18
            18 | 정답은 18입니다.
            18 | Resposta: 18
            18 | A resposta é 18.
            18 | Risposta: 18
            18 | La risposta è 18.
            18 | الإجابة: 18
            18 | Odpowiedź: 18
            x^2+1 | The answers: $x^2+1$
            \\frac{a+b}{2} | **Final Answer**⏎⏎\\[\\frac{a+b}{2}\\]
            \\frac{a+b}{2} | Final Answer:⏎\\boxed{\\frac{a+b}{2}
            x=2, x=3 | The answers are $x=2$ and $x=3$.
            2, 3 | The answers are 2 and 3.
            18 | The wrong answer is 20. We find 2*9 = 18.
            18 | The answer is not 20. The answer is 18.
            18 | What is the answer? The answer is 18.
            18 | The answer is 20? No: the answer is 18.
            18 | The answer is correct. So 18
            18 | Answer: 18⏎⏎Let me know if you need anything in 3 steps.
            2x+3 | The answer is 2x+3 where x is real.
            2x + 3 | So the answer should be 2x + 3, as x > 0.
            (2,3) | The answer is the point $(2,3)$.
            (2,3) | Final answer: the point (2, 3)
            [0,1) | **Answer:** $[0,1)$
            \\text{no solution} | Answer: no solution
            \\text{Evelyn} | The answer is Evelyn.
            1,234 | Answer: 1,234
            3.5 | The answer is 3.5, i.e. 7/2.
            18 | The answer is $ANSWER. Answer: 18
            18 | Therefore, the final answer is: $\\boxed{answer}$. I hope it is correct. The answer is 18
            18 | The last line should be "Answer: [your answer]".⏎⏎Answer: 18
            18 | Answer: ...⏎Answer: 18
            \\$18 | The answer is $18 per day and $20 at night.
            18 | The value is 18.
            18 | Therefore, the result is 18.
            4 | The result is 12. Dividing by 3 gives 4.
            9 | Answer⏎⏎9
            9 | **Answer**⏎9
            9 | __Answer:__ 9
            9 | *Answer*: 9
            9 | Answer ➜ 9
            9 | The answer⏎9
            9 | Final Answer — 9
            9 | So our final answer is: 9 meters.
            9 | Thus, the final answer is therefore $9$.
            9 | I get 9 as the final answer.
            9 | Solution: $x=4$.⏎Answer: $9$
            9 | The answer is, of course, 9.
            9 | So, answer = 9.
            9 | answer:9
            9 | (answer: 9)
            9 | [Answer] 9
            9 | Answer is: 9
            9 | The answer was 9.
            9 | the answer: $$9$$
            9 | The answer is $\\displaystyle 9$.
            9 | The answer is \\$9.
            9 | The answer is $9\\text{ cm}$.
            9 | The answer is 9 cm².
            9 | The answer is 9 (nine).
            9 | The answer is nine (9).
            9 | The answer is 9/1.
            9 | The answer equals $9$.
            9 | The answer should equal 9.
            9 | The answer ought to be 9.
            9 | The answer has to be 9.
            9 | The final answer would then be 9.
            9 | Hence, the required value is 9.
            9 | The final answer to the problem is 9.
            9 | The answer for part (b) is 9.
            9 | The answer of this question is 9.
            9 | ANSWER = 9
            9 | Result: 9
            9 | The final count is 9.
            9 | Therefore the sum is 9.
            9 | Hence x equals 9.
            9 | Our final result is 9 after 12 steps.
            9 | In conclusion, the answer is 9
            9 | Conclusion: the answer is 9 because 3*3 = 9
            9 | Answer:  ⏎⏎   9
            9 | Answer: 9.
            9 | Answer: 9,
            9 | Answer: "9"
            9 | Answer: (9)
            9 | Answer: {9}
            9 | Answer: [9]
            9 | Answer: `9`
            9 | 答案：9。
            9 | 答案為：9
            9 | 所以答案是 $9$，共 3 步。
            9 | 因此，最终结果是9。
            9 | 最终答案：⏎9
            9 | 本题答案为 9
            9 | 故答案为：9
            9 | 故答案为：$9$．
            9 | 综上，答案是 **9**。
            9 | 答案是9元
            9 | 【答案】9
            9 | 答案：$\\boxed{9
            9 | 结果是 9
            9 | Réponse: **9**
            9 | La réponse est : 9
            9 | Réponse finale: $9$ euros
            9 | La réponse est de 9 pommes.
            9 | la réponse est égale à 9
            9 | Le résultat est 9.
            9 | Le résultat final est $9$.
            9 | La solution est $9$.
            9 | Donc la réponse est 9, puisque 3*3=9.
            9 | La réponse devrait être 9.
            9 | Die Antwort lautet: 9
            9 | Die Lösung ist 9.
            9 | Antwort: $9$ Äpfel
            9 | Die Antwort müsste 9 sein.
            9 | Lösung: 9
            9 | Somit ist die Antwort 9.
            9 | Also ist das Ergebnis 9.
            9 | Daher lautet die Antwort 9.
            9 | La respuesta es: **9**
            9 | La respuesta es $9$ metros.
            9 | Entonces la respuesta es 9 ya que 3*3=9.
            9 | La respuesta debe ser 9.
            9 | La solución es 9.
            9 | Solución: 9
            9 | El resultado final es 9.
            9 | Respuesta final: $9$
            9 | **Respuesta**: 9
            9 | Respuesta correcta: 9
            9 | La respuesta es igual a 9
            9 | Respuesta = 9
            9 | La réponse est neuf.
            9 | Die Antwort ist neun.
            9 | La respuesta es nueve.
            9 | 答案是九
            9 | Answer: nine
            9 | The answer is approximately $9$ in 3 steps
            9 | The answer is $\\approx 9$
            9 | The answer is roughly 9 after 3 days
            9 | The answer is 9, obtained in step 4.
            9 | The answer is 9⏎⏎(3 + 6)
            9 | The answer is **9**, 3 less than 12
            9 | The answer is 9; hence 9+1=10.
            9 | The answer is 9: 3 times 3.
            9 | The answer is $9$. This was step 5 of 6.
            9 | My final answer: 9 (I checked it 2 times).
            9 | Answer: $9$ (rounded to 1 digit)
            9 | Answer: 9 apples, 3 of them red
            x>3 | Answer: $x > 3$
            x>3 | The answer is x > 3.
            (-\\infty,2) | The answer is $(-\\infty, 2)$, as shown in step 3.
            x=2 | The answer is $x=2$, since $4-2=2$.
            \\sqrt{2} | The answer is \\sqrt{2}.
            \\frac{\\pi}{4} | Final answer: \\frac{\\pi}{4} (about 0.785)
            2\\sqrt{3} | Answer: 2√3 cm
            3+4i | The answer is 3 + 4i because 2 squared
            \\begin{pmatrix}1\\\\2\\end{pmatrix} | Answer:⏎$$\\begin{pmatrix}1\\\\2\\end{pmatrix}$$
            \\begin{pmatrix}1\\\\2\\end{pmatrix} | The answer is⏎\\[⏎\\begin{pmatrix}⏎1\\\\⏎2⏎\\end{pmatrix}⏎\\]
            y=2x+1 | The answer is y = 2x + 1.
            \\{1,2\\} | The answer is $\\{1,2\\}$.
            4:30 | The answer is 4:30 p.m.
            \\text{Monday} | The answer is Monday because 7 days later it repeats.
            50\\% | The answer is 50% of 200.
            1,000,000 | Answer: 1 million
            12\\text{ cm}^2 | Answer: 12 square centimeters.
            3:2 | The answer is 3:2.
            2^{10} | The answer is 2^10.
            -7 | Answer: -7
            -7 | The answer is −7.
            0.5 | The answer is .5
            """);

    @ParameterizedTest
    @FieldSource("LINES")
    void sentencesLabelsAndHeadingsInManyLanguagesNameTheAnswer(String line) {
        assertRight(line, "");
    }

    static final List<String> BOXES = lines("""
            2, 3 | $x = \\boxed{2}$ and $x = \\boxed{3}$.
            2, 3 | \\boxed{2} or \\boxed{3}
            2, 3, 5 | \\boxed{2}, \\boxed{3}, and \\boxed{5}.
            2, 3 | \\boxed{2}, \\boxed{3}⏎⏎I hope it is correct.
            1, 2 | First \\boxed{7}.⏎⏎So \\boxed{1} and \\boxed{2}
            8 | \\boxed{4}, no, \\boxed{8}
            8 | \\boxed{4}. So \\boxed{8}
            8 | \\boxed{4}, so \\boxed{8}
            8 | We get \\boxed{4},⏎⏎and \\boxed{8}
            8 | \\boxed{8} and again \\boxed{8}
            8 | \\boxed{8}, \\boxed{8}
            8 | \\boxed{8} or \\boxed{8.0}
            (2,3) | (\\boxed{2}, \\boxed{3})
            x=1, y=2 | x = \\boxed{1}, y = \\boxed{2}
            1, 2 | \\boxed{1}和\\boxed{2}
            1, 2 | \\boxed{1}、\\boxed{2}
            1, 2 | \\(\\boxed{1}\\) und \\(\\boxed{2}\\)
            1, 2 | \\boxed{1} et \\boxed{2}
            3, -3 | $\\boxed{3}$ \\text{and} $\\boxed{-3}$
            8 | $\\boxed{4}$ is wrong, and the answer is $\\boxed{8}$
            8 | \\boxed{12}, not \\boxed{15}. I mean \\boxed{8}.
            7 | \\boxed{7} \\boxed{}
            7 | \\boxed{7}, where \\boxed{answer} is the answer
            7 | The answer is \\boxed{7
            \\frac{3}{4} | so $\\boxed{\\frac{3}{4}$
            7 | Put it in \\boxed notation. The answer is 7.
            """);

    @ParameterizedTest
    @FieldSource("BOXES")
    void boxesJoinedByCommasAreOneList(String line) {
        assertRight(line, "");
    }

    static final List<String> WORDSBEHIND = lines("""
            7 | The answer is 7<|endoftext|>
            7 | The answer is 7<eos>
            7 | The answer is 7<end_of_turn>
            7 | The answer is 7<｜end▁of▁sentence｜>
            7 | The answer is $7$<|im_end|>⏎<|im_start|>user⏎Now 9?
            7 | The answer is 7.</s>
            7 | 7<|im_end|>
            7 | The final answer is 7⏎</s>
            7 | The answer is 7 [EOS]
            7 | The answer is 7, as 3+4=7.
            7 | The answer is 7 because 10-3=7.
            7 | The answer is 7 (10 - 3).
            7 | The answer is 7 (mod 10).
            7 | The answer is 7 when x=3.
            7 | The answer is 7 for x=3.
            7 | The answer is 7, where n=3.
            7 | The answer is 7, found in 2 ways.
            7 | The answer is 7 – see equation 3.
            7 | The answer is 7 after 3 days.
            7 | The answer is 7 and this is checked by 3+4.
            7 | The answer is 7 with remainder 0.
            7 | The answer is 7 so we stop at step 4.
            7 | The answer is 7, so we stop at step 4.
            7 | The answer is 7 [1].
            7 | The answer is 7 as shown in step 2.
            7 | The answer is 7 apples after 2 days.
            7 | The answer is 7 cm.
            7 | The answer is \\$7.
            7 | The answer is $7.
            7 | The answer is 7 dollars and that is for 2 people
            7 | The answer is **7** for 2 people.
            7 | The answer is $7$ for $x=3$.
            7 | The answer is: 7 ✓
            7 | The answer is 7 ✅
            7 | The answer is 7. We checked 3 times.
            7 | The answer is 7, I hope it is correct in all 3 cases.
            7 | The answer is Seven.
            7 | The answer is: seven apples
            7 | The answer is 7%.
            7 | \\boxed{\\text{Final answer: } 7}
            7 | \\boxed{\\textbf{7}}
            7 | \\boxed{\\text{7}}
            7 | \\boxed{7\\text{.}}
            7 | \\boxed{7\\,}
            7 | \\boxed{\\mathrm{7}}
            7 | \\boxed{\\large 7}
            7 | \\boxed{{7}}
            7 | \\boxed{$7$}
            7 | \\fbox{7}
            7 | \\boxed{x=7}
            7 | \\boxed{7\\pmod{10}}
            7 | \\boxed{7 \\bmod 10}
            7 | \\boxed{n = 7}
            7 | \\boxed{7}\\boxed{}
            7 | Put the answer in \\boxed{}: \\boxed{7}
            7 | \\boxed{\\text{the answer is }7}
            7 | \\boxed{2+5=7}
            7 | \\boxed{\\underline{\\mathbf{7}}}
            7 | \\boxed{7~}
            7 | \\boxed{\\color{red}{7}}
            7 | \\boxed{\\textcolor{red}{7}}
            7 | \\boxed{7.0}
            7 | ```json⏎{"final_answer": "7"}⏎```
            7 | {"answer": "7", "steps": 3}
            7 | {"steps": 3, "answer": 7}
            7 | ```⏎The answer is 7⏎```
            7 | ```python⏎answer = 7⏎print(answer)⏎```
            7 | = 7
            7 | **7**
            7 | 7
            7 | 7.
            7 | $7$
            7 | \\[7\\]
            7 | x = 7
            7 | $$x = 7$$
            7 | 7 apples
            7 | The answer is 7<br>
            7 | <b>The answer is 7</b>
            7 | The answer is <b>7</b>.
            7 | The answer is 7 \\\\\s
            7 | #### 7<|im_end|>
            7 | #### 7</s>
            7 | There are 7 apples left.
            7 | So 3 + 4 = 7
            7 | = 7⏎⏎Verification: 7 - 4 = 3.
            7 | We get 10 - 3 = 7.⏎⏎Check: 3 + 7 = 10
            1200 | She pays 1 200 euros.
            1200 | It costs 1,200 dollars.
            1200 | The answer is 1 200 euros.
            1200 | 1\u202f200 people came.
            1200 | The answer is 1,200 dollars per year.
            1200 | Answer: 1\u00a0200
            1200 | The answer is $1,200$.
            1200 | The answer is \\$1,200.00
            1200 | ٢ is 1200
            1200 | The total is 1200
            12 | We count １２ of them.
            12 | 答案是１２
            42 | الإجابة: ٤٢
            42 | The answer is ४२.
            3/4 | The answer is three quarters.
            25 | The answer is twenty-five.
            2 \\text{ hours and } 30 \\text{ minutes} | The answer is 2 hours and 30 minutes.
            7 | The answer is 7.<|im_end|>
            7 | The answer is 7<|end|>
            7 | The answer is 7<|eot_id|><|start_header_id|>assistant
            7 | The answer is 7<|return|>
            7 | The answer is $7$</s></s>
            7 | **7**</s>
            7 | \\boxed{7}</s>
            7 | The answer is 7[/INST]
            7 | The answer is 7 </s> The answer is 8
            7 | The answer is 7<pad><pad>
            7 | The answer is 7<|END_OF_TURN_TOKEN|>
            7 | The answer is 7<|end_of_text|>
            7 | The answer is 7 given that x=3.
            7 | The answer is 7 if n=3.
            7 | The answer is 7, given n=3
            7 | The answer is 7 by step 3.
            7 | The answer is 7 using formula 2.
            7 | The answer is 7 = 3 + 4.
            7 | The answer is 3 + 4 = 7.
            7 | The answer is 7 as 10 - 3 = 7
            7 | The answer is 7 only
            7 | The answer is 7 in total
            7 | The answer is 7 units
            7 | The answer is 7 units.
            7 | The answer is 7 km/h.
            7 | The answer is 7 m/s.
            7 | The answer is 7°.
            7 | The answer is 7 degrees.
            7 | The answer is 7€.
            7 | The answer is €7.
            7 | The answer is 7 people, not 8.
            7 | The answer is 7 people (8 minus 1).
            7 | The answer is 7 people
            7 | The answer is 7.00
            7 | The answer is $7.00$ dollars
            7 | The answer is 7 :)
            7 | The answer is 7 🎉
            7 | The answer is 7...
            7 | The answer is 7!!
            7 | The answer is 7)
            7 | The answer is: “7”
            7 | {"result": 3, "answer": 7}
            7 | {⏎  "answer": "7"⏎}
            7 | {"final answer": 7}
            7 | {'answer': 7}
            7 | ```⏎7⏎```
            7 | ```latex⏎\\boxed{7}⏎```
            7 | ```json⏎{"answer": "\\\\boxed{7}"}⏎```
            7 | answer: 7⏎confidence: 90
            7 | Answer: 7⏎Confidence: 95%
            7 | Answer: 7⏎Explanation: 3+4
            7 | Final Answer: 7⏎⏎Time: 3 minutes
            7 | \\boxed{\\text{Answer is } 7}
            7 | \\boxed{Answer: 7}
            7 | \\boxed{\\text{7 apples}}
            7 | \\boxed{\\text{x} = 7}
            7 | \\boxed{7\\text{ apples}}
            7 | \\boxed{\\textrm{7}}
            7 | \\boxed{\\displaystyle{7}}
            7 | \\boxed{\\Large 7}
            7 | \\boxed{7 \\quad}
            7 | \\boxed{\\quad 7}
            7 | \\boxed{ \\ 7 \\ }
            7 | \\boxed{7;}
            7 | \\boxed{\\$7.00}
            7 | \\boxed{7\\%}
            7 | \\boxed{+7}
            7 | \\boxed{07}
            7 | \\boxed{\\mathit{7}}
            7 | \\boxed{\\approx 7}
            7 | \\boxed{= 7}
            7 | \\boxed{\\text{seven}}
            7 | \\boxed{10-3 = 7}
            7 | \\boxed{7\\mod 10}
            7 | \\boxed{7 \\text{ (mod 10)}}
            7 | \\boxed{x \\equiv 7 \\pmod{10}}
            7 | \\boxed{\\fbox{7}}
            7 | \\fbox{\\boxed{7}}
            7 | \\boxed{⏎7⏎}
            7 | \\boxed {7}
            7 | \\boxed{7}⏎⏎where \\boxed{\\cdot} means the box
            7 | \\boxed{7} (\\boxed{\\text{your answer}})
            7 | \\boxed{7}⏎\\boxed{...}
            7 | \\boxed{7}\\boxed{?}
            7 | \\boxed{\\boldsymbol{7}}
            7 | \\boxed{\\emph{7}}
            7 | \\boxed{\\bf 7}
            7 | \\boxed{\\rm 7}
            7 | \\boxed{\\hspace{1mm}7}
            7 | \\boxed{\\mbox{7}}
            7 | \\boxed{\\mathsf{7}}
            """);

    @ParameterizedTest
    @FieldSource("WORDSBEHIND")
    void wordsAndTokensBehindTheValueAreNoPartOfIt(String line) {
        assertRight(line, "");
    }

    static final List<String> CHOICES = lines("""
            C | <think>It is (A).</think>⏎C
            C | <thinking>Option A.</thinking>⏎**C**
            C | [THINK]Answer: A[/THINK]Answer: C
            C | <answer>C</answer>
            C | <answer>(C) carbon dioxide</answer>
            C | <answer>carbon dioxide</answer>
            C | The answer is C
            C | The answer is (C).
            C | **Answer: C**
            C | Answer: **C**
            C | Answer: (C) carbon dioxide
            C | answer: C
            C | Answer:C
            C | Answer: C. carbon dioxide
            C | Answer: $C$
            C | Answer: \\text{C}
            C | \\boxed{C}
            C | \\boxed{(C)}
            C | \\boxed{\\textbf{(C) } carbon dioxide}
            C | \\boxed{C)}
            C | \\boxed{C: carbon dioxide}
            C | \\boxed{\\text{carbon dioxide}}
            C | \\boxed{\\text{C. carbon dioxide}}
            C | \\boxed{\\text{Option C}}
            C | \\boxed{Carbon dioxide}
            C | \\boxed{c}
            C | The correct choice is C.
            C | The correct answer is option C.
            C | The best option is (C).
            C | Option (C) is right.
            C | option c is correct. So: C
            C | So it must be C.
            C | I choose C.
            C | I would go with C.
            C | We select option C.
            C | Choice C is the correct one.
            C | C is correct.
            C | C is the answer.
            C | (C)
            C | **C**
            C | C)
            C | C. carbon dioxide
            C | C) carbon dioxide
            C | $C$
            C | \\(C\\)
            C | The correct option is: C
            C | The correct option is **C**.
            C | Correct option: C
            C | Hence, (C) is the right choice.
            C | A is wrong, B is wrong, so it is C.
            C | (A) is false. (B) is false. (C) is true. (D) is false.
            C | Not A. Not B. It is C, not D.
            C | The answer is C because A and B are wrong.
            C | The answer is C, not A.
            C | Antwort: C
            C | Die richtige Antwort ist C.
            C | La réponse est C.
            C | Réponse : C
            C | Respuesta: C
            C | La opción correcta es C.
            C | La respuesta es (C).
            C | 答案是C。
            C | 答案为 C
            C | 正确答案是：C
            C | 故选C
            C | 故选：C。
            C | 因此选C。
            C | 正确选项是 C
            C | 选择C
            C | 答えはCです。
            C | 정답은 C입니다.
            C | Ответ: C
            C | The answer is C</s>
            C | The answer is C<|im_end|>
            C | Answer: C<|eot_id|>
            C | Final answer: C
            C | ### Final Answer⏎⏎C
            C | ### Answer⏎**C**
            C | The answer is carbon dioxide.
            C | Answer: carbon dioxide
            C | The final answer is $\\boxed{C}$. I hope it is correct.
            C | We rule out A and B.⏎⏎C
            C | Let us think.⏎A is false.⏎Therefore the answer is: C
            C | I think it's C
            C | It's C!
            C | {"answer": "C"}
            C | My choice is C
            C | The answer should be C
            C | Plants use C. So the answer would be C
            C | 答案：(C)
            C | 答案：**C**
            C | The answer is "C".
            C | The answer is `C`.
            C | The answer is [C].
            C | Answer: [[C]]
            C | The answer is A or B? No, it must be C.
            C | (A) cannot be right since plants make it; only (C) remains.
            A | A⏎⏎B is wrong.
            A | The answer is A because plants like it.
            D | Answer: D⏎⏎Explanation: A, B and C are wrong.
            B | B
            C | The answer is not D. The answer is C.
            C | Answer: C\s
            C | Answer is C
            C | answer is (c)
            C | The answer: (C)
            C | The correct answer is: C. carbon dioxide
            C | Option C.
            C | The answer is option C: carbon dioxide
            C | **Option C**
            C | Final Answer: (C) carbon dioxide
            C | Final Answer: **C**
            C | So the correct option must be C.
            C | Thus C is the correct choice.
            C | The right choice is C
            C | **C) carbon dioxide**
            C | **C. carbon dioxide**
            C | (C) carbon dioxide
            C | C: carbon dioxide
            C | \\boxed{\\mathbf{C}}
            C | \\boxed{\\textbf{C}}
            C | \\boxed{\\text{(C) carbon dioxide}}
            C | \\boxed{(C)\\ \\text{carbon dioxide}}
            C | \\boxed{C\\text{ (carbon dioxide)}}
            C | \\boxed{\\mathrm{(C)}}
            C | \\boxed{\\text{C) carbon dioxide}}
            C | \\boxed{\\textsf{C}}
            C | \\boxed{\\text{Answer: C}}
            C | \\boxed{\\text{carbon dioxide (C)}}
            C | \\boxed{\\textit{carbon dioxide}}
            C | $\\text{C}$
            C | **(C)**
            C | [C]
            C | {C}
            C | "C"
            C | C。
            C | 选C
            C | 选项C
            C | 选项 C 正确
            C | 正确答案是 C。
            C | 答案选C
            C | 答案：选C
            C | 应选 C
            C | 所以选 (C)
            C | 正确选项为C
            C | 答案为（C）
            C | 故选：C
            C | La réponse correcte est C.
            C | La bonne réponse est la C.
            C | Réponse: C) carbon dioxide
            C | La bonne option est C.
            C | Die richtige Option ist C.
            C | Die Antwort lautet C.
            C | Richtig ist C.
            C | La respuesta es la opción C.
            C | La opción C es correcta.
            C | Respuesta: C) carbon dioxide
            C | A resposta correta é C.
            C | La risposta corretta è C.
            C | Therefore the answer is C, carbon dioxide.
            C | It is not B; it is C.
            C | I would choose option C.
            C | My answer is C.
            C | We conclude that the answer must be C.
            C | This leaves C.
            C | Only C is correct.
            C | Only (C) works.
            C | Hence C
            C | So C.
            C | Therefore, C.
            C | The statement C is true.
            C | C is true, while A, B and D are false.
            C | Answer: C, since D is a noble gas
            C | The answer can't be A, so the answer is C.
            C | The answer is definitely C.
            C | The answer is clearly (C).
            C | answer = C
            C | Answer → C
            C | {"answer": "C", "confidence": 0.9}
            C | The letter is C
            C | Choose C
            C | The answer is letter C.
            C | I am going with C
            C | I'll go with C.
            C | The best answer is C.
            C | The most likely answer is C
            C | <think>A</think>C
            C | Answer: C⏎⏎Why not A? Because plants make oxygen.
            C | Explanation: plants.⏎⏎Answer: C
            C | C⏎⏎Explanation: plants take in it; (A) is what they give off.
            C | Looking at the choices, (A) is wrong, (B) is inert, (C) fits.
            C | Answer: C) carbon dioxide (not A) oxygen)
            C | The answer is $\\text{(C)}$
            C | The answer is $\\mathbf{C}$.
            C | The answer is \\(C\\).
            C | The correct answer is *C*.
            A | The answer is A.
            A | A is correct.
            A | Option A, since it is a gas.
            A | I choose A because plants like it.
            """);

    @ParameterizedTest
    @FieldSource("CHOICES")
    void aChoiceIsNamedByItsLetterOrItsText(String line) {
        assertRight(line, GASES);
    }

    static final List<String> NONE = lines("""
            <think>⏎The answer is 12
            <think>⏎Let me see, 12 apples
            <think>The answer is 15.</think>
            <|channel|>analysis<|message|>The answer is 12
            [THINK]The answer is 12, but
            <think>\\boxed{3}</think>⏎⏎I could not find it.
            Some words⏎</think>⏎
            <reasoning>It is 3, so the answer is 3.
            ◁think▷the answer is 3
            <|begin_of_thought|>answer is 3
            <seed:think>answer: 3
            analysisThe answer is 3
            I do not know.
            The answer is unclear
            There is no answer here.
            The answer is not obvious.
            Answer:
            Answer: \\boxed{}
            The answer is [your answer].
            The answer is ___
            Answer: ?
            Answer: <answer>
            The answer is ...
            The final answer is $\\boxed{answer}$.
            Put your final answer in \\boxed{}.
            """);

    @ParameterizedTest
    @FieldSource("NONE")
    void whereNothingIsNamedThereIsNoAnswer(String line) {
        assertThat(Graders.MATHEMATICS.extract(line.replace('⏎', '\n'), true)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"None of them.", "A plant takes in a gas.", "I think this is hard.", "Is it A or C?"})
    void aWordIsNoChoice(String text) {
        assertThat(Graders.CHOICE.extract(text, true)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "What is 2+2?\n(A) 3 (B) 4 (C) 5",
                "What is 2+2?\n$\\textbf{(A)}\\ 3 \\qquad \\textbf{(B)}\\ 4 \\qquad\\textbf{(C)}\\ 5$",
                "What is 2+2?\nA. 3\nB. 4\nC. 5\nD. 6",
                "What is 2+2?\nA: 3\nB: 4\nC: 5",
                "Which of (A), (B)?\nA) 3\nB) 4\nC) 5"
            })
    void theTextOfAChoiceIsItsLetter(String problem) {
        for (var text : List.of("\\boxed{4}", "The answer is $4$.", "The answer is 4.", "The answer is four.", "B"))
            assertRight("B | " + text, problem);
    }

    @Test
    void onlyTheLastNumberIsAGuess() {
        for (var text : List.of("She has 7 apples", "We get 10 - 3 = 7. Done.", "So there are 7 of them, I think"))
            assertThat(Graders.MATHEMATICS.extract(text, true))
                    .extracting(Extraction::rule)
                    .isEqualTo(Rule.LAST_NUMBER);
        assertThat(Graders.MATHEMATICS.extract("The answer is 7. That took 3 steps.", true))
                .extracting(Extraction::rule)
                .isEqualTo(Rule.ANSWER);
        assertThat(Graders.MATHEMATICS.extract("**7**", true))
                .extracting(Extraction::rule)
                .isEqualTo(Rule.WHOLE);
    }

    @Test
    void anUnclosedThinkingBlockIsUnfinished() {
        assertThat(Graders.MATHEMATICS.extract("<think>The answer is 7.", true)).isNull();
        assertThat(Graders.MATHEMATICS.extract("<think>so \\boxed{7} and", true))
                .extracting(Extraction::answer)
                .isEqualTo("7");
        assertThat(Graders.MATHEMATICS.extract("<think>\\boxed{7}</think> so", false))
                .isNull();
    }

    @Test
    void aTruncatedTextHasTheAnswerOfAClosedTag() {
        assertThat(Graders.MATHEMATICS.extract("<answer>7</answer> Now", false)).isNotNull();
        assertThat(Graders.MATHEMATICS.extract("<answer>7", false)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "8 # n=8 # n = 8 # $n=8$ # x = 8.0 # 8 = n # \\boxed{n=8} # ８ # eight # \\text{eight}",
                "\\frac{1}{2} # p = \\frac12 # x=0.5 # P = 1/2 # one half",
                "\\sqrt{2} # r=\\sqrt2 # √2",
                "1234567 # N = 1,234,567 # 1.234.567 # 1 234 567"
            })
    void aNumberWithAndWithoutItsNameIsOneVote(String answers) {
        var all = List.of(answers.split(" # "));
        for (var answer : all) {
            assertThat(Graders.MATHEMATICS.key(answer)).as(answer).isEqualTo(Graders.MATHEMATICS.key(all.getFirst()));
            assertThat(Graders.MATHEMATICS.sameness(all.getFirst(), answer)).isNotEqualTo("different answers");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"n=9", "y=2x+8", "n>8", "n=8, m=9", "n \\ne 8", "(8)(9)", "f(x)=8x"})
    void otherAnswersAreOtherVotes(String answer) {
        assertThat(Graders.MATHEMATICS.key(answer)).isNotEqualTo(Graders.MATHEMATICS.key("8"));
    }
}
