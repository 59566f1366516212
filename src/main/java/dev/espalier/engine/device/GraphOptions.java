package dev.espalier.engine.device;

/// How a graph is run.
///
/// @param threads  for one operator on the CPU; physical cores are best
/// @param spinning whether idle threads spin between operators; they take the processor from other models
public record GraphOptions(int threads, boolean spinning) {
    /// Without spinning: policy, reward model and window share the cores (measured 2.9-3.3 times on a shared machine).
    public static GraphOptions threads(int threads) {
        return new GraphOptions(threads, false);
    }
}
