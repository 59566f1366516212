package dev.espalier.engine.onnx.decode;

import java.util.List;

/// Scores paths with a reward model. Not thread-safe.
public interface PathScorer extends AutoCloseable {
    /// Scores the steps of a path.
    ///
    /// @param path token ids of prompt and steps
    /// @param ends exclusive ends of the segments, the prompt's first
    /// @return the score at the last token of each segment after the prompt's
    List<Double> read(int[] path, int[] ends);

    @Override
    void close();
}
