package dev.espalier.search.log;

import dev.espalier.model.Finish;
import java.util.ArrayList;
import java.util.List;

/// A path that has ended, as an entry of the vote.
///
/// @param scores  one number per non-empty step; empty if the path was not scored
/// @param logProb see [#logProb(SearchTree, int)]
/// @param variant the name of the problem's variant in the prompt, "" for the original problem
public record Candidate(int number, String text, Finish finish, List<Double> scores, double logProb, String variant) {

    /// With the original problem as its prompt.
    public Candidate(int number, String text, Finish finish, List<Double> scores, double logProb) {
        this(number, text, finish, scores, logProb, "");
    }

    /// Without log-probabilities.
    public Candidate(int number, String text, Finish finish, List<Double> scores) {
        this(number, text, finish, scores, Double.NaN);
    }

    /// The mean log-probability of the tokens of the path that ends at a node, before temperature and top-p; NaN if
    /// any is unknown. The end-of-text token belongs to no step and does not count.
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

    /// The candidates of a tree, by number. In parity mode one path can be several candidates.
    public static List<Candidate> of(SearchTree tree) {
        var candidates = new ArrayList<Candidate>();
        tree.candidatesByNumber()
                .forEach((number, node) -> candidates.add(new Candidate(
                        number,
                        tree.text(node.id()),
                        node.finish(),
                        node.pathScores(),
                        logProb(tree, node.id()),
                        tree.variant(node.id()).name())));
        return List.copyOf(candidates);
    }
}
