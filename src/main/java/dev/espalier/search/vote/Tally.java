package dev.espalier.search.vote;

import dev.espalier.model.Finish;
import dev.espalier.problem.Problem;
import dev.espalier.problem.Variant;
import dev.espalier.search.log.Candidate;
import dev.espalier.search.log.Reduction;
import dev.espalier.task.Task;
import dev.espalier.task.Verdict;
import dev.espalier.task.Verdicts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// The answer groups of a pool of candidates and who wins by each vote.
///
/// @param groups         in the order in which they were first seen
/// @param noAnswerMayWin whether candidates without an answer are elected like any other group; else only where nobody has one
public record Tally(List<Group> groups, int candidates, boolean noAnswerMayWin) {
    public Tally {
        groups = List.copyOf(groups);
    }

    public Tally(List<Group> groups, int candidates) {
        this(groups, candidates, false);
    }

    /// Candidates with the same answer.
    ///
    /// @param key           canonical form, the group's identity; "" for candidates without an answer
    /// @param display       the first surface form seen, "" for no answer
    /// @param members       candidate numbers
    /// @param sum           of their reduced scores
    /// @param best          the highest reduced score
    /// @param bestCandidate who has it, the first on ties
    /// @param verdict       of its first answer; null where it is not graded: there is nothing to grade by, or the grader is not done
    /// @param written       how its answer was written, the most frequent first
    public record Group(String key, String display, List<Integer> members, double sum, double best, int bestCandidate, @Nullable Verdict verdict, List<Written> written) {
        public Group {
            members = List.copyOf(members);
            written = List.copyOf(written);
        }

        /// Whether its answer is known to be right.
        public boolean correct() {
            return verdict != null && verdict.accepted();
        }

        public int votes() {
            return members.size();
        }

        public boolean answered() {
            return !key.isEmpty();
        }
    }

    /// One way in which a group's answer was written, and how many candidates wrote it so.
    public record Written(String text, int votes) {
    }

    /// One candidate's answer and weight: what a vote needs to know of it.
    ///
    /// @param key        "" for no answer
    /// @param likelihood the geometric mean of its tokens' probabilities, 0 where they are not known
    /// @param verdict    of its answer, null where it is not graded or there is no answer
    public record Ballot(int candidate, String key, String display, double score, double likelihood, @Nullable Verdict verdict) {

        public Ballot(int candidate, String key, String display, double score, boolean correct) {
            this(candidate, key, display, score, 0, Verdict.of(correct, ""));
        }

        public boolean correct() {
            return verdict != null && verdict.accepted();
        }

        /// The same with the likelihood in the score's place: then [Vote#NAIVE] is best of n by log-probability, and [Vote#WEIGHTED] the vote
        /// weighted by normalised probability (Wang et al. 2023, "Self-consistency improves chain of thought reasoning", section 3.1).
        public Ballot byLikelihood() {
            return new Ballot(candidate, key, display, likelihood, likelihood, verdict);
        }

        /// The same with what is known of its answer.
        public Ballot gradedBy(Verdicts verdicts, Problem problem, Task task) {
            return key.isEmpty() ? this : new Ballot(candidate, key, display, score, likelihood, verdicts.of(problem, task, display));
        }

        /// @param task     how the answer is read, grouped and graded
        /// @param verdicts what is known of answers
        public static Ballot of(Candidate candidate, Reduction reduction, Problem problem, Task task, Verdicts verdicts) {
            var extraction = task.extract(problem, candidate.text(), candidate.finish() == Finish.STOP, Variant.named(candidate.variant()));
            var answer = extraction == null ? null : new Answers.Answer(extraction, task.key(extraction.answer()));
            return of(candidate.number(), answer, reduction.of(candidate.scores()), likelihood(candidate.logProb()), problem, task, verdicts);
        }

        /// @param answer null for none
        static Ballot of(int candidate, Answers.@Nullable Answer answer, double score, double likelihood, Problem problem, Task task, Verdicts verdicts) {
            if (answer == null) return new Ballot(candidate, "", "", score, likelihood, null);
            var text = answer.found().answer();
            return new Ballot(candidate, answer.key(), text, score, likelihood, verdicts.of(problem, task, text));
        }

        /// @param logProb NaN where it is not known
        static double likelihood(double logProb) {
            return Double.isNaN(logProb) ? 0 : StrictMath.exp(logProb);
        }
    }

    /// @param task     how answers are read, grouped and graded, and whether no answer may win
    /// @param verdicts what is known of answers
    public static Tally of(List<Candidate> candidates, Reduction reduction, Problem problem, Task task, Verdicts verdicts) {
        return of(candidates.stream().map(candidate -> Ballot.of(candidate, reduction, problem, task, verdicts)).toList(), task.noAnswerMayWin());
    }

    public static Tally of(List<Ballot> ballots) {
        return of(ballots, false);
    }

    public static Tally of(List<Ballot> ballots, boolean noAnswerMayWin) {
        var groups = new LinkedHashMap<String, List<Ballot>>();
        for (var ballot : ballots) groups.computeIfAbsent(ballot.key(), _ -> new ArrayList<>()).add(ballot);
        return new Tally(groups.values().stream().map(Tally::group).toList(), ballots.size(), noAnswerMayWin);
    }

    private static Group group(List<Ballot> ballots) {
        var first = ballots.getFirst();
        var best = first;
        double sum = 0;
        for (var ballot : ballots) {
            sum += ballot.score();
            if (ballot.score() > best.score()) best = ballot;
        }
        return new Group(first.key(), first.display(), ballots.stream().map(Ballot::candidate).toList(), sum, best.score(), best.candidate(), first.verdict(),
            written(ballots));
    }

    private static List<Written> written(List<Ballot> ballots) {
        var counts = new LinkedHashMap<String, Integer>();
        for (var ballot : ballots) counts.merge(ballot.display(), 1, Integer::sum);
        return counts.entrySet().stream().map(way -> new Written(way.getKey(), way.getValue()))
            .sorted(Comparator.comparingInt(Written::votes).reversed()).toList();
    }

    /// The group that a vote elects.
    public Optional<Group> elect(Vote vote) {
        return first(groups, vote);
    }

    /// The k groups that a vote elects, the winner first: each is the winner among those that are left. Fewer where there are fewer groups.
    public List<Group> elect(Vote vote, int k) {
        var left = new ArrayList<>(groups);
        var elected = new ArrayList<Group>();
        while (elected.size() < k && !left.isEmpty()) {
            var winner = first(left, vote).orElseThrow();
            elected.add(winner);
            left.remove(winner);
        }
        return List.copyOf(elected);
    }

    private Optional<Group> first(List<Group> among, Vote vote) {
        return switch (vote) {
            case MAJORITY -> first(among, Group::votes, (_, _) -> false);
            case WEIGHTED -> first(among, Group::sum, (_, _) -> false);
            case NAIVE -> first(among, Group::best, (challenger, holder) -> challenger.bestCandidate() < holder.bestCandidate());
        };
    }

    private Optional<Group> first(List<Group> among, ToDoubleFunction<Group> weight, BiPredicate<Group, Group> winsTie) {
        Group winner = null;
        for (var group : among) {
            if (winner == null || !noAnswerMayWin && group.answered() && !winner.answered()) {
                winner = group;
            } else if (noAnswerMayWin || group.answered() == winner.answered()) {
                double difference = weight.applyAsDouble(group) - weight.applyAsDouble(winner);
                if (difference > 0 || difference == 0 && winsTie.test(group, winner)) winner = group;
            }
        }
        return Optional.ofNullable(winner);
    }

    /// Whether any candidate is right.
    public boolean covered() {
        return groups.stream().anyMatch(Group::correct);
    }
}
