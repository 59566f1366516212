package dev.espalier.engine.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Where a graph is split into pieces: one before each layer's attention and one after the last (docs/decisions/0079).
/// Exactly one tensor bypasses each attention, the residual stream. Each piece recomputes what depends on positions and
/// constants only, such as rotary angles.
///
/// @param residuals for each layer, the tensor that bypasses its attention
/// @param width  elements of that tensor per token
record SplitPoints(List<String> residuals, int width) {

    static SplitPoints of(GraphFile graph, GraphNames names, List<AttentionPattern> attentions)
            throws Rewriting.Refused {
        var dependencies = new Dependencies(graph, names, attentions);
        int layers = attentions.size();
        var residuals = new ArrayList<String>();
        Set<String> next = Set.of();
        for (int piece = layers; piece > 0; piece--) {
            var ends = new LinkedHashSet<>(next);
            if (piece == layers) ends.add(names.logits());
            else
                ends.addAll(List.of(
                        attentions.get(piece).query(),
                        attentions.get(piece).key(),
                        attentions.get(piece).value()));
            next = dependencies.inputsOfPiece(piece, ends);
            if (next.size() != 1)
                throw new Rewriting.Refused("%d tensors bypass the attention of layer %d (%s)"
                        .formatted(next.size(), piece - 1, String.join(", ", next)));
            residuals.addFirst(next.iterator().next());
        }
        return new SplitPoints(List.copyOf(residuals), dependencies.width(residuals.getFirst()));
    }

    private static final class Dependencies {
        private final GraphFile graph;
        private final List<AttentionPattern> attentions;
        /// For each tensor, how many attentions it depends on.
        private final Map<String, Integer> levels = new HashMap<>();
        /// Tensors that depend on token ids.
        private final Set<String> tokenDependent = new HashSet<>();

        Dependencies(GraphFile graph, GraphNames names, List<AttentionPattern> attentions) {
            this.graph = graph;
            this.attentions = attentions;
            tokenDependent.add(names.ids());
            var attentionOutputs = new HashMap<String, Integer>();
            for (int layer = 0; layer < attentions.size(); layer++)
                attentionOutputs.put(attentions.get(layer).output(), layer + 1);
            for (var node : graph.nodes) {
                // The shape of the token ids equals that of the positions, so it does not count as a
                // dependency.
                boolean lengths = node.is("Shape") && node.input(0).equals(names.ids());
                int level = 0;
                boolean follows = false;
                for (var input : inputsOf(node)) {
                    level = Math.max(level, levels.getOrDefault(input, 0));
                    follows |= tokenDependent.contains(input) && !lengths;
                }
                for (var output : node.outputs()) {
                    levels.put(output, attentionOutputs.getOrDefault(output, level));
                    if (follows || attentionOutputs.containsKey(output)) tokenDependent.add(output);
                }
            }
        }

        private static List<String> inputsOf(Node node) {
            var reads = new ArrayList<>(node.inputs());
            reads.addAll(node.inner());
            return reads;
        }

        /// The tensors that a piece needs from earlier pieces, without the attention output.
        Set<String> inputsOfPiece(int piece, Set<String> ends) {
            var needed = new LinkedHashSet<String>();
            var seen = new HashSet<String>();
            var queue = new ArrayDeque<>(ends);
            while (!queue.isEmpty()) {
                var name = queue.pop();
                if (!seen.add(name) || name.equals(attentions.get(piece - 1).output())) continue;
                var maker = graph.producer(name);
                if (levels.getOrDefault(name, 0) < piece) {
                    if (tokenDependent.contains(name)) needed.add(name);
                } else if (maker != null) {
                    queue.addAll(inputsOf(maker));
                }
            }
            return needed;
        }

        /// The width of the embedding table.
        int width(String embedded) throws Rewriting.Refused {
            var queue = new ArrayDeque<>(List.of(embedded));
            while (!queue.isEmpty()) {
                var maker = graph.producer(queue.pop());
                if (maker == null) continue;
                var table = maker.is("Gather") ? graph.constant(graph.sourceOf(maker.input(0))) : null;
                if (table != null && table.lengths().size() == 2)
                    return Math.toIntExact(table.lengths().get(1));
                queue.addAll(maker.inputs());
            }
            throw new Rewriting.Refused("its tokens are not read from an embedding table");
        }
    }
}
