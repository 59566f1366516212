package dev.espalier.engine.format;

import dev.espalier.engine.format.Proto.Message;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/// Writes a small graph in ONNX's format (`onnx.proto`, a protocol buffer), for what a backend needs beside models.
public final class GraphBuilder {
    private static final int IR_VERSION = 8;
    private static final int OPSET = 17;

    private final Message graph = new Message();
    private int constants;

    /// A node's attribute of whole numbers.
    public record Attribute(String name, List<Long> values) {
        public static Attribute of(String name, long value) {
            return new Attribute(name, List.of(value));
        }
    }

    /// @param lengths -1 for any
    public GraphBuilder input(String name, ElementType element, long... lengths) {
        graph.message(11, value(name, element, lengths));
        return this;
    }

    /// @param lengths -1 for any
    public GraphBuilder output(String name, ElementType element, long... lengths) {
        graph.message(12, value(name, element, lengths));
        return this;
    }

    /// A constant of long integers, one-dimensional.
    ///
    /// @return its name
    public String longs(long... values) {
        var raw = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (long value : values) raw.putLong(value);
        return constant(ElementType.I64, raw, values.length);
    }

    /// A constant of one number without dimensions.
    ///
    /// @return its name
    public String scalar(float value) {
        return constant(ElementType.F32, ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat(value));
    }

    private String constant(ElementType element, ByteBuffer raw, long... lengths) {
        var name = "constant_" + constants++;
        var tensor = new Message();
        for (long length : lengths) tensor.number(1, length);
        graph.message(5, tensor.number(2, element.onnx()).text(8, name).bytes(9, raw.array()));
        return name;
    }

    /// Adds an operator of ONNX's own set with one output.
    ///
    /// @return the output's name, which is the one given
    public String node(String operator, String output, List<String> inputs, Attribute... attributes) {
        var node = new Message();
        inputs.forEach(input -> node.text(1, input));
        node.text(2, output).text(3, output).text(4, operator);
        for (var attribute : attributes) node.message(5, attribute(attribute));
        graph.message(1, node);
        return output;
    }

    private static Message attribute(Attribute attribute) {
        var message = new Message().text(1, attribute.name);
        // ReduceMax's and others' axes are lists even of one number.
        if (attribute.name.equals("axes")) {
            attribute.values.forEach(value -> message.number(8, value));
            return message.number(20, 7);
        }
        return message.number(3, attribute.values.getFirst()).number(20, 2);
    }

    private static Message value(String name, ElementType element, long... lengths) {
        var shape = new Message();
        for (int i = 0; i < lengths.length; i++) shape.message(1, lengths[i] < 0 ? new Message().text(2, name + "_" + i) : new Message().number(1, lengths[i]));
        var tensor = new Message().number(1, element.onnx()).message(2, shape);
        return new Message().text(1, name).message(2, new Message().message(1, tensor));
    }

    /// The model file.
    public byte[] bytes() {
        return new Message().number(1, IR_VERSION).text(2, "espalier").message(7, graph.text(2, "espalier")).message(8, new Message().text(1, "").number(2, OPSET)).toBytes();
    }
}
