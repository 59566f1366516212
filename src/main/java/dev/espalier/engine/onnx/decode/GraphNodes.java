package dev.espalier.engine.onnx.decode;

import dev.espalier.EspalierException;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.format.TensorType;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/// Compares a graph's inputs and outputs with its folder's description.
public final class GraphNodes {
    private GraphNodes() {}

    public static void demand(ModelFolder folder, String file, Map<String, TensorType> nodes, String kind, String name, long... shape) {
        var node = nodes.get(name);
        if (node == null) throw wrong(folder, file, "has no " + kind + " \"" + name + "\" (it has " + GraphNodes.some(nodes.keySet()) + ")");
        long[] found = node.shape();
        boolean fits = found.length == shape.length;
        for (int i = 0; fits && i < shape.length; i++) fits = shape[i] < 0 || found[i] < 0 || shape[i] == found[i];
        if (!fits) throw wrong(folder, file, "has \"" + name + "\" of shape " + Arrays.toString(found) + " where " + Arrays.toString(shape) + " is expected (-1 is any)");
    }

    public static EspalierException wrong(ModelFolder folder, String file, String what) {
        return new EspalierException("The graph " + folder.path().resolve(file) + " " + what + "; it does not fit its " + ModelFolder.FILE + ": copy the model folder again.");
    }

    /// Names for a sentence: the first ones, and how many there are.
    public static String some(Set<String> names) {
        int shown = 6;
        return names.size() <= shown + 1 ? String.join(", ", names) : String.join(", ", names.stream().limit(shown).toList()) + ", … %d in all".formatted(names.size());
    }
}
