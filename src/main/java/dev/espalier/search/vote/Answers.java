package dev.espalier.search.vote;

import dev.espalier.answer.Extraction;
import dev.espalier.model.Finish;
import dev.espalier.problem.Problem;
import dev.espalier.search.log.Candidate;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.log.SearchTree.Node;
import dev.espalier.task.Task;
import dev.espalier.task.Verdicts;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The answers of one search's paths. The text above a node never changes, so each path is read once for all moments of
/// the search. Thread-safe. Extraction can take milliseconds: call it off the JavaFX thread.
public final class Answers {
    private final Problem problem;
    private final Task task;
    private final Map<Path, Optional<Answer>> read = new ConcurrentHashMap<>();
    private final Map<Integer, Double> likelihoods = new ConcurrentHashMap<>();

    /// @param finished whether the policy ended the text: the same text can have another answer if it continues
    private record Path(int node, boolean finished) {}

    /// @param found the rule that read the answer and its position in the text
    /// @param key   identifies the answer's group
    public record Answer(Extraction found, String key) {}

    /// @param task extracts, groups and grades the answers
    public Answers(Problem problem, Task task) {
        this.problem = problem;
        this.task = task;
    }

    public Problem problem() {
        return problem;
    }

    public Task task() {
        return task;
    }

    /// Returns the answer of the path to a node, null for none.
    public @Nullable Answer of(SearchTree tree, Node node) {
        return of(tree, node, node.finish() == Finish.STOP);
    }

    /// @param finished whether the path counts as ended by the policy
    public @Nullable Answer of(SearchTree tree, Node node, boolean finished) {
        return read.computeIfAbsent(new Path(node.id(), finished), _ -> read(tree, node, finished))
                .orElse(null);
    }

    /// Returns what the path to a node names as its answer so far, as if it had been cut off there; null if nothing
    /// names one. The last number of a text that continues is no answer.
    public @Nullable Extraction named(SearchTree tree, int node) {
        var answer = of(tree, tree.node(node), false);
        return answer == null || answer.found().rule() == Extraction.Rule.LAST_NUMBER ? null : answer.found();
    }

    private Optional<Answer> read(SearchTree tree, Node node, boolean finished) {
        var found = task.extract(problem, tree.text(node.id()), finished, tree.variant(node.id()));
        return found == null ? Optional.empty() : Optional.of(new Answer(found, task.key(found.answer())));
    }

    /// The answer groups of a tree's candidates.
    ///
    /// @param verdicts known verdicts on answers
    public Tally tally(SearchTree tree, Reduction reduction, Verdicts verdicts) {
        return tally(tree, tree.candidatesByNumber(), reduction, verdicts);
    }

    /// @param candidates a selection of the tree's candidates, by number
    public Tally tally(SearchTree tree, SortedMap<Integer, Node> candidates, Reduction reduction, Verdicts verdicts) {
        var ballots = candidates.entrySet().stream()
                .map(candidate -> ballot(tree, candidate.getKey(), candidate.getValue(), reduction, verdicts))
                .toList();
        return Tally.of(ballots, task.noAnswerMayWin());
    }

    private Tally.Ballot ballot(SearchTree tree, int number, Node node, Reduction reduction, Verdicts verdicts) {
        double likelihood =
                likelihoods.computeIfAbsent(node.id(), id -> Tally.Ballot.likelihood(Candidate.logProb(tree, id)));
        return Tally.Ballot.of(
                number,
                of(tree, node),
                Tally.Ballot.score(node.pathScores(), reduction),
                likelihood,
                problem,
                task,
                verdicts);
    }
}
