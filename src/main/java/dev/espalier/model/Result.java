package dev.espalier.model;

import java.util.List;

/// What a search is told.
public sealed interface Result {
    /// The new steps of a path, in order. Empty where the policy ended the text at once. Answers samples and looks ahead.
    record Sampled(List<Step> steps, Finish finish, Cost cost) implements Result {
        public Sampled {
            steps = List.copyOf(steps);
        }
    }

    /// The most probable next tokens, the most probable first (ties: the smaller id).
    record NextTokens(List<TokenChoice> choices, Cost cost) implements Result {
        public NextTokens {
            choices = List.copyOf(choices);
        }
    }

    /// @param text    what the token adds to the text, "" for one that ends it
    /// @param logProb natural logarithm, of the distribution before temperature and top-p
    /// @param ends    whether it ends the text
    record TokenChoice(int token, String text, float logProb, boolean ends) {}

    /// One score in [0, 1] a non-empty step, for the whole path, first step first.
    ///
    /// @param rationales why, one a score, where the reward model says so; empty where it does not
    record Scored(List<Double> scores, List<String> rationales, Cost cost) implements Result {
        public Scored {
            scores = List.copyOf(scores);
            rationales = List.copyOf(rationales);
            if (!rationales.isEmpty() && rationales.size() != scores.size()) throw new IllegalArgumentException("%d rationales for %d scores".formatted(rationales.size(), scores.size()));
        }

        public Scored(List<Double> scores, Cost cost) {
            this(scores, List.of(), cost);
        }
    }
}
