package dev.espalier.engine.onnx;

import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.onnx.decode.LoadedGraph;
import dev.espalier.engine.onnx.decode.LoopGuard;
import dev.espalier.engine.onnx.exported.ExportedGraph;
import dev.espalier.engine.onnx.fused.FusedGraph;
import dev.espalier.engine.onnx.split.SplitGraph;

/// Opens a folder's graph with the fastest implementation that supports it.
public final class GraphLoader {
    private GraphLoader() {}

    /// @param threads       total number; the number of physical cores is best
    /// @param threadsPerRun threads for one run of a whole graph
    /// @param workers       threads that may run the graph at the same time
    public static LoadedGraph open(
            ModelFolder model, DeviceBackend backend, int threads, int threadsPerRun, int workers) {
        // The pieces of a split graph run without a time limit.
        var split = LoopGuard.loops(model) ? null : SplitGraph.open(model, backend, threads, workers);
        if (split != null) return split;
        if (FusedGraph.runs(model))
            return FusedGraph.open(
                    model,
                    backend,
                    threads,
                    threadsPerRun,
                    model.kind() == ModelFolder.Kind.POLICY ? "logits" : "scores");
        return ExportedGraph.open(model, backend, threads);
    }
}
