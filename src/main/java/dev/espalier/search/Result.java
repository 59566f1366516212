package dev.espalier.search;

import java.util.List;

/// What a search is told.
public sealed interface Result {
    /// The new steps of a path, in order. Empty where the policy ended the text at once.
    record Sampled(List<Step> steps, Finish finish, Cost cost) implements Result {
        public Sampled {
            steps = List.copyOf(steps);
        }
    }

    /// One score in [0, 1] a non-empty step, for the whole path, first step first.
    record Scored(List<Double> scores, Cost cost) implements Result {
        public Scored {
            scores = List.copyOf(scores);
        }
    }
}
