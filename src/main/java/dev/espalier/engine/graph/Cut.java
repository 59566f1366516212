package dev.espalier.engine.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Where a graph is cut into pieces, one before each layer's attention and one behind the last (docs/decisions/0079): what goes past each attention is one tensor, the residual
/// stream. What follows from positions and constants alone, such as rotary angles, is computed anew in each piece.
///
/// @param passed what goes past layer i's attention
/// @param width  its numbers a token
record Cut(List<String> passed, int width) {

    static Cut of(GraphFile graph, GraphNames names, List<AttentionPattern> attentions) throws Rewriting.Refused {
        var search = new Search(graph, names, attentions);
        int layers = attentions.size();
        var passed = new ArrayList<String>();
        Set<String> next = Set.of();
        for (int piece = layers; piece > 0; piece--) {
            var ends = new LinkedHashSet<>(next);
            if (piece == layers) ends.add(names.logits());
            else ends.addAll(List.of(attentions.get(piece).query(), attentions.get(piece).key(), attentions.get(piece).value()));
            next = search.before(piece, ends);
            if (next.size() != 1) throw new Rewriting.Refused("%d tensors go past the attention of layer %d (%s)".formatted(next.size(), piece - 1, String.join(", ", next)));
            passed.addFirst(next.iterator().next());
        }
        return new Cut(List.copyOf(passed), search.width(passed.getFirst()));
    }

    private static final class Search {
        private final GraphFile graph;
        private final List<AttentionPattern> attentions;
        /// How many attentions a tensor stands behind, and whether it follows from the tokens at all.
        private final Map<String, Integer> levels = new HashMap<>();
        private final Set<String> told = new HashSet<>();

        Search(GraphFile graph, GraphNames names, List<AttentionPattern> attentions) {
            this.graph = graph;
            this.attentions = attentions;
            told.add(names.ids());
            var behind = new HashMap<String, Integer>();
            for (int layer = 0; layer < attentions.size(); layer++) behind.put(attentions.get(layer).output(), layer + 1);
            for (var node : graph.nodes) {
                // The lengths of the tokens are those of their positions.
                boolean lengths = node.is("Shape") && node.input(0).equals(names.ids());
                int level = 0;
                boolean follows = false;
                for (var input : reads(node)) {
                    level = Math.max(level, levels.getOrDefault(input, 0));
                    follows |= told.contains(input) && !lengths;
                }
                for (var output : node.outputs()) {
                    levels.put(output, behind.getOrDefault(output, level));
                    if (follows || behind.containsKey(output)) told.add(output);
                }
            }
        }

        private static List<String> reads(Node node) {
            var reads = new ArrayList<>(node.inputs());
            reads.addAll(node.inner());
            return reads;
        }

        /// What a piece needs of those before it, but for what attention found.
        Set<String> before(int piece, Set<String> ends) {
            var needed = new LinkedHashSet<String>();
            var seen = new HashSet<String>();
            var open = new ArrayDeque<>(ends);
            while (!open.isEmpty()) {
                var name = open.pop();
                if (!seen.add(name) || name.equals(attentions.get(piece - 1).output())) continue;
                var maker = graph.maker(name);
                if (levels.getOrDefault(name, 0) < piece) {
                    if (told.contains(name)) needed.add(name);
                } else if (maker != null) {
                    open.addAll(reads(maker));
                }
            }
            return needed;
        }

        /// The width of the table that the tokens' first numbers come from.
        int width(String embedded) throws Rewriting.Refused {
            var open = new ArrayDeque<>(List.of(embedded));
            while (!open.isEmpty()) {
                var maker = graph.maker(open.pop());
                if (maker == null) continue;
                var table = maker.is("Gather") ? graph.constant(graph.behind(maker.input(0))) : null;
                if (table != null && table.lengths().size() == 2) return Math.toIntExact(table.lengths().get(1));
                open.addAll(maker.inputs());
            }
            throw new Rewriting.Refused("its tokens come from no table");
        }
    }
}
