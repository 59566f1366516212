package dev.espalier.engine.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// A layer's attention as a graph of single operators spells it, found by what it computes: products of queries with the present keys and of their softmax with
/// the present values. How exporters name, cast and repeat things in between differs.
///
/// @param query   `[rows, heads, new, headDim]`, with whatever rotation and scaling the graph gives it before the product
/// @param key     the new positions' keys, `[rows, kvHeads, new, headDim]`
/// @param value   the same of values
/// @param scale   what products are multiplied with
/// @param softcap 0 for none, else their bound: softcap · tanh(product / softcap)
/// @param output  `[rows, new, heads · headDim]`
/// @param masks   what is added to products, or chooses them
/// @param joined  names of past and new positions together
record AttentionPattern(String query, String key, String value, double scale, double softcap, String output, int heads, List<Mask> masks, Set<String> joined) {

    /// @param hidden what a hidden position has in it: a large negative number is added, or the condition is this
    record Mask(String name, Rewriting.Hidden hidden) {}

    /// What is told where a graph is not understood.
    static final class NotFound extends RuntimeException {
        private static final long serialVersionUID = 1;

        NotFound(String what) {
            super(what, null, false, false);
        }

        @Override
        public String getMessage() {
            return Objects.requireNonNull(super.getMessage());
        }
    }

    static AttentionPattern find(GraphFile graph, String pastKey, String presentKey, String pastValue, String presentValue, int headDim) {
        return new Search(graph, headDim).find(pastKey, presentKey, pastValue, presentValue);
    }

    private static final class Search {
        private static final int DEEPEST = 24;
        private final GraphFile graph;
        private final int headDim;
        private final List<Mask> masks = new ArrayList<>();
        private double before = 1;
        private double behind = 1;
        private boolean tanh;
        private boolean softmax;

        Search(GraphFile graph, int headDim) {
            this.graph = graph;
            this.headDim = headDim;
        }

        AttentionPattern find(String pastKey, String presentKey, String pastValue, String presentValue) {
            var keys = join(presentKey, pastKey);
            var values = join(presentValue, pastValue);
            if (!keys.input(0).equals(pastKey) || !keys.output().equals(presentKey)) throw new NotFound("its KV is kept in another type than attention has");
            var scores = product(keys.output(), presentKey);
            var found = product(values.output(), presentValue);
            if (!reach(found.node.input(0), scores.node, 0) || !softmax) throw new NotFound("the way from \"" + presentKey + "\" to a softmax is not one that Espalier knows");
            double cap = tanh ? behind : 0;
            double scale = scores.factor * found.factor * before * behind;
            if (found.factor != 1 || scale <= 0 || cap < 0) throw new NotFound("its attention is scaled in a way that GroupQueryAttention has not");
            var output = output(found.node.output());
            var joined = new HashSet<String>();
            graph.same(presentKey).forEach(joined::add);
            graph.same(presentValue).forEach(joined::add);
            return new AttentionPattern(scores.node.input(0), keys.input(1), values.input(1), scale, cap, output.output(), heads(output), List.copyOf(masks), joined);
        }

        /// The operator that puts the new positions behind the past.
        private Node join(String present, String past) {
            var node = graph.maker(graph.behind(present));
            boolean joins = node != null && node.is("Concat") && node.inputs().size() == 2 && (node.whole("axis").orElse(0) == 2 || node.whole("axis").orElse(0) == -2)
                && graph.behind(node.input(0)).equals(past);
            if (node == null || !joins) throw new NotFound("\"" + present + "\" is not simply \"" + past + "\" with the new positions behind it");
            return node;
        }

        private record Product(Node node, double factor) {}

        /// The one product whose second factor is a tensor, perhaps turned, repeated for several heads and scaled.
        private Product product(String from, String present) {
            record Reached(String name, double factor) {}
            var found = new ArrayList<Product>();
            var seen = new HashSet<String>();
            var open = new ArrayDeque<>(List.of(new Reached(from, 1)));
            while (!open.isEmpty()) {
                var at = open.poll();
                if (!seen.add(at.name)) continue;
                for (var user : graph.users(at.name)) {
                    boolean first = user.input(0).equals(at.name);
                    if (user.is("MatMul") && !first) found.add(new Product(user, at.factor));
                    else if (first && user.is("Transpose", "Unsqueeze", "Squeeze", "Expand", "Reshape", "Tile", "Identity", "Cast", "Concat")) open.add(new Reached(user.output(), at.factor));
                    else if (user.is("Mul") || first && user.is("Div")) {
                        var number = graph.scalar(user.input(first ? 1 : 0), headDim);
                        if (number.isPresent()) open.add(new Reached(user.output(), user.is("Mul") ? at.factor * number.getAsDouble() : at.factor / number.getAsDouble()));
                    }
                }
            }
            if (found.size() != 1) throw new NotFound("\"" + present + "\" goes into " + (found.isEmpty() ? "no product" : found.size() + " products") + " that Espalier knows as attention");
            return found.getFirst();
        }

        /// Goes back from what values are weighed with to the products of queries and keys.
        private boolean reach(String name, Node scores, int depth) {
            graph.step();
            var node = graph.maker(name);
            if (node == null || depth > DEEPEST) return false;
            if (node == scores) return true;
            switch (node.operator()) {
                case "Identity", "Cast", "Dropout" -> {
                    return reach(node.input(0), scores, depth + 1);
                }
                case "Softmax" -> {
                    long axis = node.whole("axis").orElse(-1);
                    if (axis != -1 && axis != 3 || !reach(node.input(0), scores, depth + 1)) return false;
                    return softmax = true;
                }
                case "Add" -> {
                    // Whatever changes the shares themselves, behind the softmax, is something else.
                    for (int side = 0; side < 2; side++) {
                        if (!reach(node.input(side), scores, depth + 1)) continue;
                        masks.add(new Mask(node.input(1 - side), Rewriting.Hidden.ADDED));
                        return !softmax;
                    }
                    return false;
                }
                case "Where" -> {
                    for (int side = 1; side < 3; side++) {
                        if (!reach(node.input(side), scores, depth + 1)) continue;
                        // Behind the softmax it only keeps rows without any position from being no numbers.
                        if (!softmax) masks.add(new Mask(node.input(0), side == 1 ? Rewriting.Hidden.FALSE : Rewriting.Hidden.TRUE));
                        return true;
                    }
                    return false;
                }
                // A bound below, as older models have it.
                case "Max" -> {
                    return reach(node.input(0), scores, depth + 1);
                }
                case "Tanh" -> {
                    if (!reach(node.input(0), scores, depth + 1) || tanh) return false;
                    before *= behind;
                    behind = 1;
                    return tanh = true;
                }
                case "Mul", "Div" -> {
                    for (int side = 0; side < (node.is("Mul") ? 2 : 1); side++) {
                        var number = graph.scalar(node.input(1 - side), headDim);
                        if (number.isEmpty() || !reach(node.input(side), scores, depth + 1)) continue;
                        // Met on the way back up: what lies nearest to the product first.
                        behind *= node.is("Mul") ? number.getAsDouble() : 1 / number.getAsDouble();
                        return !softmax;
                    }
                    return false;
                }
                default -> {
                    return false;
                }
            }
        }

        /// What puts the heads side by side again.
        private Node output(String heads) {
            var turned = graph.users(heads).stream().filter(user -> user.is("Transpose") && user.wholes("perm").equals(List.of(0L, 2L, 1L, 3L))).findFirst();
            var output = turned.stream().flatMap(node -> graph.users(node.output()).stream()).filter(node -> node.is("Reshape")).toList();
            if (graph.users(heads).size() != 1 || output.size() != 1) throw new NotFound("what attention finds is not put together as Espalier knows it");
            return output.getFirst();
        }

        /// From the shape that the heads are brought into, or from the matrix that reads them.
        private int heads(Node output) {
            long width = last(output.input(1), 0);
            for (var user : graph.users(output.output())) if (width <= 0) width = rows(user, 0);
            if (width <= 0 || width % headDim != 0) throw new NotFound("the number of its heads is not found");
            return (int) (width / headDim);
        }

        private long last(String shape, int depth) {
            var constant = graph.constant(shape);
            if (constant != null) return constant.numbers().isEmpty() ? -1 : (long) (double) constant.numbers().getLast();
            var node = graph.maker(shape);
            return node != null && depth < DEEPEST && node.is("Concat") && !node.inputs().isEmpty() ? last(node.inputs().getLast(), depth + 1) : -1;
        }

        /// How many numbers a product with a matrix takes.
        private long rows(Node user, int depth) {
            graph.step();
            if (user.is("com.microsoft:MatMulNBits")) return user.whole("K").orElse(-1);
            if (depth > DEEPEST) return -1;
            if (user.is("DynamicQuantizeLinear", "Cast", "Identity")) return graph.users(user.output()).stream().mapToLong(next -> rows(next, depth + 1)).max().orElse(-1);
            if (!user.is("MatMul", "MatMulInteger")) return -1;
            var matrix = graph.constant(user.input(1));
            if (matrix != null) return matrix.lengths().size() == 2 ? matrix.lengths().getFirst() : -1;
            var turned = graph.maker(user.input(1));
            matrix = turned != null && turned.is("Transpose") ? graph.constant(turned.input(0)) : null;
            return matrix != null && matrix.lengths().size() == 2 ? matrix.lengths().getLast() : -1;
        }
    }
}
