package dev.espalier.search.log;

import dev.espalier.model.Finish;
import java.util.ArrayList;
import java.util.List;

/// A path that has ended.
///
/// @param scores  one number a non-empty step, empty where it was not scored
/// @param logProb see [#logProb(SearchTree, int)]
/// @param variant the task's name for the form in which the problem was asked, "" for the problem as it stands
public record Candidate(int number, String text, Finish finish, List<Double> scores, double logProb, String variant) {

    /// Of the problem as it stands.
    public Candidate(int number, String text, Finish finish, List<Double> scores, double logProb) {
        this(number, text, finish, scores, logProb, "");
    }

    /// Where the policy's log-probabilities are not known.
    public Candidate(int number, String text, Finish finish, List<Double> scores) {
        this(number, text, finish, scores, Double.NaN);
    }

    /// The mean log-probability of the tokens of the path that ends at a node, by the policy before temperature and top-p; NaN where a
    /// token's is not known. The token that ends the text is no part of a step and does not count.
    public static double logProb(SearchTree tree, int node) {
        double sum = 0;
        int tokens = 0;
        for (var at : tree.path(node)) {
            var step = at.step();
            if (step.logProbs().length < step.tokens().length) return Double.NaN;
            for (float logProb : step.logProbs()) sum += logProb;
            tokens += step.tokens().length;
        }
        return tokens == 0 ? Double.NaN : sum / tokens;
    }

    /// By number. One path may be several candidates (parity mode).
    public static List<Candidate> of(SearchTree tree) {
        var candidates = new ArrayList<Candidate>();
        tree.candidatesByNumber().forEach((number, node) -> candidates.add(new Candidate(number, tree.text(node.id()), node.finish(), node.pathScores(), logProb(tree, node.id()), tree.variant(node.id()).name())));
        return List.copyOf(candidates);
    }
}
