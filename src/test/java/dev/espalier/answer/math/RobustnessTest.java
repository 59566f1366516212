package dev.espalier.answer.math;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.answer.Comparison;
import dev.espalier.answer.extract.AnswerExtractor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class RobustnessTest {
    private static final List<String> SEEDS = CanonicalFormTest.ANSWERS.stream()
            .flatMap(line -> Arrays.stream(line.split(" # ")))
            .toList();
    private final MathGrader grader = new MathGrader();

    /// Answers that need the most work within the limits, and answers beyond the limits.
    static List<String> large() {
        return List.of(
                "((((1+x)^9)^9)^9)^9",
                "9^{9^{9^9}}",
                "1e9999",
                "1e-9999",
                "\\frac{(x+y+z)^{20}}{(x+y-z)^{20}}",
                "100000!",
                "x^{1000000000}",
                "{".repeat(1400),
                "(".repeat(1400),
                "\\frac".repeat(250),
                "\\sqrt{".repeat(200) + "2" + "}".repeat(200),
                "1+".repeat(700) + "1",
                "x^2+".repeat(300) + "x",
                "-".repeat(1400),
                "\\text{$".repeat(100),
                "\\boxed{".repeat(100_000) + "1" + "}".repeat(100_000),
                "\\boxed{".repeat(100) + "1" + "}".repeat(100),
                "2^".repeat(600) + "2",
                "\\sin".repeat(300),
                "|".repeat(1000),
                "a_".repeat(700),
                "1,".repeat(700),
                "9".repeat(1400),
                "9".repeat(100_000),
                "\\pm".repeat(100) + "1",
                "\\frac{1}{" + "9".repeat(600) + "}+\\frac{1}{" + "7".repeat(600) + "}",
                "a b ".repeat(350),
                ", ".repeat(700) + "1",
                "\\{".repeat(700),
                "\\frac{(x+y+z+w)^6+1}{(x+y-z+w)^6-(x-y)^5}+\\frac{(x+y+z)^5+1}{(x-z+w)^6-(x-y)^5}",
                "\\sqrt{" + "8".repeat(1000) + "}",
                "\\binom{1000000}{500000}");
    }

    @ParameterizedTest
    @MethodSource("large")
    void largeAnswersTakeBoundedTime(String latex) {
        long best = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 3; attempt++) {
            long start = System.nanoTime();
            assertThat(CanonicalForm.of(latex).key()).isNotEmpty();
            best = Math.min(best, System.nanoTime() - start);
        }
        assertThat(best).as("nanoseconds").isLessThan(500_000_000);
    }

    /// Rescanning the text at each delimiter, or recursing for each, would not finish.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "$",
                "$ ",
                "$$",
                "\\$",
                "\\(",
                "\\[",
                "{",
                "}",
                "\\boxed",
                "\\boxed{",
                "\\boxed ",
                "#### ",
                "answer is ",
                "The final answer is $",
                "\\text{",
                "\\frac",
                "**",
                "`",
                "\\\\",
                ".",
                "1,",
                "(A",
                "\\begin{array}"
            })
    void thousandsOfDelimitersAreReadOnce(String delimiter) {
        var text = delimiter.repeat(200_000 / delimiter.length());
        for (var of : List.of(text, "The answer is " + text, text + "5", "$" + text + "$")) {
            AnswerExtractor.extract(of, true);
            AnswerExtractor.extractChoice(of, true, String::equals);
            var form = CanonicalForm.of(of);
            assertThat(form.display().length()).isLessThanOrEqualTo(of.length());
            assertThat(grader.grade(form, CanonicalForm.of(of)).same())
                    .isEqualTo(!form.key().isEmpty());
        }
    }

    /// Copying the rest of the text at each dollar sign took a quarter of an hour.
    @Test
    @Timeout(120)
    void anyNumberOfDollarSignsAroundAnAnswerIsFormatting() {
        assertThat(CanonicalForm.of("$".repeat(2_000_001)).display()).isEqualTo("$");
        assertThat(CanonicalForm.of("$ $5$ $").display()).isEqualTo("5");
        assertThat(CanonicalForm.of("$".repeat(1001) + "x, y" + "$".repeat(1001))
                        .display())
                .isEqualTo("x, y");
    }

    /// `-Despalier.fuzz` sets the number of mutations: a million before a release.
    @Tag("slow")
    @Test
    void noMutatedAnswerThrowsAndEachHasOneForm() throws IOException {
        Mutations mutations = new Mutations(seeds(), 20261121);
        for (int i = Integer.getInteger("espalier.fuzz", 15_000); i > 0; i--) {
            String mutated = mutations.next();
            CanonicalForm form = CanonicalForm.of(mutated);
            assertThat(CanonicalForm.of(mutated)).isEqualTo(form);
            assertThat(form.key().isEmpty()).isEqualTo(form.kind().equals("none"));
            Comparison comparison = grader.grade(mutations.seed(), mutated);
            if (comparison.same() != comparison.canonicalGold().equals(comparison.canonicalPred())
                    || !comparison.accepted() && comparison.same()) {
                assertThat(comparison.same()).as(mutated).isEqualTo(comparison.accepted());
            }
            if (i % 10 == 0) {
                AnswerExtractor.extract(mutated, true);
            }
        }
    }

    /// The answers of the tables, and real answers if the data is available.
    static List<String> seeds() throws IOException {
        List<String> seeds = new ArrayList<>(SEEDS);
        KindsTest.kinds().forEach(seeds::addAll);
        Path golds = Path.of("../shared/data/math500/test.jsonl");
        if (Files.exists(golds)) {
            JsonMapper json = JsonMapper.builder().build();
            Files.readAllLines(golds)
                    .forEach(line -> seeds.add(json.readTree(line).get("answer").asString()));
        }
        return seeds;
    }

    @Test
    void sameIsSymmetricAndTransitiveOverAPoolOfSurfaceForms() {
        Mutations mutations = new Mutations(SEEDS, 7);
        List<String> pool = new ArrayList<>(SEEDS);
        KindsTest.kinds().forEach(pool::addAll);
        IntStream.range(0, 300).forEach(_ -> pool.add(mutations.next()));
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
    void formsDoNotDependOnConcurrentWork() {
        Map<String, String> alone = new HashMap<>();
        SEEDS.forEach(answer -> alone.put(answer, CanonicalForm.of(answer).key()));
        assertThat(IntStream.range(0, 4_000)
                        .parallel()
                        .mapToObj(i -> SEEDS.get(i * 7 % SEEDS.size()))
                        .allMatch(answer -> CanonicalForm.of(answer).key().equals(alone.get(answer))))
                .isTrue();
    }
}
