package dev.espalier.search;

import dev.espalier.answer.Grader;
import dev.espalier.answer.registry.Graders;
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
/// @param groups        in the order in which they were first seen
/// @param nothingMayWin whether candidates without an answer are elected like any other group; else only where nobody has one
public record Tally(List<Group> groups, int candidates, boolean nothingMayWin) {
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
    /// @param correct       whether its answer is accepted for the gold; false where no gold is known
    /// @param written       how its answer was written, the most frequent first
    public record Group(String key, String display, List<Integer> members, double sum, double best, int bestCandidate, boolean correct, List<Written> written) {
        public Group {
            members = List.copyOf(members);
            written = List.copyOf(written);
        }

        /// What made a way of writing the same answer as the first one seen.
        ///
        /// @param grader that grouped the answers
        public String rule(Written way, Grader grader) {
            return way.text().equals(display) ? "written alike" : grader.sameness(display, way.text());
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
    public record Ballot(int candidate, String key, String display, double score, double likelihood, boolean correct) {

        public Ballot(int candidate, String key, String display, double score, boolean correct) {
            this(candidate, key, display, score, 0, correct);
        }

        /// The same with the likelihood in the score's place: then [Vote#NAIVE] is best of n by log-probability, and [Vote#WEIGHTED] the vote
        /// weighted by normalised probability (Wang et al. 2023, "Self-consistency improves chain of thought reasoning", section 3.1).
        public Ballot byLikelihood() {
            return new Ballot(candidate, key, display, likelihood, likelihood, correct);
        }

        /// @param gold the gold answer, null where none is known
        public static Ballot of(Candidate candidate, Reduction reduction, @Nullable String gold, Grader grader) {
            var extraction = grader.extract(candidate.text(), candidate.finish() == Finish.STOP);
            double score = reduction.of(candidate.scores());
            double likelihood = Double.isNaN(candidate.logProb()) ? 0 : StrictMath.exp(candidate.logProb());
            if (extraction == null) return new Ballot(candidate.number(), "", "", score, likelihood, false);
            var answer = extraction.answer();
            return new Ballot(candidate.number(), grader.key(answer), answer, score, likelihood, gold != null && grader.grade(gold, answer).accepted());
        }
    }

    /// Of mathematics.
    public static Tally of(List<Candidate> candidates, Reduction reduction, @Nullable String gold) {
        return of(candidates, reduction, gold, Graders.MATHEMATICS);
    }

    /// @param grader how answers are read, grouped and graded, and whether no answer may win
    public static Tally of(List<Candidate> candidates, Reduction reduction, @Nullable String gold, Grader grader) {
        return of(candidates.stream().map(candidate -> Ballot.of(candidate, reduction, gold, grader)).toList(), grader.nothingMayWin());
    }

    public static Tally of(List<Ballot> ballots) {
        return of(ballots, false);
    }

    public static Tally of(List<Ballot> ballots, boolean nothingMayWin) {
        var groups = new LinkedHashMap<String, List<Ballot>>();
        for (var ballot : ballots) groups.computeIfAbsent(ballot.key(), _ -> new ArrayList<>()).add(ballot);
        return new Tally(groups.values().stream().map(Tally::group).toList(), ballots.size(), nothingMayWin);
    }

    private static Group group(List<Ballot> ballots) {
        var first = ballots.getFirst();
        var best = first;
        double sum = 0;
        for (var ballot : ballots) {
            sum += ballot.score();
            if (ballot.score() > best.score()) best = ballot;
        }
        return new Group(first.key(), first.display(), ballots.stream().map(Ballot::candidate).toList(), sum, best.score(), best.candidate(), first.correct(),
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
        return switch (vote) {
            case MAJORITY -> first(Group::votes, (_, _) -> false);
            case WEIGHTED -> first(Group::sum, (_, _) -> false);
            case NAIVE -> first(Group::best, (challenger, holder) -> challenger.bestCandidate() < holder.bestCandidate());
        };
    }

    private Optional<Group> first(ToDoubleFunction<Group> weight, BiPredicate<Group, Group> winsTie) {
        Group winner = null;
        for (var group : groups) {
            if (winner == null || !nothingMayWin && group.answered() && !winner.answered()) {
                winner = group;
            } else if (nothingMayWin || group.answered() == winner.answered()) {
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
