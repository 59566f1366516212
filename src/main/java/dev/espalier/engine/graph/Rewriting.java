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

/// A graph that copies all KV at every token (optimum's exports), written anew with `com.microsoft.GroupQueryAttention`, whose past and present are one memory. Everything
/// but attention stays as the graph has it: its rotary positions, norms and biases. Weights stay where they are; the new graph refers to the old file's bytes
/// (docs/decisions/0080).
///
/// All rewritten forms have the logits of the last position only.
///
/// @param withPositions the rewritten graph with the inputs that it had
/// @param positionsFromMask the same, which finds positions from its attention mask: what Espalier's own graphs are given
/// @param pieces   the graph cut at its attentions, which are left out; none where it cannot be cut
/// @param original the graph as it was, with the masks among its outputs
/// @param masks    those outputs, and what a hidden position has in them
/// @param folder   where both graphs' weights lie
public record Rewriting(byte[] withPositions, byte[] positionsFromMask, List<byte[]> pieces, byte[] original, Map<String, Hidden> masks, Path folder) {
    private static final System.Logger LOG = System.getLogger(Rewriting.class.getName());
    /// What attention between pieces wants a head's numbers to be a multiple of.
    private static final int HEAD_STEP = 16;

    /// Part of what identifies a run's kernels: raised with every change of what a rewritten graph computes.
    public static final int VERSION = 2;

    /// What a mask has where a position is hidden: a large negative number, or a condition that is false or true.
    public enum Hidden { ADDED, FALSE, TRUE }

    /// A graph that is run as it is, and why.
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

    /// Whether a graph can be rewritten; much faster than doing it.
    ///
    /// @throws Refused with half a sentence that says what is in the way
    public static void check(Path file, GraphNames names, int layers, int headDim, int kvHeads) throws Refused {
        read(file, new Shape(names, layers, kvHeads, headDim), (graph, found, weights, _) -> new GraphVariants(graph, weights, found.shape, found.attentions).withPositions());
    }

    /// @throws Refused with half a sentence that says what is in the way
    public static Rewriting of(Path file, GraphNames names, int layers, int headDim, int kvHeads) throws Refused {
        return read(file, new Shape(names, layers, kvHeads, headDim), (graph, found, weights, _) -> new Rewriting(new GraphVariants(graph, weights, found.shape, found.attentions).withPositions(),
            new GraphVariants(graph, weights, found.shape, found.attentions).positionsFromMask(), pieces(graph, weights, found), new GraphWriter(graph, weights).write(found.masks.keySet()), found.masks,
            Objects.requireNonNull(weights.file().getParent())));
    }

    /// With a graph's matrices rounded to int8: what is told and the original are left out.
    ///
    /// @param rounded file with its weights; written where it is not there
    /// @throws Refused with half a sentence that says what is in the way
    public static Rewriting of(Path file, GraphNames names, int layers, int headDim, int kvHeads, Path rounded) throws Refused {
        return read(file, new Shape(names, layers, kvHeads, headDim), (graph, found, inPlace, arena) -> {
            var weights = new RoundedWeights(graph, inPlace.beside(), rounded, arena);
            var rewriting = new Rewriting(new byte[0], new GraphVariants(graph, weights, found.shape, found.attentions).positionsFromMask(), pieces(graph, weights, found), new byte[0], found.masks,
                Objects.requireNonNull(rounded.getParent()));
            try {
                weights.write();
            } catch (IOException e) {
                throw new Refused("its rounded weights cannot be written to " + rounded + " (" + e + ")");
            }
            return rewriting;
        });
    }

    private record Found(Shape shape, List<AttentionPattern> attentions, Map<String, Hidden> masks) {}

    private interface Use<T> {
        T of(GraphFile graph, Found found, WeightsInPlace weights, Arena arena) throws Refused, IOException;
    }

    private static <T> T read(Path file, Shape shape, Use<T> use) throws Refused {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ); var arena = Arena.ofConfined()) {
            var graph = new GraphFile(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
            var names = shape.names;
            if (!graph.inputs.containsKey(names.positions())) throw new Refused("it counts its past instead of being told positions");
            var attentions = new ArrayList<AttentionPattern>();
            for (int layer = 0; layer < shape.layers; layer++)
                attentions.add(AttentionPattern.find(graph, names.past(layer, 0), names.present(layer, 0), names.past(layer, 1), names.present(layer, 1), shape.headDim));
            var masks = new LinkedHashMap<String, Hidden>();
            for (var attention : attentions) for (var mask : attention.masks()) if (graph.constant(mask.name()) == null) masks.put(mask.name(), mask.hidden());
            // Where links lead: the runtime reads weights below one folder only, and caches of hubs are made of links.
            var weights = new WeightsInPlace(graph.bytes, file.toRealPath(), Objects.requireNonNull(file.toAbsolutePath().getParent()));
            return use.of(graph, new Found(shape, attentions, masks), weights, arena);
        } catch (IOException e) {
            throw new Refused("its file cannot be read (" + e.getMessage() + ")");
        } catch (AttentionPattern.NotFound e) {
            throw new Refused(e.getMessage());
        } catch (IndexOutOfBoundsException | IllegalArgumentException | ArithmeticException e) {
            LOG.log(System.Logger.Level.INFO, "A graph is not understood", e);
            throw new Refused("its file is not one that Espalier can read");
        }
    }

    private static List<byte[]> pieces(GraphFile graph, Weights weights, Found found) throws IOException {
        var shape = found.shape;
        var attentions = found.attentions;
        if (shape.headDim % HEAD_STEP != 0 || attentions.stream().anyMatch(attention -> attention.softcap() > 0)) return List.of();
        try {
            var cut = Cut.of(graph, shape.names, attentions);
            var pieces = new ArrayList<byte[]>();
            for (int number = 0; number <= shape.layers; number++) pieces.add(new GraphVariants(graph, weights, shape, attentions).piece(number, cut));
            return List.copyOf(pieces);
        } catch (Refused e) {
            LOG.log(System.Logger.Level.INFO, "A graph is not cut at its attentions: " + e.getMessage());
            return List.of();
        }
    }

    record Shape(GraphNames names, int layers, int kvHeads, int headDim) {}
}
