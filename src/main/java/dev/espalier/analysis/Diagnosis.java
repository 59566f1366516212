package dev.espalier.analysis;

import dev.espalier.search.log.SearchTree;
import dev.espalier.search.vote.Answers;
import dev.espalier.search.vote.Tally;
import dev.espalier.search.vote.Vote;
import dev.espalier.task.Verdicts;

/// Why the vote of a search is right or wrong. If several kinds apply, the first of this order counts: no gold answer,
/// right, lost vote, pruned, extraction error, no verdict, not covered (docs/decisions/0122). At a moment before the
/// end, and for a search that failed, the kind is within [NotFinished].
public sealed interface Diagnosis {

    /// The problem has nothing to grade by.
    record NoGold() implements Diagnosis {}

    /// The search was not over at this moment, or it failed.
    ///
    /// @param soFar   the diagnosis of the tree as it is; never an [ExtractionError], which only the end can show
    /// @param failure why the search failed, "" if it did not
    record NotFinished(Diagnosis soFar, String failure) implements Diagnosis {}

    /// The vote elects a right answer.
    record Right(Tally.Group winner) implements Diagnosis {}

    /// A candidate is right, but the vote elects another answer.
    ///
    /// @param right the best right group by the vote
    /// @param by    the difference in the weight that the vote counts: votes, sum of scores, or best score;
    ///              0 for a tie, NaN if a weight is unknown
    record LostVote(Vote vote, Tally.Group winner, Tally.Group right, double by) implements Diagnosis {}

    /// No known verdict is right, and some are missing because the grader has not finished or has failed.
    ///
    /// @param answers number of answers without a verdict, of candidates and pruned paths
    record Ungraded(int answers) implements Diagnosis {}

    /// A pruned path gave the right answer. Only such paths are known: where other pruned paths would have led is
    /// unknown.
    ///
    /// @param node        the first such node
    /// @param step        the number of the path's steps
    /// @param lookedAhead whether the answer is in the greedy continuation that was sampled for the score,
    ///                    instead of in the path itself
    record Pruned(int node, int step, boolean lookedAhead) implements Diagnosis {}

    /// A candidate's text seems to give the gold answer, but another answer or none was extracted.
    ///
    /// @param candidate number of the candidate
    /// @param answer    the extracted answer, "" for none
    /// @param guess     whether the extracted answer is only the last number of the text
    record ExtractionError(int node, int candidate, String answer, boolean guess, Evidence evidence)
            implements Diagnosis {}

    /// What shows an extraction error.
    enum Evidence {
        /// Cut before the extracted answer, the text names a right one.
        NAMED_EARLIER,
        /// Nothing in the text names an answer, and its last step contains the gold answer as written.
        IN_LAST_STEP
    }

    /// No candidate is right, and no other kind applies.
    ///
    /// @param pruned number of pruned paths; whether one of them would have led to a right answer is unknown
    record NotCovered(int candidates, int pruned) implements Diagnosis {}

    /// Extracts and grades answers of pruned paths: do not call it on the JavaFX thread.
    ///
    /// @param tally    of the tree's candidates, graded by the same verdicts
    /// @param verdicts known verdicts; an unknown one counts as neither right nor wrong
    static Diagnosis of(SearchTree tree, Answers answers, Tally tally, Vote vote, Verdicts verdicts) {
        if (!answers.task().gradable(answers.problem())) return new NoGold();
        boolean finished = tree.over() && tree.failure().isEmpty();
        var at = new TreeDiagnosis(tree, answers, verdicts).of(tally, vote, finished);
        return finished ? at : new NotFinished(at, tree.failure());
    }

    /// The number by which a vote compares groups; NaN if it is unknown.
    static double weight(Tally.Group group, Vote vote) {
        return switch (vote) {
            case MAJORITY -> group.votes();
            case WEIGHTED -> group.scored() ? group.sum() : Double.NaN;
            case NAIVE -> group.best();
        };
    }
}
