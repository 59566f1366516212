package dev.espalier.engine.graph;

import static dev.espalier.engine.graph.GraphWriter.MICROSOFT;
import static dev.espalier.engine.graph.GraphWriter.OWN;
import static dev.espalier.engine.graph.GraphWriter.floatAttribute;
import static dev.espalier.engine.graph.GraphWriter.intAttribute;
import static dev.espalier.engine.graph.GraphWriter.intsAttribute;
import static dev.espalier.engine.graph.GraphWriter.stringAttribute;

import dev.espalier.engine.format.ElementType;
import dev.espalier.engine.format.OnnxFields;
import dev.espalier.engine.format.Proto;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes one variant of a graph with its attention replaced. Use one instance per variant.
final class GraphVariants {
    private static final int KV_AXES = 4;
    /// From this opset on, ReduceMax takes its axes as an input.
    private static final int AXES_INPUT_OPSET = 18;

    private final GraphFile graph;
    private final Rewriting.Shape shape;
    private final List<AttentionPattern> attentions;
    private final GraphWriter writer;
    private final int kvHeads;
    private final int headDim;
    /// Null if matrices are not quantized.
    private final @Nullable QuantizedWeights quantizedWeights;
    /// The product with the vocabulary matrix if it reads the last position only; the name of its input is in
    /// `lastHidden`.
    private @Nullable Node vocabularyProduct;
    private String lastHidden = "";

    GraphVariants(GraphFile graph, Weights weights, Rewriting.Shape shape, List<AttentionPattern> attentions) {
        this.graph = graph;
        this.shape = shape;
        this.attentions = attentions;
        writer = new GraphWriter(graph, weights);
        quantizedWeights = weights instanceof QuantizedWeights own ? own : null;
        kvHeads = shape.kvHeads();
        headDim = shape.headDim();
    }

    byte[] withPositions() throws Rewriting.Refused, IOException {
        addLengths();
        for (int layer = 0; layer < shape.layers(); layer++) addAttention(layer);
        keepLastPosition();
        return write();
    }

    byte[] positionsFromMask() throws Rewriting.Refused, IOException {
        // The positions of the new tokens follow the row's earlier positions.
        String offsets = writer.node(
                "Range",
                OWN + "offsets",
                List.of(
                        writer.scalar(0),
                        writer.node("Squeeze", OWN + "new_scalar", List.of(OWN + "new")),
                        writer.scalar(1)));
        String first = writer.node(
                "Add",
                OWN + "first",
                List.of(
                        writer.node("Sub", OWN + "before_last", List.of(OWN + "last_64", OWN + "new")),
                        writer.longs(1)));
        writer.node(
                "Add",
                shape.names().positions(),
                List.of(writer.node("Reshape", OWN + "first_column", List.of(first, writer.longs(-1, 1))), offsets));
        writer.removeInput(shape.names().positions());
        return withPositions();
    }

    /// One piece of the split graph, for one token per row: from the output of the previous attention to the next
    /// layer's attention or to the logits. `SplitGraph` documents inputs and outputs.
    byte[] piece(int number, SplitPoints splitPoints) throws Rewriting.Refused, IOException {
        var names = shape.names();
        int layers = shape.layers();
        removeGraphInput(names.mask());
        for (int layer = 0; layer < layers; layer++)
            for (int part = 0; part < 2; part++) {
                writer.removeInput(names.past(layer, part));
                writer.removeOutput(names.present(layer, part));
            }
        if (number > 0) {
            // Later pieces read only the shape of the ids, which equals that of the positions.
            removeGraphInput(names.ids());
            var before = attentions.get(number - 1);
            writer.input("attended", ElementType.F32, "rows", 1, before.heads() * headDim);
            writer.input("residual", ElementType.F32, "rows", 1, splitPoints.width());
            writer.node("Identity", before.output(), List.of("attended"));
            writer.node("Identity", splitPoints.residuals().get(number - 1), List.of("residual"));
        }
        if (number == layers) {
            removeGraphInput(names.positions());
            return write();
        }
        String inputShape = writer.node("Shape", OWN + "positions_lengths", List.of(names.positions()));
        replaceShape(names.ids(), 2, inputShape);
        String furthest =
                writer.node("ReduceMax", OWN + "furthest", List.of(names.positions()), intAttribute("keepdims", 0));
        replaceShapes(
                inputShape,
                writer.node(
                        "Reshape",
                        OWN + "total",
                        List.of(
                                writer.node("Add", OWN + "total_scalar", List.of(furthest, writer.scalar(1))),
                                writer.longs(1))));
        var attention = attentions.get(number);
        String query = mergeHeads(attention.query(), OWN + "query", attention.heads());
        // PagedAttention divides by the square root of headDim.
        float factor = (float) (attention.scale() * Math.sqrt(headDim));
        if (Math.abs(factor - 1) > 1e-6)
            query = writer.node("Mul", OWN + "query_scaled", List.of(query, writer.scalar(factor)));
        writer.node(
                "Concat",
                "query_key",
                List.of(query, mergeHeads(attention.key(), OWN + "key", kvHeads)),
                intAttribute("axis", 2));
        writer.node("Identity", "value", List.of(mergeHeads(attention.value(), OWN + "value", kvHeads)));
        writer.node("Identity", "passed", List.of(splitPoints.residuals().get(number)));
        writer.removeOutput(names.logits());
        writer.output("query_key", ElementType.F32, "rows", 1, (attention.heads() + kvHeads) * headDim);
        writer.output("value", ElementType.F32, "rows", 1, kvHeads * headDim);
        writer.output("passed", ElementType.F32, "rows", 1, splitPoints.width());
        return write();
    }

    private void removeGraphInput(String input) {
        writer.removeInput(input);
        writer.forbid(Set.of(input));
    }

    private byte[] write() throws Rewriting.Refused, IOException {
        var kv = new HashSet<String>();
        for (int layer = 0; layer < shape.layers(); layer++) {
            kv.addAll(attentions.get(layer).concatenated());
            for (int part = 0; part < 2; part++) kv.add(shape.names().past(layer, part));
        }
        writer.forbid(kv);
        if (quantizedWeights != null) quantize(quantizedWeights);
        return writer.write(Set.of());
    }

    /// Adds the rows' lengths, computed from the attention mask.
    private void addLengths() {
        String mask = shape.names().mask();
        String total = writer.node(
                "Gather",
                OWN + "total",
                List.of(writer.node("Shape", OWN + "mask_lengths", List.of(mask)), writer.longs(1)),
                intAttribute("axis", 0));
        writer.node(
                "Cast",
                OWN + "total_32",
                List.of(writer.node("Squeeze", OWN + "total_scalar", List.of(total))),
                intAttribute("to", ElementType.I32.onnx()));
        // Einsum, since ReduceSum takes its axes differently before and from opset 13 on.
        String ones = writer.node("Cast", OWN + "mask_real", List.of(mask), intAttribute("to", ElementType.F32.onnx()));
        String sum = writer.node("Einsum", OWN + "mask_sum", List.of(ones), stringAttribute("equation", "bt->b"));
        String known =
                writer.node("Cast", OWN + "mask_length", List.of(sum), intAttribute("to", ElementType.I64.onnx()));
        writer.node(
                "Cast",
                OWN + "last",
                List.of(writer.node("Sub", OWN + "last_64", List.of(known, writer.longs(1)))),
                intAttribute("to", ElementType.I32.onnx()));
        replaceShapes(
                writer.node("Shape", OWN + "ids_lengths", List.of(shape.names().ids())), total);
    }

    /// The shared memory of past and present is longer than its content. Replaces all shapes read from it by the
    /// shape of the content.
    private void replaceShapes(String inputShape, String total) {
        String rows =
                writer.node("Gather", OWN + "rows", List.of(inputShape, writer.longs(0)), intAttribute("axis", 0));
        String past = writer.node(
                "Sub",
                OWN + "past",
                List.of(
                        total,
                        writer.node(
                                "Gather", OWN + "new", List.of(inputShape, writer.longs(1)), intAttribute("axis", 0))));
        String before = writer.node(
                "Concat",
                OWN + "past_shape",
                List.of(rows, writer.longs(kvHeads), past, writer.longs(headDim)),
                intAttribute("axis", 0));
        String behind = writer.node(
                "Concat",
                OWN + "present_shape",
                List.of(rows, writer.longs(kvHeads), total, writer.longs(headDim)),
                intAttribute("axis", 0));
        for (int layer = 0; layer < shape.layers(); layer++) {
            for (int part = 0; part < 2; part++) replaceShape(shape.names().past(layer, part), KV_AXES, before);
            for (var name : attentions.get(layer).concatenated()) replaceShape(name, KV_AXES, behind);
        }
    }

    private void replaceShape(String of, int axes, String lengths) {
        for (var node : graph.nodes) {
            if (!node.is("Shape") || !node.input(0).equals(of)) continue;
            long from = node.intAttribute("start").orElse(0);
            long to = node.intAttribute("end").orElse(axes);
            if (from == 0 && to == axes) writer.node("Identity", node.output(), List.of(lengths));
            else writer.node("Slice", node.output(), List.of(lengths, writer.longs(from), writer.longs(to)));
        }
    }

    private void addAttention(int layer) {
        var attention = attentions.get(layer);
        var names = shape.names();
        String at = OWN + layer + ".";
        String query = mergeHeads(attention.query(), at + "query", attention.heads());
        String key = mergeHeads(attention.key(), at + "key", kvHeads);
        String value = mergeHeads(attention.value(), at + "value", kvHeads);
        var attributes = new ArrayList<>(List.of(
                intAttribute("num_heads", attention.heads()),
                intAttribute("kv_num_heads", kvHeads),
                floatAttribute("scale", attention.scale())));
        if (attention.softcap() > 0) attributes.add(floatAttribute("softcap", attention.softcap()));
        writer.node(
                "GroupQueryAttention",
                MICROSOFT,
                List.of(query, key, value, names.past(layer, 0), names.past(layer, 1), OWN + "last", OWN + "total_32"),
                List.of(attention.output(), names.present(layer, 0), names.present(layer, 1)),
                attributes.toArray(Proto.Message[]::new));
    }

    /// Transposes `[rows, heads, new, headDim]` to `[rows, new, heads, headDim]`.
    private String transposeHeads(String name, String output) {
        var before = graph.producer(name);
        return before != null
                        && before.is("Transpose")
                        && before.intsAttribute("perm").equals(List.of(0L, 2L, 1L, 3L))
                ? before.input(0)
                : writer.node("Transpose", output + "_turned", List.of(name), intsAttribute("perm", 0, 2, 1, 3));
    }

    /// Brings `[rows, heads, new, headDim]` into the shape `[rows, new, heads · headDim]`.
    private String mergeHeads(String name, String output, int heads) {
        return writer.node(
                "Reshape", output, List.of(transposeHeads(name, output), writer.longs(0, 0, (long) heads * headDim)));
    }

    /// Replaces products with constant matrices by int8 products: one precomputed scale per output, and one scale
    /// per row at run time (see `int8_linear` in src/train/export.py).
    private void quantize(QuantizedWeights quantizedWeights) throws IOException {
        var quantizedInputs = new HashSet<String>();
        for (var node : graph.nodes) {
            if (!node.is("MatMul") && !plainGemm(node) || writer.produces(node.output())) continue;
            var matrix = quantizedWeights.quantize(
                    node.input(1), node.intAttribute("transB").orElse(0) == 1);
            if (matrix == null) continue;
            writer.constant(matrix.table(), matrix.tableMessage());
            writer.constant(matrix.scales(), matrix.scalesMessage());
            String x = node == vocabularyProduct ? lastHidden : node.input(0);
            String at = OWN + "rows." + x;
            if (quantizedInputs.add(x)) {
                String size = writer.node(
                        "Max",
                        at + ".size",
                        List.of(
                                reduceMax(writer.node("Abs", at + ".abs", List.of(x)), at + ".largest"),
                                writer.scalar(1e-12f)));
                String scaled = writer.node(
                        "Mul",
                        at + ".scaled",
                        List.of(x, writer.node("Div", at + ".steps", List.of(writer.scalar(127f), size))));
                writer.node("QuantizeLinear", at + ".codes", List.of(scaled, writer.scalar(1f), zeroPoint()));
            }
            String product = writer.node(
                    "MatMulIntegerToFloat",
                    MICROSOFT,
                    List.of(at + ".codes", matrix.table(), writer.scalar(1 / 127f), matrix.scales(), zeroPoint()),
                    List.of(OWN + "product." + node.output()));
            String bias = node.input(2);
            String scaled = writer.node(
                    "Mul",
                    bias.isEmpty() ? node.output() : OWN + "scaled." + node.output(),
                    List.of(product, at + ".size"));
            if (!bias.isEmpty()) writer.node("Add", node.output(), List.of(scaled, bias));
        }
    }

    /// True for rows × matrix + bias.
    private static boolean plainGemm(Node node) {
        return node.is("Gemm")
                && node.intAttribute("transA").orElse(0) == 0
                && node.attributeField("alpha", OnnxFields.Attribute.FLOAT)
                                .map(Proto.Field::real)
                                .orElse(1f)
                        == 1
                && node.attributeField("beta", OnnxFields.Attribute.FLOAT)
                                .map(Proto.Field::real)
                                .orElse(1f)
                        == 1;
    }

    private String zeroPoint() {
        String name = OWN + "byte_128";
        writer.constant(
                name,
                new Proto.Message()
                        .number(OnnxFields.Tensor.TYPE, ElementType.U8.onnx())
                        .number(OnnxFields.Tensor.INTS, 128)
                        .text(OnnxFields.Tensor.NAME, name)
                        .toBytes());
        return name;
    }

    /// The maximum over the last axis.
    private String reduceMax(String of, String output) {
        return graph.opset("") < AXES_INPUT_OPSET
                ? writer.node("ReduceMax", output, List.of(of), intsAttribute("axes", -1), intAttribute("keepdims", 1))
                : writer.node("ReduceMax", output, List.of(of, writer.longs(-1)), intAttribute("keepdims", 1));
    }

    /// Only the last position's logits are used, so the product with the vocabulary matrix computes only those
    /// (docs/decisions/0074).
    private void keepLastPosition() {
        var node = graph.producer(shape.names().logits());
        while (node != null && node.is("Cast", "Identity", "Mul", "Div", "Tanh", "Add"))
            node = graph.producer(node.input(graph.constant(node.input(0)) == null ? 0 : 1));
        if (node == null || !node.is("MatMul", "com.microsoft:MatMulNBits")) return;
        String hidden = node.input(0);
        vocabularyProduct = node;
        lastHidden =
                writer.node("Gather", OWN + "last_hidden", List.of(hidden, writer.longs(-1)), intAttribute("axis", 1));
        writer.replaceInput(node, hidden, lastHidden);
    }
}
