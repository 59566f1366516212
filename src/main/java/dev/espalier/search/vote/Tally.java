package dev.espalier.search.vote;

import dev.espalier.answer.Extraction;
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

/// The answer groups of a pool of candidates, and the winner of each vote.
///
/// @param groups         in the order of their first candidates
/// @param noAnswerMayWin whether the candidates without an answer can win like any other group; if false, they win only
///                       if no candidate has an answer
public record Tally(List<Group> groups, int candidates, boolean noAnswerMayWin) {
    public Tally {
        groups = List.copyOf(groups);
    }

    public Tally(List<Group> groups, int candidates) {
        this(groups, candidates, false);
    }

    /// Candidates with the same answer.
    ///
    /// @param key           the canonical form, which identifies the group; "" for candidates without an answer
    /// @param display       the surface form of the first candidate's answer, "" for no answer
    /// @param members       candidate numbers
    /// @param sum           sum of the members' reduced scores; a member without a score adds nothing
    /// @param best          the members' highest reduced score; NaN if none has a score
    /// @param bestCandidate the candidate with the highest score, the first on ties or without scores
    /// @param bestDisplay   the surface form of that candidate's own answer
    /// @param verdict       the verdict on the first answer; null if there is nothing to grade by or the grader has
    ///                      not finished
    /// @param written       the surface forms of the answer, most frequent first
    /// @param guesses       how many members' texts name no answer, so that their last number was taken
    public record Group(
            String key,
            String display,
            List<Integer> members,
            double sum,
            double best,
            int bestCandidate,
            String bestDisplay,
            @Nullable Verdict verdict,
            List<Written> written,
            int guesses) {
        public Group {
            members = List.copyOf(members);
            written = List.copyOf(written);
        }

        /// Whether a verdict says that the answer is right.
        public boolean correct() {
            return verdict != null && verdict.accepted();
        }

        public int votes() {
            return members.size();
        }

        /// The answer as the winner of a vote writes it: best-of-N names one candidate, the others a group.
        public String display(Vote vote) {
            return vote == Vote.NAIVE ? bestDisplay : display;
        }

        /// Whether a member has a score. If not, the group's sum is unknown.
        public boolean scored() {
            return !Double.isNaN(best);
        }

        public boolean answered() {
            return !key.isEmpty();
        }
    }

    /// A surface form of a group's answer.
    ///
    /// @param votes number of candidates with this form
    public record Written(String text, int votes) {}

    /// A candidate's answer and its weights in the votes.
    ///
    /// @param key        canonical form of the answer, "" for none
    /// @param score      the reduced score; NaN if the path has none, because there is no reward model or because
    ///                   it could not score the path
    /// @param likelihood geometric mean of the tokens' probabilities, 0 if unknown
    /// @param verdict    the verdict on the answer; null without one
    /// @param guess      whether the text names no answer, so that its last number was taken
    public record Ballot(
            int candidate,
            String key,
            String display,
            double score,
            double likelihood,
            @Nullable Verdict verdict,
            boolean guess) {

        public Ballot(
                int candidate, String key, String display, double score, double likelihood, @Nullable Verdict verdict) {
            this(candidate, key, display, score, likelihood, verdict, false);
        }

        public Ballot(int candidate, String key, String display, double score, boolean correct) {
            this(candidate, key, display, score, 0, Verdict.of(correct, ""));
        }

        public boolean correct() {
            return verdict != null && verdict.accepted();
        }

        /// The same ballot with the likelihood as its score. Then [Vote#NAIVE] is best-of-N by log-probability,
        /// and [Vote#WEIGHTED] is the vote weighted by normalised probability (Wang et al. 2023,
        /// "Self-consistency improves chain of thought reasoning", section 3.1).
        public Ballot byLikelihood() {
            return new Ballot(candidate, key, display, likelihood, likelihood, verdict, guess);
        }

        /// The same with the known verdict on its answer.
        public Ballot gradedBy(Verdicts verdicts, Problem problem, Task task) {
            return key.isEmpty()
                    ? this
                    : new Ballot(
                            candidate, key, display, score, likelihood, verdicts.of(problem, task, display), guess);
        }

        /// @param task     extracts and groups the answer
        /// @param verdicts known verdicts on answers
        public static Ballot of(
                Candidate candidate, Reduction reduction, Problem problem, Task task, Verdicts verdicts) {
            var extraction = task.extract(
                    problem, candidate.text(), candidate.finish() == Finish.STOP, Variant.named(candidate.variant()));
            var answer = extraction == null ? null : new Answers.Answer(extraction, task.key(extraction.answer()));
            return of(
                    candidate.number(),
                    answer,
                    score(candidate.scores(), reduction),
                    likelihood(candidate.logProb()),
                    problem,
                    task,
                    verdicts);
        }

        /// @param answer null for none
        static Ballot of(
                int candidate,
                Answers.@Nullable Answer answer,
                double score,
                double likelihood,
                Problem problem,
                Task task,
                Verdicts verdicts) {
            if (answer == null) return new Ballot(candidate, "", "", score, likelihood, null);
            var text = answer.found().answer();
            return new Ballot(
                    candidate,
                    answer.key(),
                    text,
                    score,
                    likelihood,
                    verdicts.of(problem, task, text),
                    answer.found().rule() == Extraction.Rule.LAST_NUMBER);
        }

        static double score(List<Double> scores, Reduction reduction) {
            return scores.isEmpty() ? Double.NaN : reduction.of(scores);
        }

        /// @param logProb NaN where it is not known
        static double likelihood(double logProb) {
            return Double.isNaN(logProb) ? 0 : StrictMath.exp(logProb);
        }
    }

    /// @param task     extracts and groups answers, and decides whether no answer can win
    /// @param verdicts known verdicts on answers
    public static Tally of(
            List<Candidate> candidates, Reduction reduction, Problem problem, Task task, Verdicts verdicts) {
        return of(
                candidates.stream()
                        .map(candidate -> Ballot.of(candidate, reduction, problem, task, verdicts))
                        .toList(),
                task.noAnswerMayWin());
    }

    public static Tally of(List<Ballot> ballots) {
        return of(ballots, false);
    }

    public static Tally of(List<Ballot> ballots, boolean noAnswerMayWin) {
        var groups = new LinkedHashMap<String, List<Ballot>>();
        for (var ballot : ballots)
            groups.computeIfAbsent(ballot.key(), _ -> new ArrayList<>()).add(ballot);
        return new Tally(groups.values().stream().map(Tally::group).toList(), ballots.size(), noAnswerMayWin);
    }

    private static Group group(List<Ballot> ballots) {
        var first = ballots.getFirst();
        var best = first;
        double sum = 0;
        for (var ballot : ballots) {
            if (Double.isNaN(ballot.score())) continue;
            sum += ballot.score();
            if (Double.isNaN(best.score()) || ballot.score() > best.score()) best = ballot;
        }
        return new Group(
                first.key(),
                first.display(),
                ballots.stream().map(Ballot::candidate).toList(),
                sum,
                best.score(),
                best.candidate(),
                best.display(),
                first.verdict(),
                written(ballots),
                (int) ballots.stream().filter(Ballot::guess).count());
    }

    private static List<Written> written(List<Ballot> ballots) {
        var counts = new LinkedHashMap<String, Integer>();
        for (var ballot : ballots) counts.merge(ballot.display(), 1, Integer::sum);
        return counts.entrySet().stream()
                .map(form -> new Written(form.getKey(), form.getValue()))
                .sorted(Comparator.comparingInt(Written::votes).reversed())
                .toList();
    }

    /// The winner of a vote, empty without candidates.
    public Optional<Group> elect(Vote vote) {
        return first(groups, vote);
    }

    /// The best k groups of a vote: the winner, then the winner among the remaining groups, and so on. Fewer than k
    /// if there are fewer groups.
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
            case WEIGHTED -> first(among, group -> scoredOrLowest(group, group.sum()), (_, _) -> false);
            case NAIVE ->
                first(
                        among,
                        group -> scoredOrLowest(group, group.best()),
                        (challenger, holder) -> challenger.bestCandidate() < holder.bestCandidate());
        };
    }

    /// A group whose weight is unknown comes after all groups with a weight.
    private static double scoredOrLowest(Group group, double weight) {
        return group.scored() ? weight : Double.NEGATIVE_INFINITY;
    }

    private Optional<Group> first(
            List<Group> among, ToDoubleFunction<Group> weight, BiPredicate<Group, Group> winsTie) {
        Group winner = null;
        for (var group : among) {
            if (winner == null || !noAnswerMayWin && group.answered() && !winner.answered()) {
                winner = group;
            } else if (noAnswerMayWin || group.answered() == winner.answered()) {
                double challenge = weight.applyAsDouble(group);
                double held = weight.applyAsDouble(winner);
                if (challenge > held || challenge == held && winsTie.test(group, winner)) winner = group;
            }
        }
        return Optional.ofNullable(winner);
    }

    /// Whether any candidate is right.
    public boolean covered() {
        return groups.stream().anyMatch(Group::correct);
    }
}
