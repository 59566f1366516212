package dev.espalier.engine.onnx.decode;

import java.util.List;

/// Reads paths into a reward model. Used by one thread.
public interface PathScorer extends AutoCloseable {
    /// @param path the ids of prompt and steps
    /// @param ends where the pieces end, the prompt first
    /// @return for each piece but the first the score at its last token
    List<Double> read(int[] path, int[] ends);

    @Override
    void close();
}
