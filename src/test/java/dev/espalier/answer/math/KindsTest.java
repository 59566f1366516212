package dev.espalier.answer.math;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.answer.Comparison;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Tables of every kind of answer that issue 5 names: `kinds.txt` lists spellings of one answer, `grading.txt` accepted
/// and rejected answers with the rule.
class KindsTest {
    private static final List<String> NUMBERS =
            List.of("integer", "rational", "radical", "complex", "constant", "expression");
    private final MathGrader grader = new MathGrader();

    @Test
    void spellingsOfOneAnswerShareAKeyAndDifferentAnswersDoNot() {
        Map<String, String> lines = new HashMap<>();
        List<String> wrong = new ArrayList<>();
        for (List<String> ways : kinds()) {
            String key = CanonicalForm.of(ways.getFirst()).key();
            ways.stream()
                    .filter(way -> !CanonicalForm.of(way).key().equals(key))
                    .forEach(way -> wrong.add(ways.getFirst() + " is " + key + ", but " + way + " is "
                            + CanonicalForm.of(way).key()));
            String other = lines.put(key, ways.getFirst());
            if (other != null) {
                wrong.add(other + " and " + ways.getFirst() + " are both " + key);
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(lines).hasSizeGreaterThan(130);
    }

    /// Sums, tuples, sets and equations of equal answers are equal, and those of different answers are different:
    /// the relation is a congruence.
    @Test
    void answersAreEqualExactlyIfTheirPartsAre() {
        List<String> wrong = new ArrayList<>();
        for (String context : List.of(
                "7-(%s)",
                "\\frac{%s}{7}",
                "(1,%s)",
                "\\{%s,777\\}",
                "zzz=%s",
                "\\begin{pmatrix}1\\\\%s\\end{pmatrix}",
                "777, %s")) {
            Map<String, String> keys = new HashMap<>();
            for (List<String> ways : kinds()) {
                CanonicalForm first = CanonicalForm.of(ways.getFirst());
                if (!NUMBERS.contains(first.kind()) || first.key().endsWith("inf")) {
                    continue;
                }
                List<String> plain = ways.stream()
                        .filter(way -> !way.endsWith(".")
                                && !way.contains("$")
                                && !way.matches(".*\\d,\\d{3}.*|.*\\\\[\\[(].*"))
                        .toList();
                String key =
                        CanonicalForm.of(context.formatted(plain.getFirst())).key();
                plain.stream()
                        .filter(way ->
                                !CanonicalForm.of(context.formatted(way)).key().equals(key))
                        .forEach(way -> wrong.add(context.formatted(way) + " is not " + key));
                String other = keys.put(key, plain.getFirst());
                if (other != null) {
                    wrong.add(context + " of " + other + " and " + plain.getFirst());
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void saysWhyTwoSpellingsAreOneAnswer() {
        assertThat(List.of(
                        "\\frac{1}{2} # \\frac{1}{2} # identical text",
                        "(1, 2) # (1,2) # identical text apart from spacing and sizes",
                        "1/2 # 0.5 # equal as fractions",
                        "5\\text{ cm} # 5 # equal without the unit",
                        "50\\% # \\frac12 # equal as percent and number",
                        "\\sqrt8 # 2\\sqrt2 # equal as radicals",
                        "x+x # 2x # equal as expressions in lowest terms",
                        "East # \\text{east} # the same words",
                        "[0,1] # [0,1.0] # the same interval, part by part",
                        "1 # 2 # different answers"))
                .allSatisfy(line -> {
                    String[] fields = line.split(" # ");
                    assertThat(CanonicalForm.of(fields[0]).sameness(CanonicalForm.of(fields[1])))
                            .isEqualTo(fields[2]);
                });
    }

    @Test
    void theGraderAcceptsWhatTheTableSaysAndNamesTheRule() {
        List<String> wrong = new ArrayList<>();
        for (String line : lines("grading.txt")) {
            String[] fields = line.substring(2).split(" # ");
            Comparison comparison = grader.grade(fields[0], fields[1]);
            boolean same = line.charAt(0) == '=' || fields.length == 3 && fields[2].equals("=");
            boolean right = switch (line.charAt(0)) {
                case '-' -> !comparison.accepted() && !comparison.same();
                default ->
                    comparison.accepted()
                            && comparison.same() == same
                            && (same || comparison.rule().equals(fields[2]));
            };
            if (!right) {
                wrong.add(line + "  ->  " + comparison);
            }
        }
        assertThat(wrong).isEmpty();
    }

    static List<List<String>> kinds() {
        return lines("kinds.txt").stream()
                .map(line -> Arrays.asList(line.split(" # ")))
                .toList();
    }

    private static List<String> lines(String table) {
        try (var stream = KindsTest.class.getResourceAsStream(table)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .skip(1)
                    .filter(line -> !line.isBlank() && !line.startsWith("##"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
