package dev.espalier.engine.graph;

import dev.espalier.engine.format.OnnxFields;
import dev.espalier.engine.format.Proto;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A graph as its file has it: operators, constants, and which makes what. Nothing of the file is copied.
final class GraphFile {
    /// A graph of a hundred layers takes some ten thousand.
    private static final long MOST_STEPS = 5_000_000;

    final MemorySegment bytes;
    final List<Proto.Field> model;
    final List<Proto.Field> graph;
    final List<Node> nodes = new ArrayList<>();
    final Map<String, Tensor> tensors = new LinkedHashMap<>();
    /// Descriptions of inputs and outputs by name.
    final Map<String, MemorySegment> inputs = new LinkedHashMap<>();
    final Map<String, MemorySegment> outputs = new LinkedHashMap<>();
    private long steps;
    private final Map<String, Node> makers = new HashMap<>();
    private final Map<String, List<Node>> users = new HashMap<>();

    GraphFile(MemorySegment bytes) {
        this.bytes = bytes;
        model = Proto.fields(bytes);
        graph = Proto.fields(Proto.first(model, OnnxFields.Model.GRAPH).orElseThrow(() -> new IndexOutOfBoundsException("no graph")).bytes());
        for (var field : graph) {
            switch (field.number()) {
                case OnnxFields.Graph.NODE -> nodes.add(Node.read(field.bytes()));
                case OnnxFields.Graph.INITIALIZER -> {
                    var tensor = Tensor.read(field.bytes());
                    tensors.put(tensor.name(), tensor);
                }
                case OnnxFields.Graph.INPUT -> inputs.put(name(field.bytes()), field.bytes());
                case OnnxFields.Graph.OUTPUT -> outputs.put(name(field.bytes()), field.bytes());
                default -> { }
            }
        }
        checkOrder();
        for (var node : nodes) {
            for (var output : node.outputs()) makers.put(output, node);
            for (var input : node.inputs()) users.computeIfAbsent(input, _ -> new ArrayList<>()).add(node);
        }
    }

    /// As ONNX has it: an operator stands behind those whose outputs it reads, and each output is made once. So every way back through a graph ends.
    private void checkOrder() {
        var all = new HashSet<String>();
        for (var node : nodes) for (var output : node.outputs())
            if (!output.isEmpty() && !all.add(output)) throw new IndexOutOfBoundsException("\"" + output + "\" is made twice");
        var made = new HashSet<String>();
        for (var node : nodes) {
            for (var input : node.inputs()) if (all.contains(input) && !made.contains(input)) throw new IndexOutOfBoundsException("\"" + input + "\" is read before it is made");
            made.addAll(node.outputs());
        }
    }

    /// Counts what is done to understand the graph: ways through it may be as many as two to the power of its depth.
    void step() {
        if (++steps > MOST_STEPS) throw new AttentionPattern.NotFound("it is too tangled to understand");
    }

    private static String name(MemorySegment value) {
        return Proto.first(Proto.fields(value), OnnxFields.Value.NAME).map(Proto.Field::text).orElse("");
    }

    /// The version of a domain's operators, "" for ONNX's own; 0 for a domain that it has none of.
    long opset(String domain) {
        for (var field : model) {
            if (field.number() != OnnxFields.Model.OPSET) continue;
            var parts = Proto.fields(field.bytes());
            String name = Proto.first(parts, OnnxFields.Opset.DOMAIN).map(Proto.Field::text).orElse("");
            if (name.equals(domain) || domain.isEmpty() && name.equals("ai.onnx")) return Proto.first(parts, OnnxFields.Opset.VERSION).map(Proto.Field::value).orElse(0L);
        }
        return 0;
    }

    @Nullable Node maker(String name) {
        return makers.get(name);
    }

    /// The operators that read a tensor, without those that only ask for its lengths.
    List<Node> users(String name) {
        return users.getOrDefault(name, List.of()).stream().filter(node -> !node.is("Shape", "Size")).toList();
    }

    /// The tensor before operators that leave its numbers as they are, but for their width.
    String behind(String name) {
        for (var node = maker(name); node != null && node.is("Identity", "Cast"); node = maker(name)) name = node.input(0);
        return name;
    }

    /// All names that [#behind] passes, from a tensor to what it is made of.
    Stream<String> same(String name) {
        var names = new ArrayList<>(List.of(name));
        for (var node = maker(name); node != null && node.is("Identity", "Cast"); node = maker(name)) names.add(name = node.input(0));
        return names.stream();
    }

    /// The constant that a name stands for, as a tensor of the graph or as an operator of its own.
    @Nullable Tensor constant(String name) {
        var tensor = tensors.get(name);
        if (tensor != null) return tensor;
        var node = maker(name);
        if (node == null || !node.is("Constant")) return null;
        return node.part("value", OnnxFields.Attribute.TENSOR).map(value -> Tensor.read(value.bytes())).orElse(null);
    }

    /// One number that is the same whatever the graph is given, but for a head's length, which graphs ask the shape of queries for.
    ///
    /// @param headDim what a last length of such a shape is
    OptionalDouble scalar(String name, int headDim) {
        return scalar(name, headDim, 0);
    }

    private OptionalDouble scalar(String name, int headDim, int depth) {
        step();
        var tensor = constant(name);
        if (tensor != null) {
            var numbers = tensor.numbers();
            return numbers.size() == 1 ? OptionalDouble.of(numbers.getFirst()) : OptionalDouble.empty();
        }
        var node = maker(name);
        if (node == null || depth > 16) return OptionalDouble.empty();
        if (node.is("Constant")) return node.part("value_float", OnnxFields.Attribute.FLOAT).map(value -> OptionalDouble.of(value.real()))
            .or(() -> node.part("value_int", OnnxFields.Attribute.INT).map(value -> OptionalDouble.of((double) value.value()))).orElse(OptionalDouble.empty());
        // torch.full: a tensor of zeros, to which the number is added.
        if (node.is("ConstantOfShape")) return OptionalDouble.of(node.part("value", OnnxFields.Attribute.TENSOR).map(value -> Tensor.read(value.bytes()).numbers()).filter(numbers -> numbers.size() == 1).map(List::getFirst).orElse(0.0));
        if (node.is("Slice", "Gather")) return lastLength(node) ? OptionalDouble.of(headDim) : OptionalDouble.empty();
        var a = scalar(node.input(0), headDim, depth + 1);
        if (a.isEmpty()) return a;
        if (node.is("Cast", "Identity", "Squeeze", "Unsqueeze", "Reshape", "Expand")) return a;
        if (node.is("Sqrt")) return OptionalDouble.of(Math.sqrt(a.getAsDouble()));
        if (node.is("Reciprocal")) return OptionalDouble.of(1 / a.getAsDouble());
        if (!node.is("Add", "Mul", "Div", "Pow")) return OptionalDouble.empty();
        var b = scalar(node.input(1), headDim, depth + 1);
        if (b.isEmpty()) return b;
        return OptionalDouble.of(switch (node.operator()) {
            case "Add" -> a.getAsDouble() + b.getAsDouble();
            case "Mul" -> a.getAsDouble() * b.getAsDouble();
            case "Div" -> a.getAsDouble() / b.getAsDouble();
            default -> Math.pow(a.getAsDouble(), b.getAsDouble());
        });
    }

    /// Whether it takes the last of a tensor's lengths.
    private boolean lastLength(Node node) {
        var of = maker(node.input(0));
        var at = constant(node.input(1));
        if (of == null || !of.is("Shape") || at == null || at.numbers().size() != 1) return false;
        double first = at.numbers().getFirst();
        return first == -1 || first == 3;
    }
}
