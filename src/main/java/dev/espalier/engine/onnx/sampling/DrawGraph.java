package dev.espalier.engine.onnx.sampling;

import dev.espalier.engine.format.ElementType;
import dev.espalier.engine.format.GraphBuilder;
import dev.espalier.engine.format.GraphBuilder.Attribute;
import java.util.List;

/// Builds the graph that draws tokens on the device, so that only a few numbers per row leave the device instead of a
/// vocabulary.
///
/// It computes what [Sampler] computes, in the same order of ids, with several draws at once: weights
/// `exp((logit − max) / temperature)`; the token at which their cumulative sum exceeds `uniform × sum`; and the mass of
/// the more probable tokens (on equal weight the smaller id), with which top-p accepts or rejects. The cumulative sum
/// has two levels, since one over a vocabulary is slow on a GPU and loses digits: over blocks of ids, then over the ids
/// of the selected block, both in double precision.
///
/// Inputs: `logits` [R,1,V], `scale` f32 [R,1,1] (1 / temperature), `uniforms` f64 [R,D]. Outputs by draw, [R,D]:
/// `token` i64, `weight` f32, `above` f64, `offset` f32 (logit − max). By row: `total` f64 [R,1] (of the weights),
/// `sum` f64 [R,1] (at temperature 1), `best` i64 [R].
final class DrawGraph {
    static final int BLOCK = 512;

    private static final Attribute KEEP = Attribute.of("keepdims", 1);
    private static final Attribute DROP = Attribute.of("keepdims", 0);

    private final GraphBuilder graph = new GraphBuilder();
    private final long blocks;
    private int nodes;

    private DrawGraph(int drawable) {
        blocks = Math.ceilDiv(drawable, BLOCK);
    }

    /// @param drawable ids below this number can be drawn
    static byte[] bytes(int vocabulary, int drawable, ElementType logits, int draws) {
        return new DrawGraph(drawable).build(vocabulary, drawable, logits, draws);
    }

    private byte[] build(int vocabulary, int drawable, ElementType logits, int draws) {
        graph.input("logits", logits, -1, 1, vocabulary)
                .input("scale", ElementType.F32, -1, 1, 1)
                .input("uniforms", ElementType.F64, -1, draws);
        graph.output("token", ElementType.I64, -1, draws)
                .output("weight", ElementType.F32, -1, draws)
                .output("above", ElementType.F64, -1, draws)
                .output("offset", ElementType.F32, -1, draws)
                .output("total", ElementType.F64, -1, 1)
                .output("sum", ElementType.F64, -1, 1)
                .output("best", ElementType.I64, -1);
        var whole = node("Reshape", "logits", graph.longs(-1, vocabulary));
        var flat = cast(
                drawable == vocabulary
                        ? whole
                        : node("Slice", whole, graph.longs(0), graph.longs(drawable), graph.longs(1)),
                ElementType.F32);
        graph.node("ArgMax", "best", List.of(flat), Attribute.of("axis", 1), DROP);
        var padded = node("Pad", flat, graph.longs(0, 0, 0, blocks * BLOCK - drawable), graph.scalar(-Float.MAX_VALUE));
        var max = addNode("ReduceMax", List.of(flat), new Attribute("axes", List.of(1L)), KEEP);
        var offsets = node("Reshape", node("Sub", padded, max), graph.longs(-1, blocks, BLOCK));
        total(node("Exp", offsets), "sum");

        var weights = node("Exp", node("Mul", offsets, "scale"));
        var masses = cast(sum(weights, 2), ElementType.F64);
        var reached = node("CumSum", masses, graph.longs(1));
        graph.node("Gather", "total", List.of(reached, graph.longs(blocks - 1)), Attribute.of("axis", 1));
        var target = node("Unsqueeze", node("Mul", "uniforms", "total"), graph.longs(2));
        var block = node(
                "Min",
                count(node("LessOrEqual", node("Unsqueeze", reached, graph.longs(1)), target)),
                graph.longs(blocks - 1));
        var before = addNode(
                "GatherElements",
                List.of(addNode("CumSum", List.of(masses, graph.longs(1)), Attribute.of("exclusive", 1)), block),
                Attribute.of("axis", 1));

        var selected = selectBlock(weights, block);
        var within = node(
                "Add",
                node("CumSum", cast(selected, ElementType.F64), graph.longs(2)),
                node("Unsqueeze", before, graph.longs(2)));
        var index = node("Min", count(node("LessOrEqual", within, target)), graph.longs(BLOCK - 1));
        graph.node("Add", "token", List.of(node("Mul", block, graph.longs(BLOCK)), index));
        graph.node("Squeeze", "weight", List.of(at(selected, index), graph.longs(2)));
        graph.node("Squeeze", "offset", List.of(at(selectBlock(offsets, block), index), graph.longs(2)));
        above(weights);
        return graph.bytes();
    }

    /// Adds the mass of the tokens that are more probable than each drawn one.
    private void above(String weights) {
        var all = node("Unsqueeze", weights, graph.longs(1));
        var own = node("Unsqueeze", "weight", graph.longs(2, 3));
        var ids = new long[Math.toIntExact(blocks * BLOCK)];
        for (int i = 0; i < ids.length; i++) ids[i] = i;
        var id = node("Reshape", graph.longs(ids), graph.longs(1, 1, blocks, BLOCK));
        var earlier =
                node("And", node("Equal", all, own), node("Less", id, node("Unsqueeze", "token", graph.longs(2, 3))));
        var counted = node("Where", node("Or", node("Greater", all, own), earlier), all, graph.scalar(0));
        graph.node("ReduceSum", "above", List.of(cast(sum(counted, 3), ElementType.F64), graph.longs(2)), DROP);
    }

    private void total(String weights, String name) {
        graph.node("ReduceSum", name, List.of(cast(sum(weights, 2), ElementType.F64), graph.longs(1)), KEEP);
    }

    /// The selected block of every row and draw: [R,D,BLOCK].
    private String selectBlock(String values, String block) {
        return addNode(
                "GatherND", List.of(values, node("Unsqueeze", block, graph.longs(2))), Attribute.of("batch_dims", 1));
    }

    private String at(String values, String index) {
        return addNode(
                "GatherElements", List.of(values, node("Unsqueeze", index, graph.longs(2))), Attribute.of("axis", 2));
    }

    private String count(String truths) {
        return sum(cast(truths, ElementType.I64), 2);
    }

    private String sum(String values, long axis) {
        return addNode("ReduceSum", List.of(values, graph.longs(axis)), DROP);
    }

    private String cast(String values, ElementType to) {
        return addNode("Cast", List.of(values), Attribute.of("to", to.onnx()));
    }

    private String node(String operator, String... inputs) {
        return addNode(operator, List.of(inputs));
    }

    private String addNode(String operator, List<String> inputs, Attribute... attributes) {
        return graph.node(operator, operator + "_" + nodes++, inputs, attributes);
    }
}
