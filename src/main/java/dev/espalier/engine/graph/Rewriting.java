package dev.espalier.engine.graph;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Rewrites a graph that copies all KV at every token (optimum's exports) to use `com.microsoft.GroupQueryAttention`,
/// where past and present share one memory. Only attention changes; rotary positions, norms and biases stay. Weights
/// are not copied: the new graph refers to the bytes of the old file (docs/decisions/0080).
///
/// All rewritten graphs return the logits of the last position only.
///
/// @param withPositions the rewritten graph with its original inputs, positions included
/// @param positionsFromMask the rewritten graph without the input of positions; it computes them from the attention
///                          mask, as Espalier's own graphs do
/// @param pieces   the graph split at its attentions, which are left out; empty if it cannot be split
/// @param original the original graph with the masks as additional outputs
/// @param masks    names of those outputs, and their value at a hidden position
/// @param folder   folder of the weights of all these graphs
public record Rewriting(
        byte[] withPositions,
        byte[] positionsFromMask,
        List<byte[]> pieces,
        byte[] original,
        Map<String, Hidden> masks,
        Path folder) {
    private static final System.Logger LOG = System.getLogger(Rewriting.class.getName());
    /// `PagedAttention` requires headDim to be a multiple of this.
    private static final int HEAD_DIM_MULTIPLE = 16;

    /// Part of a model's fingerprint. Increase it with every change of what a rewritten graph computes.
    public static final int VERSION = 2;

    /// A mask's value at a hidden position: a large negative number that is added, or a condition that is false or
    /// true.
    public enum Hidden {
        ADDED,
        FALSE,
        TRUE
    }

    /// Thrown if a graph cannot be rewritten or split. The message is half a sentence with the reason.
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        public Refused(String reason) {
            super(reason);
        }

        @Override
        public String getMessage() {
            return Objects.requireNonNull(super.getMessage());
        }
    }

    /// Checks that a graph can be rewritten; much faster than [#of].
    ///
    /// @throws Refused if it cannot
    public static void check(Path file, GraphNames names, int layers, int headDim, int kvHeads) throws Refused {
        read(
                file,
                new Shape(names, layers, kvHeads, headDim),
                (graph, analysis, weights, _) ->
                        new GraphVariants(graph, weights, analysis.shape, analysis.attentions).withPositions());
    }

    /// Rewrites a graph.
    ///
    /// @throws Refused if it cannot be rewritten
    public static Rewriting of(Path file, GraphNames names, int layers, int headDim, int kvHeads) throws Refused {
        return read(
                file,
                new Shape(names, layers, kvHeads, headDim),
                (graph, analysis, weights, _) -> new Rewriting(
                        new GraphVariants(graph, weights, analysis.shape, analysis.attentions).withPositions(),
                        new GraphVariants(graph, weights, analysis.shape, analysis.attentions).positionsFromMask(),
                        pieces(graph, weights, analysis),
                        new GraphWriter(graph, weights).write(analysis.masks.keySet()),
                        analysis.masks,
                        Objects.requireNonNull(weights.file().getParent())));
    }

    /// Rewrites a graph and quantizes its matrices to int8. `withPositions` and `original` are empty.
    ///
    /// @param quantizedFile file for the weights; written if it does not exist
    /// @throws Refused if the graph cannot be rewritten or the weights cannot be written
    public static Rewriting of(Path file, GraphNames names, int layers, int headDim, int kvHeads, Path quantizedFile)
            throws Refused {
        return read(file, new Shape(names, layers, kvHeads, headDim), (graph, analysis, original, arena) -> {
            var weights = new QuantizedWeights(graph, original.graphFolder(), quantizedFile, arena);
            var rewriting = new Rewriting(
                    new byte[0],
                    new GraphVariants(graph, weights, analysis.shape, analysis.attentions).positionsFromMask(),
                    pieces(graph, weights, analysis),
                    new byte[0],
                    analysis.masks,
                    Objects.requireNonNull(quantizedFile.getParent()));
            try {
                weights.write();
            } catch (IOException e) {
                throw new Refused("its quantized weights cannot be written to " + quantizedFile + " (" + e + ")");
            }
            return rewriting;
        });
    }

    private record Analysis(Shape shape, List<AttentionPattern> attentions, Map<String, Hidden> masks) {}

    private interface Action<T> {
        T of(GraphFile graph, Analysis analysis, WeightsInPlace weights, Arena arena) throws Refused, IOException;
    }

    private static <T> T read(Path file, Shape shape, Action<T> action) throws Refused {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ);
                var arena = Arena.ofConfined()) {
            var graph = new GraphFile(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
            var names = shape.names;
            if (!graph.inputs.containsKey(names.positions()))
                throw new Refused(
                        "it derives positions from the length of its past instead of taking them as an input");
            var attentions = new ArrayList<AttentionPattern>();
            for (int layer = 0; layer < shape.layers; layer++)
                attentions.add(AttentionPattern.find(
                        graph,
                        names.past(layer, 0),
                        names.present(layer, 0),
                        names.past(layer, 1),
                        names.present(layer, 1),
                        shape.headDim));
            var masks = new LinkedHashMap<String, Hidden>();
            for (var attention : attentions)
                for (var mask : attention.masks())
                    if (graph.constant(mask.name()) == null) masks.put(mask.name(), mask.hidden());
            // The real path, since the runtime reads weights below one folder only, and hub caches consist
            // of links.
            var weights = new WeightsInPlace(
                    graph.bytes,
                    file.toRealPath(),
                    Objects.requireNonNull(file.toAbsolutePath().getParent()));
            return action.of(graph, new Analysis(shape, attentions, masks), weights, arena);
        } catch (IOException e) {
            throw new Refused("its file cannot be read (" + e.getMessage() + ")");
        } catch (AttentionPattern.NotFound e) {
            throw new Refused(e.getMessage());
        } catch (IndexOutOfBoundsException | IllegalArgumentException | ArithmeticException e) {
            LOG.log(System.Logger.Level.INFO, "A graph cannot be parsed", e);
            throw new Refused("its file cannot be parsed");
        }
    }

    private static List<byte[]> pieces(GraphFile graph, Weights weights, Analysis analysis) throws IOException {
        var shape = analysis.shape;
        var attentions = analysis.attentions;
        if (shape.headDim % HEAD_DIM_MULTIPLE != 0
                || attentions.stream().anyMatch(attention -> attention.softcap() > 0)) return List.of();
        try {
            var splitPoints = SplitPoints.of(graph, shape.names, attentions);
            var pieces = new ArrayList<byte[]>();
            for (int number = 0; number <= shape.layers; number++)
                pieces.add(new GraphVariants(graph, weights, shape, attentions).piece(number, splitPoints));
            return List.copyOf(pieces);
        } catch (Refused e) {
            LOG.log(System.Logger.Level.INFO, "A graph is not split at its attentions: " + e.getMessage());
            return List.of();
        }
    }

    record Shape(GraphNames names, int layers, int kvHeads, int headDim) {}
}
