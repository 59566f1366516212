package dev.espalier.search.vote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.answer.parity.ParityGrader;
import dev.espalier.model.Finish;
import dev.espalier.search.log.Candidate;
import dev.espalier.search.log.Reduction;
import dev.espalier.task.Task;
import dev.espalier.task.Tasks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Real outputs of the search-and-learn toolkit and of Qwen2.5-Math, with the extractions and votes that their authors
/// recorded.
@Tag("slow")
class RecordedVotesTest {
    private static final Path SAMPLES = Path.of("../shared/data/real-samples");
    private static final ParityGrader PARITY = new ParityGrader();

    private static List<JsonNode> read(String file) throws IOException {
        var path = SAMPLES.resolve(file + ".jsonl");
        assumeTrue(Files.exists(path), "the recorded samples are not here");
        return Files.readAllLines(path).stream()
                .map(JsonMapper.shared()::readTree)
                .toList();
    }

    private static List<Candidate> candidates(JsonNode row, String texts, String scores) {
        var completions = row.path(texts);
        return IntStream.range(0, completions.size())
                .mapToObj(i -> new Candidate(
                        i,
                        completions.get(i).stringValue(),
                        Finish.STOP,
                        row.path(scores)
                                .get(i)
                                .valueStream()
                                .map(JsonNode::doubleValue)
                                .toList()))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"sal_scatyf3_bon, 90", "sal_bayesprm_n256_3problems, 81"})
    void parityVotesElectTheRecordedAnswers(String file, int recorded) throws IOException {
        int compared = 0;
        var different = new ArrayList<String>();
        for (var row : read(file)) {
            var all = candidates(row, "completions", "scores");
            for (int n = 1; n <= all.size(); n *= 2) {
                var tally = Tallies.of(all.subList(0, n), Reduction.LAST, null, Tasks.PARITY);
                for (var vote : Vote.values()) {
                    var name = "pred_"
                            + switch (vote) {
                                case NAIVE -> "naive";
                                case MAJORITY -> "maj";
                                case WEIGHTED -> "weighted";
                            }
                            + "@" + n;
                    var elected = "\\boxed{" + tally.elect(vote).orElseThrow().display() + "}";
                    compared++;
                    if (!elected.equals(row.path(name).stringValue()))
                        different.add(row.path("unique_id") + " " + name + ": recorded "
                                + row.path(name).stringValue() + ", here " + elected);
                }
            }
        }
        assertThat(different).isEmpty();
        assertThat(compared).isEqualTo(recorded);
    }

    /// The file counts 10000 as wrong for the gold answer 10{,}000, and 4:30 p.m. for 4:30 p.m.; by the standard
    /// rules they are right.
    @Test
    void qwenExtractionsVerdictsMajorityAndRewardRankingMatchTheRecordedOnes() throws IOException {
        var rows = read("qwen25math_math100_n8_rm");
        var different = new ArrayList<String>();
        int answers = 0;
        var right = new int[4];
        for (var row : rows) {
            var all = candidates(row, "code", "pred_score");
            var gold = row.path("answer").stringValue();
            for (var candidate : all) {
                var found = PARITY.extract(candidate.text(), true);
                var answer = found == null ? "" : found.answer();
                var recorded = row.path("pred").get(candidate.number()).stringValue();
                answers++;
                if (!answer.equals(recorded))
                    different.add(row.path("idx") + ": recorded " + recorded + ", here " + answer);
                if (PARITY.grade(gold, answer).accepted()
                        != row.path("score").get(candidate.number()).booleanValue())
                    different.add(row.path("idx") + ": " + answer + " for " + gold);
            }
            right[0] += right(all, gold, Tasks.PARITY, Vote.MAJORITY);
            right[1] += right(all, gold, Tasks.PARITY, Vote.NAIVE);
            right[2] += right(all, gold, Tasks.MATHEMATICS, Vote.MAJORITY);
            right[3] += right(all, gold, Tasks.MATHEMATICS, Vote.NAIVE);
        }
        assertThat(answers).isEqualTo(800);
        assertThat(different).isEmpty();
        assertThat(right)
                .as("majority and reward-ranked of 100, parity and standard")
                .containsExactly(93, 94, 94, 96);
    }

    private static int right(List<Candidate> candidates, String gold, Task task, Vote vote) {
        return Tallies.of(candidates, Reduction.LAST, gold, task)
                        .elect(vote)
                        .filter(Tally.Group::correct)
                        .isPresent()
                ? 1
                : 0;
    }
}
