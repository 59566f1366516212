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

/// A parsed graph file: nodes, constants, and the producer and consumers of each tensor. The file's bytes are not
/// copied. Not thread-safe.
final class GraphFile {
    /// A graph of a hundred layers needs some ten thousand.
    private static final long MAX_STEPS = 5_000_000;

    final MemorySegment bytes;
    final List<Proto.Field> model;
    final List<Proto.Field> graph;
    final List<Node> nodes = new ArrayList<>();
    final Map<String, Tensor> tensors = new LinkedHashMap<>();
    /// `ValueInfoProto` of the inputs and outputs by name.
    final Map<String, MemorySegment> inputs = new LinkedHashMap<>();
    final Map<String, MemorySegment> outputs = new LinkedHashMap<>();
    private long steps;
    private final Map<String, Node> producers = new HashMap<>();
    private final Map<String, List<Node>> consumers = new HashMap<>();

    GraphFile(MemorySegment bytes) {
        this.bytes = bytes;
        model = Proto.fields(bytes);
        graph = Proto.fields(Proto.first(model, OnnxFields.Model.GRAPH)
                .orElseThrow(() -> new IndexOutOfBoundsException("no graph"))
                .bytes());
        for (var field : graph) {
            switch (field.number()) {
                case OnnxFields.Graph.NODE -> nodes.add(Node.read(field.bytes()));
                case OnnxFields.Graph.INITIALIZER -> {
                    var tensor = Tensor.read(field.bytes());
                    tensors.put(tensor.name(), tensor);
                }
                case OnnxFields.Graph.INPUT -> inputs.put(name(field.bytes()), field.bytes());
                case OnnxFields.Graph.OUTPUT -> outputs.put(name(field.bytes()), field.bytes());
                default -> {}
            }
        }
        checkOrder();
        for (var node : nodes) {
            for (var output : node.outputs()) producers.put(output, node);
            for (var input : node.inputs())
                consumers.computeIfAbsent(input, _ -> new ArrayList<>()).add(node);
        }
    }

    /// Checks ONNX's rules: a node stands after the nodes whose outputs it reads, and each tensor has one producer.
    /// Then every backward traversal ends.
    private void checkOrder() {
        var all = new HashSet<String>();
        for (var node : nodes)
            for (var output : node.outputs())
                if (!output.isEmpty() && !all.add(output))
                    throw new IndexOutOfBoundsException("\"" + output + "\" has two producers");
        var made = new HashSet<String>();
        for (var node : nodes) {
            for (var input : node.inputs())
                if (all.contains(input) && !made.contains(input))
                    throw new IndexOutOfBoundsException("\"" + input + "\" is read before it is produced");
            made.addAll(node.outputs());
        }
    }

    /// Counts a step of a traversal. The number of paths through a graph may be 2 to the power of its depth.
    ///
    /// @throws AttentionPattern.NotFound after too many steps
    void countStep() {
        if (++steps > MAX_STEPS) throw new AttentionPattern.NotFound("it is too complex to analyse");
    }

    private static String name(MemorySegment value) {
        return Proto.first(Proto.fields(value), OnnxFields.Value.NAME)
                .map(Proto.Field::text)
                .orElse("");
    }

    /// The operator-set version of a domain ("" is ONNX's default domain); 0 if the graph does not use the domain.
    long opset(String domain) {
        for (var field : model) {
            if (field.number() != OnnxFields.Model.OPSET) continue;
            var parts = Proto.fields(field.bytes());
            String name = Proto.first(parts, OnnxFields.Opset.DOMAIN)
                    .map(Proto.Field::text)
                    .orElse("");
            if (name.equals(domain) || domain.isEmpty() && name.equals("ai.onnx"))
                return Proto.first(parts, OnnxFields.Opset.VERSION)
                        .map(Proto.Field::value)
                        .orElse(0L);
        }
        return 0;
    }

    @Nullable
    Node producer(String name) {
        return producers.get(name);
    }

    /// The nodes that read a tensor's elements. Nodes that read its shape only are left out.
    List<Node> consumers(String name) {
        return consumers.getOrDefault(name, List.of()).stream()
                .filter(node -> !node.is("Shape", "Size"))
                .toList();
    }

    /// Follows Identity and Cast nodes back to the tensor that they read.
    String sourceOf(String name) {
        for (var node = producer(name); node != null && node.is("Identity", "Cast"); node = producer(name))
            name = node.input(0);
        return name;
    }

    /// A tensor's name and all names that [#sourceOf] passes.
    Stream<String> aliases(String name) {
        var names = new ArrayList<>(List.of(name));
        for (var node = producer(name); node != null && node.is("Identity", "Cast"); node = producer(name))
            names.add(name = node.input(0));
        return names.stream();
    }

    /// The constant with a name: an initializer or the output of a Constant node; null if it is neither.
    @Nullable
    Tensor constant(String name) {
        var tensor = tensors.get(name);
        if (tensor != null) return tensor;
        var node = producer(name);
        if (node == null || !node.is("Constant")) return null;
        return node.attributeField("value", OnnxFields.Attribute.TENSOR)
                .map(value -> Tensor.read(value.bytes()))
                .orElse(null);
    }

    /// Evaluates a scalar that does not depend on the graph's inputs. Graphs may read the head dimension from the
    /// shape of queries.
    ///
    /// @param headDim value of the last dimension of such a shape
    OptionalDouble scalar(String name, int headDim) {
        return scalar(name, headDim, 0);
    }

    private OptionalDouble scalar(String name, int headDim, int depth) {
        countStep();
        var tensor = constant(name);
        if (tensor != null) {
            var numbers = tensor.numbers();
            return numbers.size() == 1 ? OptionalDouble.of(numbers.getFirst()) : OptionalDouble.empty();
        }
        var node = producer(name);
        if (node == null || depth > 16) return OptionalDouble.empty();
        if (node.is("Constant"))
            return node.attributeField("value_float", OnnxFields.Attribute.FLOAT)
                    .map(value -> OptionalDouble.of(value.real()))
                    .or(() -> node.attributeField("value_int", OnnxFields.Attribute.INT)
                            .map(value -> OptionalDouble.of((double) value.value())))
                    .orElse(OptionalDouble.empty());
        // torch.full: a tensor of zeros, to which the number is added later.
        if (node.is("ConstantOfShape"))
            return OptionalDouble.of(node.attributeField("value", OnnxFields.Attribute.TENSOR)
                    .map(value -> Tensor.read(value.bytes()).numbers())
                    .filter(numbers -> numbers.size() == 1)
                    .map(List::getFirst)
                    .orElse(0.0));
        if (node.is("Slice", "Gather"))
            return readsLastDimension(node) ? OptionalDouble.of(headDim) : OptionalDouble.empty();
        var a = scalar(node.input(0), headDim, depth + 1);
        if (a.isEmpty()) return a;
        if (node.is("Cast", "Identity", "Squeeze", "Unsqueeze", "Reshape", "Expand")) return a;
        if (node.is("Sqrt")) return OptionalDouble.of(Math.sqrt(a.getAsDouble()));
        if (node.is("Reciprocal")) return OptionalDouble.of(1 / a.getAsDouble());
        if (!node.is("Add", "Mul", "Div", "Pow")) return OptionalDouble.empty();
        var b = scalar(node.input(1), headDim, depth + 1);
        if (b.isEmpty()) return b;
        return OptionalDouble.of(
                switch (node.operator()) {
                    case "Add" -> a.getAsDouble() + b.getAsDouble();
                    case "Mul" -> a.getAsDouble() * b.getAsDouble();
                    case "Div" -> a.getAsDouble() / b.getAsDouble();
                    default -> Math.pow(a.getAsDouble(), b.getAsDouble());
                });
    }

    /// True if a node reads the last dimension of a tensor's shape.
    private boolean readsLastDimension(Node node) {
        var of = producer(node.input(0));
        var at = constant(node.input(1));
        if (of == null || !of.is("Shape") || at == null || at.numbers().size() != 1) return false;
        double first = at.numbers().getFirst();
        return first == -1 || first == 3;
    }
}
