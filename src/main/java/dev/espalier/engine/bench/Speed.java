package dev.espalier.engine.bench;

import dev.espalier.engine.onnx.decode.Meter;

/// How fast a workload was generated.
///
/// @param loop           "espalier" or "plain"
/// @param threads        that the loop might use
/// @param tokens         sampled over all rows
/// @param seconds        from the first request to the last token
/// @param prefillSeconds of them in reading prompts
/// @param decodeSeconds  in the graph, one token a row; where workers work beside one another their mean
/// @param sampleSeconds  in drawing tokens and finding steps, likewise
/// @param rowsMean       rows in flight, on average over the turns
public record Speed(String loop, int threads, long tokens, double seconds, double prefillSeconds, double decodeSeconds, double sampleSeconds, double rowsMean) {
    static Speed of(Workload work, String loop, int threads, long nanos, Meter.Figures figures) {
        return new Speed(loop, threads, work.tokens(), nanos * 1e-9, figures.prefill() * 1e-9, figures.decode() * 1e-9, figures.sample() * 1e-9, figures.rowsMean());
    }

    public double tokensPerSecond() {
        return tokens / seconds;
    }
}
