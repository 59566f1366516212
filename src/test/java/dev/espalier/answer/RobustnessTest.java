package dev.espalier.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RobustnessTest {
    private static final List<String> SEEDS = CanonicalFormTest.ANSWERS.stream().flatMap(line -> Arrays.stream(line.split(" # "))).toList();
    private static final String[] PIECES = {"{", "}", "\\frac", "^", "_", "(", ")", "[", "]", "\\sqrt", "\\{", "\\}", "1", "99", "x", "+", "-", "\\pm", ",", "|", "!", "%",
        "\\text{", "\\left", "^\\circ", "=", "<", "\\cup", "&", "\\\\", "\\begin{pmatrix}", "\\end{pmatrix}", "i", "\\pi", "e", "\\sin", "\\log", "^{99}", "/", "*", ".", " ",
        "\\sqrt[3]", "\\infty", "and", "\u221a", "\ud83d", "\u0000"};
    private final MathGrader grader = new MathGrader();

    /// What does most work within the limits, and what lies beyond them.
    static List<String> large() {
        return List.of("((((1+x)^9)^9)^9)^9", "9^{9^{9^9}}", "1e9999", "1e-9999", "\\frac{(x+y+z)^{20}}{(x+y-z)^{20}}", "100000!", "x^{1000000000}", "{".repeat(1400),
                "(".repeat(1400), "\\frac".repeat(250), "\\sqrt{".repeat(200) + "2" + "}".repeat(200), "1+".repeat(700) + "1", "x^2+".repeat(300) + "x", "-".repeat(1400),
                "\\text{$".repeat(100), "2^".repeat(600) + "2", "\\sin".repeat(300), "|".repeat(1000), "a_".repeat(700), "1,".repeat(700), "9".repeat(1400), "9".repeat(100_000),
                "\\pm".repeat(100) + "1", "\\frac{1}{" + "9".repeat(600) + "}+\\frac{1}{" + "7".repeat(600) + "}", "a b ".repeat(350), ", ".repeat(700) + "1", "\\{".repeat(700),
                "\\frac{(x+y+z+w)^6+1}{(x+y-z+w)^6-(x-y)^5}+\\frac{(x+y+z)^5+1}{(x-z+w)^6-(x-y)^5}", "\\sqrt{" + "8".repeat(1000) + "}", "\\binom{1000000}{500000}");
    }

    @ParameterizedTest
    @MethodSource("large")
    void largeAnswersEndSoon(String latex) {
        long best = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 3; attempt++) {
            long start = System.nanoTime();
            assertThat(CanonicalForm.of(latex).key()).isNotEmpty();
            best = Math.min(best, System.nanoTime() - start);
        }
        assertThat(best).as("nanoseconds").isLessThan(500_000_000);
    }

    @Test
    void noMutatedAnswerThrowsAndEachHasOneForm() {
        SplittableRandom random = new SplittableRandom(20261121);
        for (int i = 0; i < 10_000; i++) {
            String mutated = mutated(random);
            CanonicalForm form = CanonicalForm.of(mutated);
            assertThat(CanonicalForm.of(mutated)).isEqualTo(form);
            Verdict verdict = grader.grade(SEEDS.get(random.nextInt(SEEDS.size())), mutated);
            assertThat(verdict.same()).as(mutated).isEqualTo(verdict.canonicalGold().equals(verdict.canonicalPred()));
            AnswerExtractor.extract(mutated, true);
        }
    }

    @Test
    void sameIsSymmetricAndTransitiveOverAPoolOfSurfaceForms() {
        SplittableRandom random = new SplittableRandom(7);
        List<String> pool = new ArrayList<>(SEEDS);
        IntStream.range(0, 300).forEach(_ -> pool.add(mutated(random)));
        List<CanonicalForm> forms = pool.stream().map(CanonicalForm::of).toList();
        boolean[][] same = new boolean[pool.size()][pool.size()];
        for (int i = 0; i < pool.size(); i++) {
            for (int j = 0; j < pool.size(); j++) {
                same[i][j] = forms.get(i).equals(forms.get(j));
            }
        }
        for (int i = 0; i < pool.size(); i++) {
            assertThat(same[i][i]).isTrue();
            for (int j = 0; j < pool.size(); j++) {
                if (same[i][j] != same[j][i] || same[i][j] && !Arrays.equals(same[i], same[j])) {
                    assertThat(pool.get(i)).as("not an equivalence").isEqualTo(pool.get(j));
                }
            }
        }
    }

    @Test
    void formsDoNotDependOnWhatElseIsComputedAtTheSameTime() {
        Map<String, String> alone = new HashMap<>();
        SEEDS.forEach(answer -> alone.put(answer, CanonicalForm.of(answer).key()));
        assertThat(IntStream.range(0, 4_000).parallel().mapToObj(i -> SEEDS.get(i * 7 % SEEDS.size()))
                .allMatch(answer -> CanonicalForm.of(answer).key().equals(alone.get(answer)))).isTrue();
    }

    private static String mutated(SplittableRandom random) {
        StringBuilder text = new StringBuilder(SEEDS.get(random.nextInt(SEEDS.size())));
        if (random.nextInt(4) == 0) {
            text.append(SEEDS.get(random.nextInt(SEEDS.size())));
        }
        for (int edits = random.nextInt(5); edits > 0; edits--) {
            int at = random.nextInt(text.length() + 1);
            switch (random.nextInt(4)) {
                case 0 -> text.insert(at, PIECES[random.nextInt(PIECES.length)]);
                case 1 -> text.delete(at, Math.min(at + 1, text.length()));
                case 2 -> text.replace(at, Math.min(at + 1, text.length()), String.valueOf((char) (32 + random.nextInt(95))));
                default -> text.insert(at, text.substring(0, at));
            }
        }
        return text.toString();
    }
}
