package dev.espalier.search;

import java.util.List;

/// The answer groups of a pool of candidates and who wins by each vote.
///
/// @param groups in the order in which they were first seen
public record Tally(List<Group> groups, int candidates) {

    /// Candidates with the same answer.
    ///
    /// @param key      canonical form, the group's identity; "" for candidates without an answer
    /// @param display  the first surface form seen, "" for no answer
    /// @param members  candidate numbers
    /// @param sum      of their reduced scores
    /// @param best     the highest reduced score
    /// @param correct  whether its answer is accepted for the gold; false where no gold is known
    public record Group(String key, String display, List<Integer> members, double sum, double best, boolean correct) {
        public int votes() {
            return members.size();
        }

        public boolean answered() {
            return !key.isEmpty();
        }
    }
}
