package dev.espalier.engine.graph;

import dev.espalier.engine.format.ElementType;
import dev.espalier.engine.format.OnnxFields;
import dev.espalier.engine.format.Proto;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes a graph from the nodes of another one and from new nodes. Only the nodes that the outputs need are written.
final class GraphWriter {
    static final String OWN = "espalier.";
    static final String MICROSOFT = "com.microsoft";
    /// Constants below this size in bytes are copied into the graph, since shape inference needs their values.
    private static final int SMALL_BYTES = 1024;

    private final GraphFile graph;
    private final Weights weights;
    /// New nodes by each of their outputs. They replace the graph's producers of the same name.
    private final Map<String, OwnNode> ownNodes = new LinkedHashMap<>();
    private final Map<String, byte[]> constants = new LinkedHashMap<>();
    /// Changed inputs and outputs; null for removed ones.
    private final Map<String, byte @Nullable []> inputs = new LinkedHashMap<>();
    private final Map<String, byte @Nullable []> outputs = new LinkedHashMap<>();
    /// Names that no node of the original graph may read.
    private final Set<String> forbidden = new HashSet<>();
    private @Nullable Node changedNode;
    private Map<String, String> renamedInputs = Map.of();

    /// A new node.
    private record OwnNode(List<String> inputs, List<String> outputs, Proto.Message message) {}

    GraphWriter(GraphFile graph, Weights weights) {
        this.graph = graph;
        this.weights = weights;
    }

    // ---- new nodes

    /// @return the first output's name
    String node(
            String operator, String domain, List<String> inputs, List<String> outputs, Proto.Message... attributes) {
        var message = new Proto.Message();
        inputs.forEach(input -> message.text(OnnxFields.Node.INPUT, input));
        outputs.forEach(output -> message.text(OnnxFields.Node.OUTPUT, output));
        message.text(OnnxFields.Node.NAME, OWN + outputs.getFirst()).text(OnnxFields.Node.OPERATOR, operator);
        for (var attribute : attributes) message.message(OnnxFields.Node.ATTRIBUTE, attribute);
        if (!domain.isEmpty()) message.text(OnnxFields.Node.DOMAIN, domain);
        var node = new OwnNode(inputs, outputs, message);
        outputs.forEach(output -> ownNodes.put(output, node));
        return outputs.getFirst();
    }

    String node(String operator, String output, List<String> inputs, Proto.Message... attributes) {
        return node(operator, "", inputs, List.of(output), attributes);
    }

    static Proto.Message intAttribute(String name, long value) {
        return new Proto.Message()
                .text(OnnxFields.Attribute.NAME, name)
                .number(OnnxFields.Attribute.INT, value)
                .number(OnnxFields.Attribute.TYPE, OnnxFields.Attribute.TYPE_INT);
    }

    static Proto.Message floatAttribute(String name, double value) {
        return new Proto.Message()
                .text(OnnxFields.Attribute.NAME, name)
                .real(OnnxFields.Attribute.FLOAT, (float) value)
                .number(OnnxFields.Attribute.TYPE, OnnxFields.Attribute.TYPE_FLOAT);
    }

    static Proto.Message stringAttribute(String name, String value) {
        return new Proto.Message()
                .text(OnnxFields.Attribute.NAME, name)
                .text(OnnxFields.Attribute.STRING, value)
                .number(OnnxFields.Attribute.TYPE, OnnxFields.Attribute.TYPE_STRING);
    }

    static Proto.Message intsAttribute(String name, long... values) {
        var message = new Proto.Message().text(OnnxFields.Attribute.NAME, name);
        for (long value : values) message.number(OnnxFields.Attribute.INTS, value);
        return message.number(OnnxFields.Attribute.TYPE, OnnxFields.Attribute.TYPE_INTS);
    }

    /// Adds a one-dimensional i64 constant.
    String longs(long... values) {
        var tensor = new Proto.Message().number(OnnxFields.Tensor.LENGTH, values.length);
        return constant(tensor, "longs", values);
    }

    /// Adds an i64 constant without dimensions.
    String scalar(long value) {
        return constant(new Proto.Message(), "long", value);
    }

    String scalar(float value) {
        String name = OWN + "float_" + value;
        constants.put(
                name,
                new Proto.Message()
                        .number(OnnxFields.Tensor.TYPE, ElementType.F32.onnx())
                        .real(OnnxFields.Tensor.FLOATS, value)
                        .text(OnnxFields.Tensor.NAME, name)
                        .toBytes());
        return name;
    }

    private String constant(Proto.Message tensor, String kind, long... values) {
        var name = new StringBuilder(OWN + kind);
        tensor.number(OnnxFields.Tensor.TYPE, ElementType.I64.onnx());
        for (long value : values) {
            name.append('_').append(value);
            tensor.number(OnnxFields.Tensor.LONGS, value);
        }
        constants.put(
                name.toString(),
                tensor.text(OnnxFields.Tensor.NAME, name.toString()).toBytes());
        return name.toString();
    }

    /// @param message the serialized `TensorProto`
    void constant(String name, byte[] message) {
        constants.put(name, message);
    }

    boolean produces(String name) {
        return ownNodes.containsKey(name);
    }

    void removeInput(String name) {
        inputs.put(name, null);
    }

    /// @param lengths of the dimensions: numbers, or names for lengths that are unknown
    void input(String name, ElementType element, Object... lengths) {
        inputs.put(name, value(name, element, lengths));
    }

    void output(String name, ElementType element, Object... lengths) {
        outputs.put(name, value(name, element, lengths));
    }

    void removeOutput(String name) {
        outputs.put(name, null);
    }

    private static byte[] value(String name, ElementType element, Object... lengths) {
        var shape = new Proto.Message();
        for (var length : lengths)
            shape.message(
                    OnnxFields.TensorTypeInfo.SHAPE_DIMENSION,
                    length instanceof Number number
                            ? new Proto.Message().number(OnnxFields.TensorTypeInfo.DIMENSION_LENGTH, number.longValue())
                            : new Proto.Message().text(OnnxFields.TensorTypeInfo.DIMENSION_NAME, (String) length));
        var tensor = new Proto.Message()
                .number(OnnxFields.TensorTypeInfo.ELEMENT, element.onnx())
                .message(OnnxFields.TensorTypeInfo.SHAPE, shape);
        return new Proto.Message()
                .text(OnnxFields.Value.NAME, name)
                .message(OnnxFields.Value.TYPE, new Proto.Message().message(OnnxFields.Value.TYPE_TENSOR, tensor))
                .toBytes();
    }

    /// Declares that no node of the original graph may read these names. [#write] throws if one does.
    void forbid(Set<String> names) {
        forbidden.addAll(names);
    }

    /// Lets one of the graph's nodes read another tensor.
    void replaceInput(Node node, String input, String other) {
        changedNode = node;
        renamedInputs = Map.of(input, other);
    }

    // ---- writing

    /// Writes the model.
    ///
    /// @param extraOutputs additional outputs
    byte[] write(Set<String> extraOutputs) throws Rewriting.Refused, IOException {
        var ends = new LinkedHashSet<>(graph.outputs.keySet());
        ends.addAll(extraOutputs);
        outputs.forEach((name, description) -> {
            if (description == null) ends.remove(name);
            else ends.add(name);
        });
        var needed = new HashSet<String>();
        var nodes = new ArrayList<Proto.Message>();
        for (var end : ends) appendProducers(end, needed, nodes);
        var written = new Proto.Message();
        nodes.forEach(node -> written.message(OnnxFields.Graph.NODE, node));
        for (var field : graph.graph) {
            switch (field.number()) {
                case OnnxFields.Graph.NODE,
                        OnnxFields.Graph.VALUE_INFO,
                        OnnxFields.Graph.INPUT,
                        OnnxFields.Graph.OUTPUT -> {}
                case OnnxFields.Graph.INITIALIZER -> {
                    var tensor = Tensor.read(field.bytes());
                    if (needed.contains(tensor.name()))
                        written.bytes(OnnxFields.Graph.INITIALIZER, withExternalData(tensor, field.bytes()));
                }
                default -> written.bytes(field.number(), field.bytes());
            }
        }
        write(written, OnnxFields.Graph.INPUT, graph.inputs, inputs);
        write(written, OnnxFields.Graph.OUTPUT, graph.outputs, outputs);
        for (var name : extraOutputs)
            written.message(OnnxFields.Graph.OUTPUT, new Proto.Message().text(OnnxFields.Value.NAME, name));
        constants.forEach((name, bytes) -> {
            if (needed.contains(name)) written.bytes(OnnxFields.Graph.INITIALIZER, bytes);
        });
        var model = new Proto.Message();
        for (var field : graph.model) {
            switch (field.number()) {
                case OnnxFields.Model.GRAPH -> model.message(OnnxFields.Model.GRAPH, written);
                // Varint fields; all others are strings or messages.
                case OnnxFields.Model.IR_VERSION, OnnxFields.Model.MODEL_VERSION ->
                    model.number(field.number(), field.value());
                default -> model.bytes(field.number(), field.bytes());
            }
        }
        if (graph.opset(MICROSOFT) == 0)
            model.message(
                    OnnxFields.Model.OPSET,
                    new Proto.Message().text(OnnxFields.Opset.DOMAIN, MICROSOFT).number(OnnxFields.Opset.VERSION, 1));
        return model.toBytes();
    }

    private static void write(
            Proto.Message graph,
            int field,
            Map<String, MemorySegment> own,
            Map<String, byte @Nullable []> replacements) {
        own.forEach((name, bytes) -> {
            if (!replacements.containsKey(name)) graph.bytes(field, bytes);
        });
        for (var bytes : replacements.values()) if (bytes != null) graph.bytes(field, bytes);
    }

    /// Appends the nodes that produce a tensor, in topological order. Iterative, since graphs are too deep for
    /// recursion.
    private void appendProducers(String end, Set<String> needed, List<Proto.Message> into) throws Rewriting.Refused {
        var open = new ArrayDeque<Object>(List.of(end));
        while (!open.isEmpty()) {
            var next = open.pop();
            if (next instanceof Proto.Message message) {
                into.add(message);
                continue;
            }
            var name = (String) next;
            if (name.isEmpty() || !needed.add(name)) continue;
            var own = ownNodes.get(name);
            if (own != null) {
                needed.addAll(own.outputs);
                open.push(own.message);
                own.inputs.forEach(open::push);
                continue;
            }
            var node = graph.producer(name);
            if (node == null) continue;
            var reads = new ArrayList<>(node.inputs());
            reads.addAll(node.inner());
            for (var read : reads)
                if (forbidden.contains(read))
                    throw new Rewriting.Refused(
                            "it uses \"" + read + "\" outside of attention (" + node.operator() + ")");
            needed.addAll(node.outputs());
            var used = node == changedNode ? node.withInputs(renamedInputs) : node;
            open.push(used.message());
            used.inputs().forEach(open::push);
            used.inner().forEach(open::push);
        }
    }

    /// Refers to a large tensor's bytes in a file as external data. Returns small tensors unchanged.
    private byte[] withExternalData(Tensor tensor, MemorySegment bytes) throws Rewriting.Refused, IOException {
        var raw = Proto.first(tensor.fields(), OnnxFields.Tensor.RAW);
        boolean large = raw.isPresent() && raw.get().bytes().byteSize() >= SMALL_BYTES;
        if (!large && !tensor.external()) return bytes.toArray(ValueLayout.JAVA_BYTE);
        var written = new Proto.Message();
        for (long length : tensor.lengths()) written.number(OnnxFields.Tensor.LENGTH, length);
        written.number(OnnxFields.Tensor.TYPE, tensor.type())
                .text(OnnxFields.Tensor.NAME, tensor.name())
                .number(OnnxFields.Tensor.DATA_LOCATION, OnnxFields.Tensor.EXTERNAL);
        weights.externalData(tensor, large ? raw.get().bytes() : MemorySegment.NULL)
                .forEach((key, value) -> written.message(
                        OnnxFields.Tensor.EXTERNAL_DATA,
                        new Proto.Message().text(OnnxFields.Entry.KEY, key).text(OnnxFields.Entry.VALUE, value)));
        return written.toBytes();
    }
}
