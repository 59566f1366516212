package dev.espalier.search;

import java.util.List;

/// A path that has ended.
///
/// @param scores one number a non-empty step, empty where it was not scored
public record Candidate(int number, String text, Finish finish, List<Double> scores) {

    /// By number.
    public static List<Candidate> of(SearchTree tree) {
        return tree.candidates().stream()
            .map(node -> new Candidate(node.candidate(), tree.text(node.id()), node.finish(), node.pathScores())).toList();
    }
}
