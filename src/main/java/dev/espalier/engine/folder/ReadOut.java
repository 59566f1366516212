package dev.espalier.engine.folder;

import java.util.Locale;
import java.util.function.IntToDoubleFunction;

/// How a reward model's outputs at one position become the probability that the step is right.
public sealed interface ReadOut {
    /// @param output the outputs at the position, by index
    double probability(IntToDoubleFunction output);

    /// How many outputs there must be at a position: 0 stands for the vocabulary, one a token.
    int outputs();

    /// Whether the model is asked about whole solutions, not steps.
    default boolean outcome() {
        return false;
    }

    /// As in `espalier.json`.
    default String word() {
        return switch (this) {
            case SignTokens _ -> "sign-tokens";
            case ValueHead _ -> "value-head";
            case TokenClasses _ -> "token-classes";
            case Outcome _ -> "outcome";
        };
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /// A language model that is asked for one of two tokens: softmax over the two, the good one's part (RLHFlow, Math-Shepherd).
    record SignTokens(int good, int bad) implements ReadOut {
        @Override
        public double probability(IntToDoubleFunction output) {
            return sigmoid(output.applyAsDouble(good) - output.applyAsDouble(bad));
        }

        @Override
        public int outputs() {
            return 0;
        }
    }

    /// One number a token.
    ///
    /// @param logit whether it is a logit (then its sigmoid is the probability) or a probability already
    record ValueHead(boolean logit) implements ReadOut {
        @Override
        public double probability(IntToDoubleFunction output) {
            return logit ? sigmoid(output.applyAsDouble(0)) : output.applyAsDouble(0);
        }

        @Override
        public int outputs() {
            return 1;
        }
    }

    /// Classes for each token: softmax over them, the good one's part (Qwen2.5-Math-PRM, TRL).
    record TokenClasses(int classes, int good) implements ReadOut {
        public TokenClasses {
            if (classes < 2 || good < 0 || good >= classes)
                throw new dev.espalier.EspalierException(String.format(Locale.ROOT, "A token-class reward model needs two or more classes and the good one's number below that, not %d and %d.", classes, good));
        }

        @Override
        public double probability(IntToDoubleFunction output) {
            double sum = 0;
            for (int i = 0; i < classes; i++) sum += Math.exp(output.applyAsDouble(i) - output.applyAsDouble(good));
            return 1 / sum;
        }

        @Override
        public int outputs() {
            return classes;
        }
    }

    /// One number for a whole solution (an ORM).
    ///
    /// @param logit as for [ValueHead]
    record Outcome(boolean logit) implements ReadOut {
        @Override
        public double probability(IntToDoubleFunction output) {
            return logit ? sigmoid(output.applyAsDouble(0)) : output.applyAsDouble(0);
        }

        @Override
        public int outputs() {
            return 1;
        }

        @Override
        public boolean outcome() {
            return true;
        }
    }
}
