package dev.espalier.answer.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.answer.Comparison;
import dev.espalier.answer.Extraction;
import dev.espalier.answer.extract.AnswerExtractor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class MathGraderTest {
    private static final Path DATA = Path.of("../shared/data");
    private final MathGrader grader = new MathGrader();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            10 | 10\\%                                    | a percent sign on one side only
            10\\% | 10                                    | a percent sign on one side only
            5 | x=5                                       | a name on one side only (x = 5 for 5)
            x=5 | 5                                       | a name on one side only (x = 5 for 5)
            3,4 | x=3 \\text{ or } x=4                    | a name on one side only (x = 5 for 5)
            2x | f(x)=2x                                  | a name on one side only (x = 5 for 5)
            40 | x = 40\\%                                | a name on one side only (x = 5 for 5), a percent sign on one side only
            \\{1,2\\} | 2, 1                              | order of a set
            1 \\pm \\sqrt{19} | 1+\\sqrt{19}, 1-\\sqrt{19} | order of a set
            3.14 | 3.14159                                | rounded to the gold answer's digits
            3.14 | \\pi                                   | rounded to the gold answer's digits
            0.333 | 1/3                                   | rounded to the gold answer's digits
            [-2,7] | -2\\le x\\le 7                       | a condition for its interval
            \\begin{pmatrix}1\\\\2\\end{pmatrix} | (1,2)  | a vector written as a tuple
            \\sin x | 2\\sin\\frac x2\\cos\\frac x2         | equal at test points to 1e-9
            """)
    void acceptsByANamedToleranceWithoutCallingTheAnswersTheSame(String gold, String pred, String rule) {
        Comparison comparison =
                grader.grade(gold.replace("\\\\", "\\").replace("1\\2", "1\\\\2"), pred.replace("\\\\", "\\"));
        assertThat(comparison)
                .extracting(Comparison::accepted, Comparison::same, Comparison::rule)
                .containsExactly(true, false, rule);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            5 | 5 or 6
            0.5 | 0.49
            1.25 | 1.2
            1/3 | 0.333
            -2,1 | 1,-2
            (0,1) | [0,1]
            2x+z=1 | 1
            x=5 | y=5
            10\\% | 10.5\\%
            8 | 8.5
            34 | 3 and 4
            2516_8 | 2516
            m+n | n
            7 | ''
            """)
    void acceptsNothingElse(String gold, String pred) {
        assertThat(grader.grade(gold.replace("\\\\", "\\"), pred.replace("\\\\", "\\"))
                        .accepted())
                .isFalse();
    }

    @Test
    void gradesTheReferencePairsAsExpected() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (JsonNode pair : lines("reference/answer-pairs.jsonl")) {
            Comparison comparison =
                    grader.grade(pair.get("gold").asString(), pair.get("pred").asString());
            if (comparison.accepted() != pair.get("expected").asBoolean()) {
                wrong.add(pair + " " + comparison);
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void readsEveryGoldAnswerOfTheRealSetsAsMathematics() throws IOException {
        List<String> text = new ArrayList<>();
        for (JsonNode problem : lines("math500/test.jsonl")) {
            String gold = problem.get("answer").asString();
            for (String look : List.of(
                    " $%s$. ", "\\boxed{%s}", "\\[%s.\\]", "\\( %s \\)", "**%s**", "$$%s$$,", "\\displaystyle %s\\,")) {
                assertThat(grader.grade(gold, look.formatted(gold)).same())
                        .as(look + gold)
                        .isTrue();
            }
            if (CanonicalForm.of(gold).kind().equals("text")) {
                text.add(CanonicalForm.of(gold).key());
            }
        }
        assertThat(text).containsOnly("text:evelyn", "text:east", "text:even", "text:ellipse", "text:navin");
        for (JsonNode problem : lines("gsm8k/test.jsonl")) {
            String answer = problem.get("answer").asString();
            assertThat(CanonicalForm.of(answer.substring(answer.lastIndexOf("####") + 4))
                            .kind())
                    .isIn("integer", "rational");
        }
    }

    /// All pairs of differently written gold answers with one key were checked by hand: they differ in spelling, or
    /// in a unit that keys omit.
    @Tag("slow")
    @Test
    void differentGoldAnswersHaveDifferentKeys() throws IOException {
        Map<String, Set<String>> spellings = new TreeMap<>();
        Set<String> golds = new TreeSet<>();
        for (JsonNode problem : lines("math500/test.jsonl")) {
            String gold = problem.get("answer").asString();
            golds.add(gold);
            spellings
                    .computeIfAbsent(CanonicalForm.of(gold).key(), _ -> new TreeSet<>())
                    .add(gold);
        }
        assertThat(spellings.values().stream().filter(ways -> ways.size() > 1).map(ways -> String.join(" # ", ways)))
                .containsExactlyInAnyOrder(
                        "\\frac14 # \\frac{1}{4}",
                        "10,\\!080 # 10080",
                        "120 # 120^\\circ",
                        "15 # 15\\mbox{ cm}^2",
                        "2 \\sqrt{5} # 2\\sqrt{5}",
                        "30 # 30^\\circ",
                        "36 # 36^\\circ # \\$36",
                        "90 # 90^\\circ");
        List<String> tolerated = new ArrayList<>();
        for (String gold : golds) {
            CanonicalForm wanted = CanonicalForm.of(gold);
            golds.stream()
                    .filter(pred -> grader.grade(wanted, CanonicalForm.of(pred)) instanceof Comparison comparison
                            && comparison.accepted()
                            && !comparison.same())
                    .forEach(pred -> tolerated.add(gold + " # " + pred));
        }
        assertThat(tolerated).containsExactlyInAnyOrder("5 # x=5", "x=5 # 5");
    }

    /// Another program graded the samples; it does not read `10{,}000` as ten thousand.
    @Test
    void agreesWithTheRecordedGradesOfRealSamples() throws IOException {
        List<String> differing = new ArrayList<>();
        for (JsonNode problem : lines("real-samples/qwen25math_math100_n8_rm.jsonl")) {
            String gold = problem.get("gt").asString();
            for (int i = 0; i < problem.get("response").size(); i++) {
                Extraction found =
                        AnswerExtractor.extract(problem.get("response").get(i).asString(), true);
                boolean accepted =
                        found != null && grader.grade(gold, found.answer()).accepted();
                if (accepted != problem.get("score").get(i).asBoolean()) {
                    differing.add(gold);
                }
            }
        }
        assertThat(differing).containsExactly("10{,}000");
    }

    private static List<JsonNode> lines(String file) throws IOException {
        assumeTrue(Files.isDirectory(DATA), "the shared data folder is not here");
        JsonMapper json = JsonMapper.builder().build();
        return Files.readAllLines(DATA.resolve(file)).stream()
                .map(json::readTree)
                .toList();
    }
}
