package dev.espalier.engine.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// A layer's attention in a graph of elementary operators. It is found by what it computes: the product of queries with
/// the present keys, a softmax, and the product with the present values. Exporters differ in names, casts and
/// repetitions in between.
///
/// @param query   `[rows, heads, new, headDim]`, rotated and scaled as the graph does before the product
/// @param key     the new positions' keys, `[rows, kvHeads, new, headDim]`
/// @param value   the new positions' values, of the same shape
/// @param scale   factor of the products
/// @param softcap bound of the products, softcap · tanh(product / softcap); 0 for none
/// @param output  `[rows, new, heads · headDim]`
/// @param masks   tensors that hide positions
/// @param concatenated  names of the tensors that concatenate past and new positions
record AttentionPattern(
        String query,
        String key,
        String value,
        double scale,
        double softcap,
        String output,
        int heads,
        List<Mask> masks,
        Set<String> concatenated) {

    /// @param hidden the mask's value at a hidden position
    record Mask(String name, Rewriting.Hidden hidden) {}

    /// Thrown if no known attention pattern is found; the message says why.
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

    static AttentionPattern find(
            GraphFile graph, String pastKey, String presentKey, String pastValue, String presentValue, int headDim) {
        return new Finder(graph, headDim).find(pastKey, presentKey, pastValue, presentValue);
    }

    private static final class Finder {
        private static final int MAX_DEPTH = 24;
        private final GraphFile graph;
        private final int headDim;
        private final List<Mask> masks = new ArrayList<>();
        private double innerScale = 1;
        private double outerScale = 1;
        private boolean tanh;
        private boolean softmax;

        Finder(GraphFile graph, int headDim) {
            this.graph = graph;
            this.headDim = headDim;
        }

        AttentionPattern find(String pastKey, String presentKey, String pastValue, String presentValue) {
            var keys = concatOf(presentKey, pastKey);
            var values = concatOf(presentValue, pastValue);
            if (!keys.input(0).equals(pastKey) || !keys.output().equals(presentKey))
                throw new NotFound("its KV has another element type than its attention");
            var scores = productOf(keys.output(), presentKey);
            var found = productOf(values.output(), presentValue);
            if (!traceBack(found.node.input(0), scores.node, 0) || !softmax)
                throw new NotFound(
                        "the operators from \"" + presentKey + "\" to the softmax are not a known attention pattern");
            double cap = tanh ? outerScale : 0;
            double scale = scores.factor * found.factor * innerScale * outerScale;
            if (found.factor != 1 || scale <= 0 || cap < 0)
                throw new NotFound("GroupQueryAttention does not support the scaling of its attention");
            var output = output(found.node.output());
            var concatenated = new HashSet<String>();
            graph.aliases(presentKey).forEach(concatenated::add);
            graph.aliases(presentValue).forEach(concatenated::add);
            return new AttentionPattern(
                    scores.node.input(0),
                    keys.input(1),
                    values.input(1),
                    scale,
                    cap,
                    output.output(),
                    heads(output),
                    List.copyOf(masks),
                    concatenated);
        }

        /// Finds the operator that appends the new positions to the past.
        private Node concatOf(String present, String past) {
            var node = graph.producer(graph.sourceOf(present));
            boolean isConcat = node != null
                    && node.is("Concat")
                    && node.inputs().size() == 2
                    && (node.intAttribute("axis").orElse(0) == 2
                            || node.intAttribute("axis").orElse(0) == -2)
                    && graph.sourceOf(node.input(0)).equals(past);
            if (node == null || !isConcat)
                throw new NotFound(
                        "\"" + present + "\" is not the concatenation of \"" + past + "\" and the new positions");
            return node;
        }

        private record Product(Node node, double factor) {}

        /// Finds the single matrix product whose second factor is a given tensor. The tensor may be transposed,
        /// repeated for several heads and scaled.
        private Product productOf(String from, String present) {
            record Candidate(String name, double factor) {}
            var found = new ArrayList<Product>();
            var seen = new HashSet<String>();
            var queue = new ArrayDeque<>(List.of(new Candidate(from, 1)));
            while (!queue.isEmpty()) {
                var current = queue.poll();
                if (!seen.add(current.name)) continue;
                for (var user : graph.consumers(current.name)) {
                    boolean first = user.input(0).equals(current.name);
                    if (user.is("MatMul") && !first) found.add(new Product(user, current.factor));
                    else if (first
                            && user.is(
                                    "Transpose",
                                    "Unsqueeze",
                                    "Squeeze",
                                    "Expand",
                                    "Reshape",
                                    "Tile",
                                    "Identity",
                                    "Cast",
                                    "Concat")) queue.add(new Candidate(user.output(), current.factor));
                    else if (user.is("Mul") || first && user.is("Div")) {
                        var number = graph.scalar(user.input(first ? 1 : 0), headDim);
                        if (number.isPresent())
                            queue.add(new Candidate(
                                    user.output(),
                                    user.is("Mul")
                                            ? current.factor * number.getAsDouble()
                                            : current.factor / number.getAsDouble()));
                    }
                }
            }
            if (found.size() != 1)
                throw new NotFound(
                        "\"" + present + "\" is read by " + found.size() + " attention products instead of one");
            return found.getFirst();
        }

        /// Traces back from the attention weights to the product of queries and keys. Collects masks and scale
        /// on the way.
        private boolean traceBack(String name, Node scores, int depth) {
            graph.countStep();
            var node = graph.producer(name);
            if (node == null || depth > MAX_DEPTH) return false;
            if (node == scores) return true;
            switch (node.operator()) {
                case "Identity", "Cast", "Dropout" -> {
                    return traceBack(node.input(0), scores, depth + 1);
                }
                case "Softmax" -> {
                    long axis = node.intAttribute("axis").orElse(-1);
                    if (axis != -1 && axis != 3 || !traceBack(node.input(0), scores, depth + 1)) return false;
                    return softmax = true;
                }
                case "Add" -> {
                    // After the softmax an addition would change the weights: not a known pattern.
                    for (int side = 0; side < 2; side++) {
                        if (!traceBack(node.input(side), scores, depth + 1)) continue;
                        masks.add(new Mask(node.input(1 - side), Rewriting.Hidden.ADDED));
                        return !softmax;
                    }
                    return false;
                }
                case "Where" -> {
                    for (int side = 1; side < 3; side++) {
                        if (!traceBack(node.input(side), scores, depth + 1)) continue;
                        // After the softmax it only replaces NaN in rows without visible
                        // positions.
                        if (!softmax)
                            masks.add(new Mask(
                                    node.input(0), side == 1 ? Rewriting.Hidden.FALSE : Rewriting.Hidden.TRUE));
                        return true;
                    }
                    return false;
                }
                // A lower bound, as in older models.
                case "Max" -> {
                    return traceBack(node.input(0), scores, depth + 1);
                }
                case "Tanh" -> {
                    if (!traceBack(node.input(0), scores, depth + 1) || tanh) return false;
                    innerScale *= outerScale;
                    outerScale = 1;
                    return tanh = true;
                }
                case "Mul", "Div" -> {
                    for (int side = 0; side < (node.is("Mul") ? 2 : 1); side++) {
                        var number = graph.scalar(node.input(1 - side), headDim);
                        if (number.isEmpty() || !traceBack(node.input(side), scores, depth + 1)) continue;
                        // Recursion returns from the product outwards, so the factor nearest to
                        // the product comes first.
                        outerScale *= node.is("Mul") ? number.getAsDouble() : 1 / number.getAsDouble();
                        return !softmax;
                    }
                    return false;
                }
                default -> {
                    return false;
                }
            }
        }

        /// Finds the operator that merges the heads again.
        private Node output(String heads) {
            var transposed = graph.consumers(heads).stream()
                    .filter(user ->
                            user.is("Transpose") && user.intsAttribute("perm").equals(List.of(0L, 2L, 1L, 3L)))
                    .findFirst();
            var output = transposed.stream()
                    .flatMap(node -> graph.consumers(node.output()).stream())
                    .filter(node -> node.is("Reshape"))
                    .toList();
            if (graph.consumers(heads).size() != 1 || output.size() != 1)
                throw new NotFound("the heads of its attention are not merged in a known way");
            return output.getFirst();
        }

        /// The number of heads, from the target shape of the merge or from the matrix that reads its result.
        private int heads(Node output) {
            long width = lastDimension(output.input(1), 0);
            for (var user : graph.consumers(output.output())) if (width <= 0) width = inputWidth(user, 0);
            if (width <= 0 || width % headDim != 0) throw new NotFound("its number of heads cannot be determined");
            return (int) (width / headDim);
        }

        private long lastDimension(String shape, int depth) {
            var constant = graph.constant(shape);
            if (constant != null)
                return constant.numbers().isEmpty()
                        ? -1
                        : (long) (double) constant.numbers().getLast();
            var node = graph.producer(shape);
            return node != null
                            && depth < MAX_DEPTH
                            && node.is("Concat")
                            && !node.inputs().isEmpty()
                    ? lastDimension(node.inputs().getLast(), depth + 1)
                    : -1;
        }

        /// The input width of a product with a matrix, -1 if unknown.
        private long inputWidth(Node user, int depth) {
            graph.countStep();
            if (user.is("com.microsoft:MatMulNBits"))
                return user.intAttribute("K").orElse(-1);
            if (depth > MAX_DEPTH) return -1;
            if (user.is("DynamicQuantizeLinear", "Cast", "Identity"))
                return graph.consumers(user.output()).stream()
                        .mapToLong(next -> inputWidth(next, depth + 1))
                        .max()
                        .orElse(-1);
            if (!user.is("MatMul", "MatMulInteger")) return -1;
            var matrix = graph.constant(user.input(1));
            if (matrix != null)
                return matrix.lengths().size() == 2 ? matrix.lengths().getFirst() : -1;
            var transposed = graph.producer(user.input(1));
            matrix = transposed != null && transposed.is("Transpose") ? graph.constant(transposed.input(0)) : null;
            return matrix != null && matrix.lengths().size() == 2
                    ? matrix.lengths().getLast()
                    : -1;
        }
    }
}
