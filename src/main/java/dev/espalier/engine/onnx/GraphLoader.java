package dev.espalier.engine.onnx;

import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.onnx.cut.SplitGraph;
import dev.espalier.engine.onnx.decode.LoadedGraph;
import dev.espalier.engine.onnx.decode.LoopGuard;
import dev.espalier.engine.onnx.exported.ExportedGraph;
import dev.espalier.engine.onnx.fused.FusedGraph;

/// Opens a folder's graph with what runs it fastest.
public final class GraphLoader {
    private GraphLoader() {}

    /// @param threads in all; physical cores are best
    /// @param each    of them for one run of a whole graph
    /// @param workers that may run it at once
    public static LoadedGraph open(ModelFolder model, DeviceBackend backend, int threads, int each, int workers) {
        // Pieces run without a limit.
        var pieces = LoopGuard.loops(model) ? null : SplitGraph.open(model, backend, threads, workers);
        if (pieces != null) return pieces;
        if (FusedGraph.runs(model)) return FusedGraph.open(model, backend, threads, each, model.kind() == ModelFolder.Kind.POLICY ? "logits" : "scores");
        return ExportedGraph.open(model, backend, threads);
    }
}
