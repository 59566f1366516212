package dev.espalier.search;

import java.util.ArrayList;
import java.util.List;

/// A path that has ended.
///
/// @param scores one number a non-empty step, empty where it was not scored
public record Candidate(int number, String text, Finish finish, List<Double> scores) {

    /// By number. One path may be several candidates (parity mode).
    public static List<Candidate> of(SearchTree tree) {
        var candidates = new ArrayList<Candidate>();
        tree.candidatesByNumber().forEach((number, node) -> candidates.add(new Candidate(number, tree.text(node.id()), node.finish(), node.pathScores())));
        return List.copyOf(candidates);
    }
}
