package dev.espalier.engine.graph;

import static dev.espalier.engine.graph.GraphWriter.MICROSOFT;
import static dev.espalier.engine.graph.GraphWriter.OWN;
import static dev.espalier.engine.graph.GraphWriter.real;
import static dev.espalier.engine.graph.GraphWriter.text;
import static dev.espalier.engine.graph.GraphWriter.whole;
import static dev.espalier.engine.graph.GraphWriter.wholes;

import dev.espalier.engine.format.ElementType;
import dev.espalier.engine.format.OnnxFields;
import dev.espalier.engine.format.Proto;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes one form of a graph with other attention.
final class GraphVariants {
    private static final int KV_AXES = 4;
    /// Since when ReduceMax takes its axes as an input.
    private static final int AXES_ARE_AN_INPUT = 18;

    private final GraphFile graph;
    private final Rewriting.Shape shape;
    private final List<AttentionPattern> attentions;
    private final GraphWriter made;
    private final int kvHeads;
    private final int headDim;
    /// Null where matrices stay as they are.
    private final @Nullable RoundedWeights rounded;
    /// The product with the vocabulary, where it reads the last position only, and what that is.
    private @Nullable Node head;
    private String lastHidden = "";

    GraphVariants(GraphFile graph, Weights weights, Rewriting.Shape shape, List<AttentionPattern> attentions) {
        this.graph = graph;
        this.shape = shape;
        this.attentions = attentions;
        made = new GraphWriter(graph, weights);
        rounded = weights instanceof RoundedWeights own ? own : null;
        kvHeads = shape.kvHeads();
        headDim = shape.headDim();
    }

    byte[] withPositions() throws Rewriting.Refused, IOException {
        lengths();
        for (int layer = 0; layer < shape.layers(); layer++) attend(layer);
        lastPosition();
        return write();
    }

    byte[] positionsFromMask() throws Rewriting.Refused, IOException {
        // The new tokens' positions: behind those of a row's that were there before.
        String offsets = made.node("Range", OWN + "offsets", List.of(made.scalar(0), made.node("Squeeze", OWN + "new_scalar", List.of(OWN + "new")), made.scalar(1)));
        String first = made.node("Add", OWN + "first", List.of(made.node("Sub", OWN + "before_last", List.of(OWN + "last_64", OWN + "new")), made.longs(1)));
        made.node("Add", shape.names().positions(), List.of(made.node("Reshape", OWN + "first_column", List.of(first, made.longs(-1, 1))), offsets));
        made.withoutInput(shape.names().positions());
        return withPositions();
    }

    /// A token a row, from what the attention before it found up to a layer's attention or the logits (`Pieces` tells its inputs and outputs).
    byte[] piece(int number, Cut cut) throws Rewriting.Refused, IOException {
        var names = shape.names();
        int layers = shape.layers();
        drop(names.mask());
        for (int layer = 0; layer < layers; layer++) for (int part = 0; part < 2; part++) {
            made.withoutInput(names.past(layer, part));
            made.withoutOutput(names.present(layer, part));
        }
        if (number > 0) {
            // Only their lengths are asked for, which are the positions'.
            drop(names.ids());
            var before = attentions.get(number - 1);
            made.input("attended", ElementType.F32, "rows", 1, before.heads() * headDim);
            made.input("residual", ElementType.F32, "rows", 1, cut.width());
            made.node("Identity", before.output(), List.of("attended"));
            made.node("Identity", cut.passed().get(number - 1), List.of("residual"));
        }
        if (number == layers) {
            drop(names.positions());
            return write();
        }
        String given = made.node("Shape", OWN + "positions_lengths", List.of(names.positions()));
        shape(names.ids(), 2, given);
        String furthest = made.node("ReduceMax", OWN + "furthest", List.of(names.positions()), whole("keepdims", 0));
        shapes(given, made.node("Reshape", OWN + "total", List.of(made.node("Add", OWN + "total_scalar", List.of(furthest, made.scalar(1))), made.longs(1))));
        var attention = attentions.get(number);
        String query = sideBySide(attention.query(), OWN + "query", attention.heads());
        // Attention scales by the root of a head's length.
        float further = (float) (attention.scale() * Math.sqrt(headDim));
        if (Math.abs(further - 1) > 1e-6) query = made.node("Mul", OWN + "query_scaled", List.of(query, made.scalar(further)));
        made.node("Concat", "query_key", List.of(query, sideBySide(attention.key(), OWN + "key", kvHeads)), whole("axis", 2));
        made.node("Identity", "value", List.of(sideBySide(attention.value(), OWN + "value", kvHeads)));
        made.node("Identity", "passed", List.of(cut.passed().get(number)));
        made.withoutOutput(names.logits());
        made.output("query_key", ElementType.F32, "rows", 1, (attention.heads() + kvHeads) * headDim);
        made.output("value", ElementType.F32, "rows", 1, kvHeads * headDim);
        made.output("passed", ElementType.F32, "rows", 1, cut.width());
        return write();
    }

    private void drop(String input) {
        made.withoutInput(input);
        made.take(Set.of(input));
    }

    private byte[] write() throws Rewriting.Refused, IOException {
        var kv = new HashSet<String>();
        for (int layer = 0; layer < shape.layers(); layer++) {
            kv.addAll(attentions.get(layer).joined());
            for (int part = 0; part < 2; part++) kv.add(shape.names().past(layer, part));
        }
        made.take(kv);
        if (rounded != null) round(rounded);
        return made.write(Set.of());
    }

    /// How long rows are, from the attention mask.
    private void lengths() {
        String mask = shape.names().mask();
        String total = made.node("Gather", OWN + "total", List.of(made.node("Shape", OWN + "mask_lengths", List.of(mask)), made.longs(1)), whole("axis", 0));
        made.node("Cast", OWN + "total_32", List.of(made.node("Squeeze", OWN + "total_scalar", List.of(total))), whole("to", ElementType.I32.onnx()));
        // Sums take their axes in one way before opset 13 and in another since.
        String ones = made.node("Cast", OWN + "mask_real", List.of(mask), whole("to", ElementType.F32.onnx()));
        String sum = made.node("Einsum", OWN + "mask_sum", List.of(ones), text("equation", "bt->b"));
        String known = made.node("Cast", OWN + "mask_length", List.of(sum), whole("to", ElementType.I64.onnx()));
        made.node("Cast", OWN + "last", List.of(made.node("Sub", OWN + "last_64", List.of(known, made.longs(1)))), whole("to", ElementType.I32.onnx()));
        shapes(made.node("Shape", OWN + "ids_lengths", List.of(shape.names().ids())), total);
    }

    /// The memory of past and present is longer than what it holds: whatever asks for its shape is told of the latter.
    private void shapes(String given, String total) {
        String rows = made.node("Gather", OWN + "rows", List.of(given, made.longs(0)), whole("axis", 0));
        String past = made.node("Sub", OWN + "past", List.of(total, made.node("Gather", OWN + "new", List.of(given, made.longs(1)), whole("axis", 0))));
        String before = made.node("Concat", OWN + "past_shape", List.of(rows, made.longs(kvHeads), past, made.longs(headDim)), whole("axis", 0));
        String behind = made.node("Concat", OWN + "present_shape", List.of(rows, made.longs(kvHeads), total, made.longs(headDim)), whole("axis", 0));
        for (int layer = 0; layer < shape.layers(); layer++) {
            for (int part = 0; part < 2; part++) shape(shape.names().past(layer, part), KV_AXES, before);
            for (var name : attentions.get(layer).joined()) shape(name, KV_AXES, behind);
        }
    }

    private void shape(String of, int axes, String lengths) {
        for (var node : graph.nodes) {
            if (!node.is("Shape") || !node.input(0).equals(of)) continue;
            long from = node.whole("start").orElse(0);
            long to = node.whole("end").orElse(axes);
            if (from == 0 && to == axes) made.node("Identity", node.output(), List.of(lengths));
            else made.node("Slice", node.output(), List.of(lengths, made.longs(from), made.longs(to)));
        }
    }

    private void attend(int layer) {
        var attention = attentions.get(layer);
        var names = shape.names();
        String at = OWN + layer + ".";
        String query = sideBySide(attention.query(), at + "query", attention.heads());
        String key = sideBySide(attention.key(), at + "key", kvHeads);
        String value = sideBySide(attention.value(), at + "value", kvHeads);
        var attributes = new ArrayList<>(List.of(whole("num_heads", attention.heads()), whole("kv_num_heads", kvHeads), real("scale", attention.scale())));
        if (attention.softcap() > 0) attributes.add(real("softcap", attention.softcap()));
        made.node("GroupQueryAttention", MICROSOFT, List.of(query, key, value, names.past(layer, 0), names.past(layer, 1), OWN + "last", OWN + "total_32"),
            List.of(attention.output(), names.present(layer, 0), names.present(layer, 1)), attributes.toArray(Proto.Message[]::new));
    }

    /// `[rows, heads, new, headDim]` as `[rows, new, heads, headDim]`.
    private String apart(String name, String output) {
        var before = graph.maker(name);
        return before != null && before.is("Transpose") && before.wholes("perm").equals(List.of(0L, 2L, 1L, 3L)) ? before.input(0)
            : made.node("Transpose", output + "_turned", List.of(name), wholes("perm", 0, 2, 1, 3));
    }

    /// The same as `[rows, new, heads · headDim]`.
    private String sideBySide(String name, String output, int heads) {
        return made.node("Reshape", output, List.of(apart(name, output), made.longs(0, 0, (long) heads * headDim)));
    }

    /// Products with constant matrices in int8: a scale for each output, found before, and one for each row, found at run time (see `int8_linear` in src/train/export.py).
    private void round(RoundedWeights rounded) throws IOException {
        var codes = new HashSet<String>();
        for (var node : graph.nodes) {
            if (!node.is("MatMul") && !plainGemm(node) || made.makes(node.output())) continue;
            var matrix = rounded.rounded(node.input(1), node.whole("transB").orElse(0) == 1);
            if (matrix == null) continue;
            made.constant(matrix.table(), matrix.tableText());
            made.constant(matrix.scales(), matrix.scalesText());
            String x = node == head ? lastHidden : node.input(0);
            String at = OWN + "rows." + x;
            if (codes.add(x)) {
                String size = made.node("Max", at + ".size", List.of(largest(made.node("Abs", at + ".abs", List.of(x)), at + ".largest"), made.scalar(1e-12f)));
                String scaled = made.node("Mul", at + ".scaled", List.of(x, made.node("Div", at + ".steps", List.of(made.scalar(127f), size))));
                made.node("QuantizeLinear", at + ".codes", List.of(scaled, made.scalar(1f), zero()));
            }
            String product = made.node("MatMulIntegerToFloat", MICROSOFT, List.of(at + ".codes", matrix.table(), made.scalar(1 / 127f), matrix.scales(), zero()),
                List.of(OWN + "product." + node.output()));
            String bias = node.input(2);
            String scaled = made.node("Mul", bias.isEmpty() ? node.output() : OWN + "scaled." + node.output(), List.of(product, at + ".size"));
            if (!bias.isEmpty()) made.node("Add", node.output(), List.of(scaled, bias));
        }
    }

    /// Rows times a matrix, plus a bias.
    private static boolean plainGemm(Node node) {
        return node.is("Gemm") && node.whole("transA").orElse(0) == 0 && node.part("alpha", OnnxFields.Attribute.FLOAT).map(Proto.Field::real).orElse(1f) == 1 && node.part("beta", OnnxFields.Attribute.FLOAT).map(Proto.Field::real).orElse(1f) == 1;
    }

    private String zero() {
        String name = OWN + "byte_128";
        made.constant(name, new Proto.Message().number(OnnxFields.Tensor.TYPE, ElementType.U8.onnx()).number(OnnxFields.Tensor.INTS, 128).text(OnnxFields.Tensor.NAME, name).toBytes());
        return name;
    }

    /// Over the last axis.
    private String largest(String of, String output) {
        return graph.opset("") < AXES_ARE_AN_INPUT ? made.node("ReduceMax", output, List.of(of), wholes("axes", -1), whole("keepdims", 1))
            : made.node("ReduceMax", output, List.of(of, made.longs(-1)), whole("keepdims", 1));
    }

    /// Of the logits only the last position's are read: the product with the vocabulary has only that to do (docs/decisions/0074).
    private void lastPosition() {
        var node = graph.maker(shape.names().logits());
        while (node != null && node.is("Cast", "Identity", "Mul", "Div", "Tanh", "Add")) node = graph.maker(node.input(graph.constant(node.input(0)) == null ? 0 : 1));
        if (node == null || !node.is("MatMul", "com.microsoft:MatMulNBits")) return;
        String hidden = node.input(0);
        head = node;
        lastHidden = made.node("Gather", OWN + "last_hidden", List.of(hidden, made.longs(-1)), whole("axis", 1));
        made.change(node, hidden, lastHidden);
    }
}
