package dev.espalier.engine.format;

import dev.espalier.engine.format.Proto.Message;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/// Builds a small graph in the ONNX format (`onnx.proto`, a protocol buffer), for a backend's own graphs beside those
/// of models.
public final class GraphBuilder {
    private static final int IR_VERSION = 8;
    private static final int OPSET = 17;

    private final Message graph = new Message();
    private int constants;

    /// An integer attribute of a node.
    public record Attribute(String name, List<Long> values) {
        public static Attribute of(String name, long value) {
            return new Attribute(name, List.of(value));
        }
    }

    /// @param lengths of the dimensions, -1 for any
    public GraphBuilder input(String name, ElementType element, long... lengths) {
        graph.message(OnnxFields.Graph.INPUT, valueInfo(name, element, lengths));
        return this;
    }

    /// @param lengths of the dimensions, -1 for any
    public GraphBuilder output(String name, ElementType element, long... lengths) {
        graph.message(OnnxFields.Graph.OUTPUT, valueInfo(name, element, lengths));
        return this;
    }

    /// Adds a one-dimensional i64 constant.
    ///
    /// @return its name
    public String longs(long... values) {
        var raw = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (long value : values) raw.putLong(value);
        return constant(ElementType.I64, raw, values.length);
    }

    /// Adds an f32 constant without dimensions.
    ///
    /// @return its name
    public String scalar(float value) {
        return constant(
                ElementType.F32,
                ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat(value));
    }

    private String constant(ElementType element, ByteBuffer raw, long... lengths) {
        var name = "constant_" + constants++;
        var tensor = new Message();
        for (long length : lengths) tensor.number(OnnxFields.Tensor.LENGTH, length);
        graph.message(
                OnnxFields.Graph.INITIALIZER,
                tensor.number(OnnxFields.Tensor.TYPE, element.onnx())
                        .text(OnnxFields.Tensor.NAME, name)
                        .bytes(OnnxFields.Tensor.RAW, raw.array()));
        return name;
    }

    /// Adds a node with an operator of ONNX's default domain and one output.
    ///
    /// @return the given output name
    public String node(String operator, String output, List<String> inputs, Attribute... attributes) {
        var node = new Message();
        inputs.forEach(input -> node.text(OnnxFields.Node.INPUT, input));
        node.text(OnnxFields.Node.OUTPUT, output)
                .text(OnnxFields.Node.NAME, output)
                .text(OnnxFields.Node.OPERATOR, operator);
        for (var attribute : attributes) node.message(OnnxFields.Node.ATTRIBUTE, attribute(attribute));
        graph.message(OnnxFields.Graph.NODE, node);
        return output;
    }

    private static Message attribute(Attribute attribute) {
        var message = new Message().text(OnnxFields.Attribute.NAME, attribute.name);
        // "axes" of ReduceMax and other operators is a list even for one number.
        if (attribute.name.equals("axes")) {
            attribute.values.forEach(value -> message.number(OnnxFields.Attribute.INTS, value));
            return message.number(OnnxFields.Attribute.TYPE, OnnxFields.Attribute.TYPE_INTS);
        }
        return message.number(OnnxFields.Attribute.INT, attribute.values.getFirst())
                .number(OnnxFields.Attribute.TYPE, OnnxFields.Attribute.TYPE_INT);
    }

    private static Message valueInfo(String name, ElementType element, long... lengths) {
        var shape = new Message();
        for (int i = 0; i < lengths.length; i++)
            shape.message(
                    OnnxFields.TensorTypeInfo.SHAPE_DIMENSION,
                    lengths[i] < 0
                            ? new Message().text(OnnxFields.TensorTypeInfo.DIMENSION_NAME, name + "_" + i)
                            : new Message().number(OnnxFields.TensorTypeInfo.DIMENSION_LENGTH, lengths[i]));
        var tensor = new Message()
                .number(OnnxFields.TensorTypeInfo.ELEMENT, element.onnx())
                .message(OnnxFields.TensorTypeInfo.SHAPE, shape);
        return new Message()
                .text(OnnxFields.Value.NAME, name)
                .message(OnnxFields.Value.TYPE, new Message().message(OnnxFields.Value.TYPE_TENSOR, tensor));
    }

    /// The bytes of the model file.
    public byte[] bytes() {
        return new Message()
                .number(OnnxFields.Model.IR_VERSION, IR_VERSION)
                .text(OnnxFields.Model.PRODUCER, "espalier")
                .message(OnnxFields.Model.GRAPH, graph.text(OnnxFields.Graph.NAME, "espalier"))
                .message(
                        OnnxFields.Model.OPSET,
                        new Message().text(OnnxFields.Opset.DOMAIN, "").number(OnnxFields.Opset.VERSION, OPSET))
                .toBytes();
    }
}
