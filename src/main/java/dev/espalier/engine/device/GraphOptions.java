package dev.espalier.engine.device;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Options for opening a graph.
///
/// @param threads  per operator on the CPU; the number of physical cores is best
/// @param spinning whether idle threads spin between operators; spinning takes the CPU from other models
/// @param weights  folder of the external weights of a graph that is opened from bytes, null for none
public record GraphOptions(
        int threads, boolean spinning, @Nullable Path weights) {
    /// Options without spinning, since policy, reward model and window share the cores (measured: 2.9-3.3 times as
    /// fast on a shared machine).
    public static GraphOptions threads(int threads) {
        return new GraphOptions(threads, false, null);
    }

    /// The same options for a graph that is opened from bytes and has its weights in a folder.
    public GraphOptions withWeights(Path folder) {
        return new GraphOptions(threads, spinning, folder);
    }

    /// ONNX Runtime's session configuration entries.
    public Map<String, String> entries() {
        var entries = new HashMap<>(Map.of("session.intra_op.allow_spinning", spinning ? "1" : "0"));
        if (weights != null) entries.put("session.model_external_initializers_file_folder_path", weights.toString());
        return entries;
    }
}
