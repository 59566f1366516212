package dev.espalier.model;

import java.util.List;

/// A model's answer to a search's request.
public sealed interface Result {
    /// The new steps of a path, in order; empty if the policy ended the text at once. Answers sample and look-ahead
    /// requests.
    ///
    /// @param note why the path ended if its finish does not say it, as a clause ("the server has no room left for
    ///             the path"); "" for nothing to add
    record Sampled(List<Step> steps, Finish finish, Cost cost, String note) implements Result {
        public Sampled {
            steps = List.copyOf(steps);
        }

        public Sampled(List<Step> steps, Finish finish, Cost cost) {
            this(steps, finish, cost, "");
        }
    }

    /// The most probable next tokens, most probable first; on ties the smaller id comes first.
    record NextTokens(List<TokenChoice> choices, Cost cost) implements Result {
        public NextTokens {
            choices = List.copyOf(choices);
        }
    }

    /// @param text    the text that the token adds, "" for an end-of-text token
    /// @param logProb natural logarithm of its probability before temperature and top-p
    /// @param ends    whether the token ends the text
    record TokenChoice(int token, String text, float logProb, boolean ends) {}

    /// The scores of a whole path: one number in [0, 1] per non-empty step, first step first. A path that the reward
    /// model cannot read, because it is too long, has none: its score is unknown, not 0 (decision 0118).
    ///
    /// @param rationales the reward model's explanations, one per score; empty if it gives none
    /// @param note       why the path has no score, as a clause; "" if it has one or nothing to score
    record Scored(List<Double> scores, List<String> rationales, Cost cost, String note) implements Result {
        public Scored {
            scores = List.copyOf(scores);
            rationales = List.copyOf(rationales);
            if (!rationales.isEmpty() && rationales.size() != scores.size())
                throw new IllegalArgumentException(
                        "%d rationales for %d scores".formatted(rationales.size(), scores.size()));
            if (!note.isEmpty() && !scores.isEmpty())
                throw new IllegalArgumentException("a path with scores cannot lack them: " + note);
        }

        public Scored(List<Double> scores, List<String> rationales, Cost cost) {
            this(scores, rationales, cost, "");
        }

        public Scored(List<Double> scores, Cost cost) {
            this(scores, List.of(), cost);
        }

        /// A path that the reward model cannot score.
        ///
        /// @param why a clause
        public static Scored missing(String why) {
            return new Scored(List.of(), List.of(), Cost.NONE, why);
        }
    }
}
