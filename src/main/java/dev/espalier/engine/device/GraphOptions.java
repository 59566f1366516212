package dev.espalier.engine.device;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How a graph is run.
///
/// @param threads  for one operator on the CPU; physical cores are best
/// @param spinning whether idle threads spin between operators; they take the processor from other models
/// @param weights  folder of a graph's weights that comes as bytes, null where it brings all of them
public record GraphOptions(int threads, boolean spinning, @Nullable Path weights) {
    /// Without spinning: policy, reward model and window share the cores (measured 2.9-3.3 times on a shared machine).
    public static GraphOptions threads(int threads) {
        return new GraphOptions(threads, false, null);
    }

    /// The same for a graph that comes as bytes and whose weights lie below a folder.
    public GraphOptions withWeights(Path folder) {
        return new GraphOptions(threads, spinning, folder);
    }

    /// ONNX Runtime's settings of a session, by their keys.
    public Map<String, String> entries() {
        var entries = new HashMap<>(Map.of("session.intra_op.allow_spinning", spinning ? "1" : "0"));
        if (weights != null) entries.put("session.model_external_initializers_file_folder_path", weights.toString());
        return entries;
    }
}
