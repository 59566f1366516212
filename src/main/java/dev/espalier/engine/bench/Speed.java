package dev.espalier.engine.bench;

import dev.espalier.engine.onnx.decode.Meter;

/// The measured speed of generating a workload.
///
/// @param loop           "espalier" or "plain"
/// @param threads        number of threads available to the loop
/// @param tokens         sampled tokens over all rows
/// @param seconds        wall time from the first request to the last token
/// @param prefillSeconds time for reading prompts
/// @param decodeSeconds  time in the graph for one token per row; the mean over parallel workers
/// @param sampleSeconds  time for drawing tokens and finding steps; the mean over parallel workers
/// @param rowsMean       mean number of rows in flight per turn
public record Speed(
        String loop,
        int threads,
        long tokens,
        double seconds,
        double prefillSeconds,
        double decodeSeconds,
        double sampleSeconds,
        double rowsMean) {
    static Speed of(Workload work, String loop, int threads, long nanos, Meter.Figures figures) {
        return new Speed(
                loop,
                threads,
                work.tokens(),
                nanos * 1e-9,
                figures.prefill() * 1e-9,
                figures.decode() * 1e-9,
                figures.sample() * 1e-9,
                figures.rowsMean());
    }

    public double tokensPerSecond() {
        return tokens / seconds;
    }
}
