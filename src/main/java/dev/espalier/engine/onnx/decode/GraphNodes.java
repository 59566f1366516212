package dev.espalier.engine.onnx.decode;

import dev.espalier.EspalierException;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.format.TensorType;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/// Validates a graph's inputs and outputs against its folder's description.
public final class GraphNodes {
    private GraphNodes() {}

    /// Checks that a graph has a node with a shape.
    ///
    /// @param kind  "input" or "output", for the message
    /// @param shape the expected shape, -1 for any length
    /// @throws EspalierException if it has not
    public static void require(
            ModelFolder folder, String file, Map<String, TensorType> nodes, String kind, String name, long... shape) {
        var node = nodes.get(name);
        if (node == null)
            throw mismatch(
                    folder,
                    file,
                    "has no " + kind + " \"" + name + "\" (it has " + GraphNodes.summary(nodes.keySet()) + ")");
        long[] found = node.shape();
        boolean fits = found.length == shape.length;
        for (int i = 0; fits && i < shape.length; i++) fits = shape[i] < 0 || found[i] < 0 || shape[i] == found[i];
        if (!fits)
            throw mismatch(
                    folder,
                    file,
                    "has \"" + name + "\" of shape " + Arrays.toString(found) + " where " + Arrays.toString(shape)
                            + " is expected (-1 is any)");
    }

    public static EspalierException mismatch(ModelFolder folder, String file, String what) {
        return new EspalierException("The graph " + folder.path().resolve(file) + " " + what + "; it does not fit its "
                + ModelFolder.FILE + ": copy the model folder again.");
    }

    /// Lists names for a message: the first ones, and the total number.
    public static String summary(Set<String> names) {
        int shown = 6;
        return names.size() <= shown + 1
                ? String.join(", ", names)
                : String.join(", ", names.stream().limit(shown).toList()) + ", … %d in all".formatted(names.size());
    }
}
