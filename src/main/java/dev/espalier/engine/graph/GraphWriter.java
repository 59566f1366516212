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

/// A graph that is written from another one and operators of ours: what the outputs need, and nothing else.
final class GraphWriter {
    static final String OWN = "espalier.";
    static final String MICROSOFT = "com.microsoft";
    /// Smaller constants are copied: graphs' shapes are found with their numbers.
    private static final int SMALL = 1024;

    private final GraphFile graph;
    private final Weights weights;
    /// Operators of ours, by each tensor that they make; they stand for the graph's own of that name.
    private final Map<String, Made> made = new LinkedHashMap<>();
    private final Map<String, byte[]> constants = new LinkedHashMap<>();
    /// Inputs and outputs that are other than the graph's, null for those that it has no more.
    private final Map<String, byte @Nullable []> inputs = new LinkedHashMap<>();
    private final Map<String, byte @Nullable []> outputs = new LinkedHashMap<>();
    /// Names that only operators of ours read.
    private final Set<String> taken = new HashSet<>();
    private @Nullable Node changed;
    private Map<String, String> renamed = Map.of();

    /// An operator of ours.
    private record Made(List<String> inputs, List<String> outputs, Proto.Message message) {}

    GraphWriter(GraphFile graph, Weights weights) {
        this.graph = graph;
        this.weights = weights;
    }

    // ---- operators of ours

    /// @return the first output's name
    String node(String operator, String domain, List<String> inputs, List<String> outputs, Proto.Message... attributes) {
        var message = new Proto.Message();
        inputs.forEach(input -> message.text(OnnxFields.Node.INPUT, input));
        outputs.forEach(output -> message.text(OnnxFields.Node.OUTPUT, output));
        message.text(OnnxFields.Node.NAME, OWN + outputs.getFirst()).text(OnnxFields.Node.OPERATOR, operator);
        for (var attribute : attributes) message.message(OnnxFields.Node.ATTRIBUTE, attribute);
        if (!domain.isEmpty()) message.text(OnnxFields.Node.DOMAIN, domain);
        var node = new Made(inputs, outputs, message);
        outputs.forEach(output -> made.put(output, node));
        return outputs.getFirst();
    }

    String node(String operator, String output, List<String> inputs, Proto.Message... attributes) {
        return node(operator, "", inputs, List.of(output), attributes);
    }

    static Proto.Message whole(String name, long value) {
        return new Proto.Message().text(OnnxFields.Attribute.NAME, name).number(OnnxFields.Attribute.INT, value).number(OnnxFields.Attribute.TYPE, OnnxFields.Attribute.TYPE_INT);
    }

    static Proto.Message real(String name, double value) {
        return new Proto.Message().text(OnnxFields.Attribute.NAME, name).real(OnnxFields.Attribute.FLOAT, (float) value).number(OnnxFields.Attribute.TYPE, OnnxFields.Attribute.TYPE_FLOAT);
    }

    static Proto.Message text(String name, String value) {
        return new Proto.Message().text(OnnxFields.Attribute.NAME, name).text(OnnxFields.Attribute.STRING, value).number(OnnxFields.Attribute.TYPE, OnnxFields.Attribute.TYPE_STRING);
    }

    static Proto.Message wholes(String name, long... values) {
        var message = new Proto.Message().text(OnnxFields.Attribute.NAME, name);
        for (long value : values) message.number(OnnxFields.Attribute.INTS, value);
        return message.number(OnnxFields.Attribute.TYPE, OnnxFields.Attribute.TYPE_INTS);
    }

    /// A constant of whole numbers in one dimension.
    String longs(long... values) {
        var tensor = new Proto.Message().number(OnnxFields.Tensor.LENGTH, values.length);
        return constant(tensor, "longs", values);
    }

    /// The same without dimensions.
    String scalar(long value) {
        return constant(new Proto.Message(), "long", value);
    }

    String scalar(float value) {
        String name = OWN + "float_" + value;
        constants.put(name, new Proto.Message().number(OnnxFields.Tensor.TYPE, ElementType.F32.onnx()).real(OnnxFields.Tensor.FLOATS, value).text(OnnxFields.Tensor.NAME, name).toBytes());
        return name;
    }

    private String constant(Proto.Message tensor, String kind, long... values) {
        var name = new StringBuilder(OWN + kind);
        tensor.number(OnnxFields.Tensor.TYPE, ElementType.I64.onnx());
        for (long value : values) {
            name.append('_').append(value);
            tensor.number(OnnxFields.Tensor.LONGS, value);
        }
        constants.put(name.toString(), tensor.text(OnnxFields.Tensor.NAME, name.toString()).toBytes());
        return name.toString();
    }

    /// @param message of a whole tensor
    void constant(String name, byte[] message) {
        constants.put(name, message);
    }

    boolean makes(String name) {
        return made.containsKey(name);
    }

    void withoutInput(String name) {
        inputs.put(name, null);
    }

    /// @param lengths numbers, or names of lengths that are not known
    void input(String name, ElementType element, Object... lengths) {
        inputs.put(name, value(name, element, lengths));
    }

    void output(String name, ElementType element, Object... lengths) {
        outputs.put(name, value(name, element, lengths));
    }

    void withoutOutput(String name) {
        outputs.put(name, null);
    }

    private static byte[] value(String name, ElementType element, Object... lengths) {
        var shape = new Proto.Message();
        for (var length : lengths) shape.message(OnnxFields.TensorTypeInfo.SHAPE_DIMENSION, length instanceof Number number ? new Proto.Message().number(OnnxFields.TensorTypeInfo.DIMENSION_LENGTH, number.longValue())
            : new Proto.Message().text(OnnxFields.TensorTypeInfo.DIMENSION_NAME, (String) length));
        var tensor = new Proto.Message().number(OnnxFields.TensorTypeInfo.ELEMENT, element.onnx()).message(OnnxFields.TensorTypeInfo.SHAPE, shape);
        return new Proto.Message().text(OnnxFields.Value.NAME, name).message(OnnxFields.Value.TYPE, new Proto.Message().message(OnnxFields.Value.TYPE_TENSOR, tensor)).toBytes();
    }

    /// No operator of the graph's may read these any more.
    void take(Set<String> names) {
        taken.addAll(names);
    }

    /// One of the graph's operators reads another tensor.
    void change(Node node, String input, String other) {
        changed = node;
        renamed = Map.of(input, other);
    }

    // ---- writing

    /// @param further outputs
    byte[] write(Set<String> further) throws Rewriting.Refused, IOException {
        var ends = new LinkedHashSet<>(graph.outputs.keySet());
        ends.addAll(further);
        outputs.forEach((name, description) -> {
            if (description == null) ends.remove(name);
            else ends.add(name);
        });
        var wanted = new HashSet<String>();
        var nodes = new ArrayList<Proto.Message>();
        for (var end : ends) order(end, wanted, nodes);
        var written = new Proto.Message();
        nodes.forEach(node -> written.message(OnnxFields.Graph.NODE, node));
        for (var field : graph.graph) {
            switch (field.number()) {
                case OnnxFields.Graph.NODE, OnnxFields.Graph.VALUE_INFO, OnnxFields.Graph.INPUT, OnnxFields.Graph.OUTPUT -> { }
                case OnnxFields.Graph.INITIALIZER -> {
                    var tensor = Tensor.read(field.bytes());
                    if (wanted.contains(tensor.name())) written.bytes(OnnxFields.Graph.INITIALIZER, referred(tensor, field.bytes()));
                }
                default -> written.bytes(field.number(), field.bytes());
            }
        }
        write(written, OnnxFields.Graph.INPUT, graph.inputs, inputs);
        write(written, OnnxFields.Graph.OUTPUT, graph.outputs, outputs);
        for (var name : further) written.message(OnnxFields.Graph.OUTPUT, new Proto.Message().text(OnnxFields.Value.NAME, name));
        constants.forEach((name, bytes) -> {
            if (wanted.contains(name)) written.bytes(OnnxFields.Graph.INITIALIZER, bytes);
        });
        var model = new Proto.Message();
        for (var field : graph.model) {
            switch (field.number()) {
                case OnnxFields.Model.GRAPH -> model.message(OnnxFields.Model.GRAPH, written);
                // Versions; all others are texts and messages.
                case OnnxFields.Model.IR_VERSION, OnnxFields.Model.MODEL_VERSION -> model.number(field.number(), field.value());
                default -> model.bytes(field.number(), field.bytes());
            }
        }
        if (graph.opset(MICROSOFT) == 0) model.message(OnnxFields.Model.OPSET, new Proto.Message().text(OnnxFields.Opset.DOMAIN, MICROSOFT).number(OnnxFields.Opset.VERSION, 1));
        return model.toBytes();
    }

    private static void write(Proto.Message graph, int field, Map<String, MemorySegment> own, Map<String, byte @Nullable []> others) {
        own.forEach((name, bytes) -> {
            if (!others.containsKey(name)) graph.bytes(field, bytes);
        });
        for (var bytes : others.values()) if (bytes != null) graph.bytes(field, bytes);
    }

    /// Adds what makes a tensor, first what that reads. Graphs are too deep for recursion.
    private void order(String end, Set<String> wanted, List<Proto.Message> into) throws Rewriting.Refused {
        var open = new ArrayDeque<Object>(List.of(end));
        while (!open.isEmpty()) {
            var next = open.pop();
            if (next instanceof Proto.Message message) {
                into.add(message);
                continue;
            }
            var name = (String) next;
            if (name.isEmpty() || !wanted.add(name)) continue;
            var own = made.get(name);
            if (own != null) {
                wanted.addAll(own.outputs);
                open.push(own.message);
                own.inputs.forEach(open::push);
                continue;
            }
            var node = graph.maker(name);
            if (node == null) continue;
            var reads = new ArrayList<>(node.inputs());
            reads.addAll(node.inner());
            for (var read : reads) if (taken.contains(read)) throw new Rewriting.Refused("it uses \"" + read + "\" outside of attention (" + node.operator() + ")");
            wanted.addAll(node.outputs());
            var used = node == changed ? node.on(renamed) : node;
            open.push(used.message());
            used.inputs().forEach(open::push);
            used.inner().forEach(open::push);
        }
    }

    /// A tensor whose numbers stay where they are: in the graph's file or beside it.
    private byte[] referred(Tensor tensor, MemorySegment bytes) throws Rewriting.Refused, IOException {
        var raw = Proto.first(tensor.fields(), OnnxFields.Tensor.RAW);
        boolean large = raw.isPresent() && raw.get().bytes().byteSize() >= SMALL;
        if (!large && !tensor.external()) return bytes.toArray(ValueLayout.JAVA_BYTE);
        var written = new Proto.Message();
        for (long length : tensor.lengths()) written.number(OnnxFields.Tensor.LENGTH, length);
        written.number(OnnxFields.Tensor.TYPE, tensor.type()).text(OnnxFields.Tensor.NAME, tensor.name()).number(OnnxFields.Tensor.DATA_LOCATION, OnnxFields.Tensor.EXTERNAL);
        weights.place(tensor, large ? raw.get().bytes() : MemorySegment.NULL).forEach((key, value) -> written.message(OnnxFields.Tensor.EXTERNAL_DATA, new Proto.Message().text(OnnxFields.Entry.KEY, key).text(OnnxFields.Entry.VALUE, value)));
        return written.toBytes();
    }
}
