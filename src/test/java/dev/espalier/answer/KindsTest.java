package dev.espalier.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Every kind of answer that issue 5 names, as tables: `kinds.txt` says what is one answer, `grading.txt` what is accepted for which gold answer, and why.
class KindsTest {
    private final MathGrader grader = new MathGrader();

    @Test
    void waysToWriteOneAnswerHaveOneKeyAndDifferentAnswersDifferentOnes() {
        Map<String, String> lines = new HashMap<>();
        List<String> wrong = new ArrayList<>();
        for (List<String> ways : kinds()) {
            String key = CanonicalForm.of(ways.getFirst()).key();
            ways.stream().filter(way -> !CanonicalForm.of(way).key().equals(key)).forEach(way -> wrong.add(ways.getFirst() + " is " + key + ", but " + way + " is "
                    + CanonicalForm.of(way).key()));
            String other = lines.put(key, ways.getFirst());
            if (other != null) {
                wrong.add(other + " and " + ways.getFirst() + " are both " + key);
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(lines).hasSizeGreaterThan(130);
    }

    @Test
    void theGraderAcceptsWhatTheTableSaysAndNamesTheRule() {
        List<String> wrong = new ArrayList<>();
        for (String line : lines("grading.txt")) {
            String[] fields = line.substring(2).split(" # ");
            Verdict verdict = grader.grade(fields[0], fields[1]);
            boolean same = line.charAt(0) == '=' || fields.length == 3 && fields[2].equals("=");
            boolean right = switch (line.charAt(0)) {
                case '-' -> !verdict.accepted() && !verdict.same();
                default -> verdict.accepted() && verdict.same() == same && (same || verdict.rule().equals(fields[2]));
            };
            if (!right) {
                wrong.add(line + "  ->  " + verdict);
            }
        }
        assertThat(wrong).isEmpty();
    }

    static List<List<String>> kinds() {
        return lines("kinds.txt").stream().map(line -> Arrays.asList(line.split(" # "))).toList();
    }

    private static List<String> lines(String table) {
        try (var stream = KindsTest.class.getResourceAsStream(table)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8).lines().skip(1).filter(line -> !line.isBlank() && !line.startsWith("##")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
