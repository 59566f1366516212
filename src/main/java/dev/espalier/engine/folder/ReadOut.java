package dev.espalier.engine.folder;

import java.util.function.IntToDoubleFunction;

/// How a reward model's outputs at one position become the probability that the step is right.
public interface ReadOut {
    /// @param output the outputs at the position, by index
    /// @return from 0 to 1
    double probability(IntToDoubleFunction output);

    /// The number of outputs at a position; 0 stands for the vocabulary size, one output per token.
    int outputs();

    /// Whether the model scores whole solutions, not steps.
    default boolean outcome() {
        return false;
    }

    static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
