package dev.espalier.experiment.run;

import dev.espalier.EspalierException;
import dev.espalier.problem.Problem;
import dev.espalier.search.log.Candidate;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.vote.Answers;
import dev.espalier.search.vote.Tally;
import dev.espalier.search.vote.Tally.Ballot;
import dev.espalier.search.vote.Vote;
import dev.espalier.store.CandidateRow;
import dev.espalier.store.RunStore;
import dev.espalier.store.SearchSummary;
import dev.espalier.store.StoredStatus;
import dev.espalier.task.Task;
import dev.espalier.task.Tasks;
import dev.espalier.task.Verdicts;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Determines the status of problems from the candidates and verdicts of the latest finished search of each. Reads no
/// logs.
public final class ProblemStatuses {
    private static final System.Logger LOG = System.getLogger(ProblemStatuses.class.getName());

    private final RunStore store;
    private final Verdicts verdicts;
    /// By search. A finished and graded search does not change, and ids are never reused.
    private final Map<Long, ProblemStatus> known = new ConcurrentHashMap<>();
    /// Searches whose winner is not graded yet, with extracted answers.
    private final Map<Long, Ungraded> ungraded = new ConcurrentHashMap<>();

    /// @param scored  whether a reward model scored any candidate
    /// @param ballots without verdicts
    private record Ungraded(Task task, boolean scored, List<Ballot> ballots) {
        private static Ungraded of(List<CandidateRow> rows, Problem problem, Task task) {
            // Without a gold answer there is nothing to grade.
            var ballots = !task.gradable(problem)
                    ? List.<Ballot>of()
                    : candidates(rows).stream()
                            .map(candidate -> Ballot.of(candidate, Reduction.LAST, problem, task, Verdicts.NONE))
                            .toList();
            return new Ungraded(
                    task, rows.stream().anyMatch(row -> !row.scores().isEmpty()), ballots);
        }

        private Tally tally(Problem problem, Verdicts verdicts) {
            return Tally.of(
                    ballots.stream()
                            .map(ballot -> ballot.gradedBy(verdicts, problem, task))
                            .toList(),
                    task.noAnswerMayWin());
        }
    }

    public ProblemStatuses(RunStore store, Verdicts verdicts) {
        this.store = store;
        this.verdicts = verdicts;
    }

    /// All statuses by problem id. An unreadable search has no status and does not affect others.
    public Map<String, ProblemStatus> all() {
        store.problemStatuses()
                .forEach((search, stored) -> current(stored).ifPresent(status -> known.putIfAbsent(search, status)));
        var statuses = new LinkedHashMap<String, ProblemStatus>();
        for (var search : store.latestFinished())
            of(search).ifPresent(status -> statuses.put(search.problem().id(), status));
        return statuses;
    }

    /// The status by a search that is over, without reading the store. Empty if it failed or has no candidate, or if
    /// its winner is not graded yet.
    ///
    /// @param search  its id
    /// @param tree    its tree
    /// @param answers its answers
    public Optional<ProblemStatus> of(long search, SearchTree tree, Answers answers) {
        if (tree.candidatesByNumber().isEmpty() || !tree.failure().isEmpty()) return Optional.empty();
        boolean scored = tree.candidatesByNumber().values().stream().anyMatch(SearchTree.Node::scored);
        var status = status(answers.problem(), answers.task(), scored, answers.tally(tree, Reduction.LAST, verdicts));
        if (tree.over()) status.ifPresent(found -> keep(search, answers.task(), found));
        return status;
    }

    private Optional<ProblemStatus> of(SearchSummary search) {
        var before = known.get(search.id());
        if (before != null) return Optional.of(before);
        var read = ungraded.get(search.id());
        if (read == null) {
            var rows = store.candidatesOf(search.id());
            if (rows.isEmpty()) return Optional.empty();
            read = Ungraded.of(
                    rows,
                    search.problem(),
                    store.run(search.run()).config().mode().task(search.problem()));
            ungraded.put(search.id(), read);
        }
        var status = status(search.problem(), read.task, read.scored, read.tally(search.problem(), verdicts));
        var task = read.task;
        status.ifPresent(found -> {
            keep(search.id(), task, found);
            ungraded.remove(search.id());
        });
        return status;
    }

    /// A status that cannot be stored is computed again at the next start.
    private void keep(long search, Task task, ProblemStatus status) {
        if (known.put(search, status) == status) return;
        try {
            store.keepStatus(search, task, status.name());
        } catch (EspalierException unwritable) {
            LOG.log(Level.DEBUG, "a problem's status was not stored", unwritable);
        }
    }

    /// Empty if the grader has changed since, or its task is not there.
    private static Optional<ProblemStatus> current(StoredStatus stored) {
        var task = Tasks.list().stream()
                .filter(known -> known.name().equals(stored.task()))
                .findFirst();
        if (task.isEmpty() || task.get().graderVersion() != stored.version()) return Optional.empty();
        return Arrays.stream(ProblemStatus.values())
                .filter(status -> status.name().equals(stored.status()))
                .findFirst();
    }

    private static Optional<ProblemStatus> status(Problem problem, Task task, boolean scored, Tally tally) {
        if (!task.gradable(problem)) return Optional.of(ProblemStatus.UNKNOWN);
        var winner = tally.elect(scored ? Vote.WEIGHTED : Vote.MAJORITY);
        if (winner.isPresent() && winner.get().answered() && winner.get().verdict() == null) return Optional.empty();
        return Optional.of(winner.isPresent() && winner.get().correct() ? ProblemStatus.RIGHT : ProblemStatus.WRONG);
    }

    static List<Candidate> candidates(List<CandidateRow> rows) {
        return rows.stream()
                .map(row -> new Candidate(
                        row.number(), row.text(), row.finish(), row.scores(), row.logProb(), row.variant()))
                .toList();
    }
}
