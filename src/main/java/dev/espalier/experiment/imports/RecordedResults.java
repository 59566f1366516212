package dev.espalier.experiment.imports;

import dev.espalier.problem.Problem;
import dev.espalier.search.log.Candidate;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.vote.Tally;
import dev.espalier.search.vote.Tally.Ballot;
import dev.espalier.search.vote.Vote;
import dev.espalier.task.Tasks;
import dev.espalier.task.Verdicts;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/// Compares the answers and votes that a file of the search-and-learn toolkit or of Qwen2.5-Math recorded with the
/// results of parity mode for the same texts.
final class RecordedResults {
    private static final Problem UNGRADED = Problem.typed("", null);
    private static final Pattern VOTE = Pattern.compile("pred_(naive|weighted|maj)@(\\d{1,6})");
    private static final Map<String, Vote> VOTES =
            Map.of("naive", Vote.NAIVE, "weighted", Vote.WEIGHTED, "maj", Vote.MAJORITY);

    private int compared;
    private int same;

    int compared() {
        return compared;
    }

    int same() {
        return same;
    }

    /// @param fields    the line's fields except problem, texts and scores
    /// @param different receives a sentence for each difference
    void compare(ObjectNode fields, List<Candidate> candidates, Consumer<String> different) {
        var ballots = candidates.stream()
                .map(candidate -> Ballot.of(candidate, Reduction.LAST, UNGRADED, Tasks.PARITY, Verdicts.NONE))
                .toList();
        for (var field : fields.properties()) {
            var vote = VOTE.matcher(field.getKey());
            if (!vote.matches() || !field.getValue().isString()) continue;
            int n = Integer.parseInt(vote.group(2));
            if (n < 1 || n > ballots.size()) continue;
            var rule = Objects.requireNonNull(VOTES.get(vote.group(1)));
            var elected = Tally.of(ballots.subList(0, n), true)
                    .elect(rule)
                    .orElseThrow()
                    .display(rule);
            compare(field.getKey(), field.getValue().stringValue(), "\\boxed{" + elected + "}", different);
        }
        var answers = fields.path("pred");
        if (!answers.isArray() || answers.size() != ballots.size()) return;
        for (int i = 0; i < ballots.size(); i++)
            compare(
                    "pred " + (i + 1),
                    answers.get(i).asString(""),
                    ballots.get(i).display(),
                    different);
    }

    private void compare(String what, String recorded, String here, Consumer<String> different) {
        compared++;
        if (recorded.equals(here)) same++;
        else different.accept("%s is %s in the file and %s in parity mode".formatted(what, recorded, here));
    }
}
