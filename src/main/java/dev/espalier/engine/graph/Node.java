package dev.espalier.engine.graph;

import dev.espalier.engine.format.OnnxFields;
import dev.espalier.engine.format.Proto;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// A node of a graph, as parsed from its file.
///
/// @param operator   its name; `domain:name` for domains other than ONNX's default
/// @param inputs     names of tensors, "" for an omitted one
/// @param inner      names that subgraphs of the node may read, such as the branches of If
/// @param attributes fields of each attribute by name
/// @param fields     all fields of the node's message
record Node(
        String operator,
        List<String> inputs,
        List<String> outputs,
        List<String> inner,
        Map<String, List<Proto.Field>> attributes,
        List<Proto.Field> fields) {
    /// Max depth of nested subgraphs, deeper than any exporter writes.
    private static final int MAX_DEPTH = 32;

    static Node read(MemorySegment bytes) {
        return read(bytes, 0);
    }

    private static Node read(MemorySegment bytes, int depth) {
        if (depth > MAX_DEPTH) throw new IndexOutOfBoundsException("graphs nest too deep");
        var fields = Proto.fields(bytes);
        var inputs = new ArrayList<String>();
        var outputs = new ArrayList<String>();
        var inner = new ArrayList<String>();
        var attributes = new HashMap<String, List<Proto.Field>>();
        String operator = "";
        String domain = "";
        for (var field : fields) {
            switch (field.number()) {
                case OnnxFields.Node.INPUT -> inputs.add(field.text());
                case OnnxFields.Node.OUTPUT -> outputs.add(field.text());
                case OnnxFields.Node.OPERATOR -> operator = field.text();
                case OnnxFields.Node.DOMAIN -> domain = field.text();
                case OnnxFields.Node.ATTRIBUTE -> {
                    var parts = Proto.fields(field.bytes());
                    Proto.first(parts, OnnxFields.Attribute.NAME).ifPresent(name -> attributes.put(name.text(), parts));
                    for (var part : parts)
                        if (part.number() == OnnxFields.Attribute.GRAPH) inner(part.bytes(), inner, depth);
                }
                default -> {}
            }
        }
        return new Node(
                domain.isEmpty() || domain.equals("ai.onnx") ? operator : domain + ":" + operator,
                List.copyOf(inputs),
                List.copyOf(outputs),
                List.copyOf(inner),
                attributes,
                fields);
    }

    private static void inner(MemorySegment graph, List<String> names, int depth) {
        for (var field : Proto.fields(graph)) {
            if (field.number() == OnnxFields.Graph.NODE) {
                var node = read(field.bytes(), depth + 1);
                names.addAll(node.inputs);
                names.addAll(node.inner);
            }
            // A branch may return a tensor of the outer graph.
            if (field.number() == OnnxFields.Graph.OUTPUT)
                Proto.first(Proto.fields(field.bytes()), OnnxFields.Value.NAME)
                        .ifPresent(name -> names.add(name.text()));
        }
    }

    boolean is(String... operators) {
        return List.of(operators).contains(operator);
    }

    String input(int index) {
        return index < inputs.size() ? inputs.get(index) : "";
    }

    String output() {
        return outputs.isEmpty() ? "" : outputs.getFirst();
    }

    OptionalLong intAttribute(String attribute) {
        return attributeField(attribute, OnnxFields.Attribute.INT)
                .map(field -> OptionalLong.of(field.value()))
                .orElse(OptionalLong.empty());
    }

    List<Long> intsAttribute(String attribute) {
        var found = new ArrayList<Long>();
        for (var field : attributes.getOrDefault(attribute, List.of()))
            if (field.number() == OnnxFields.Attribute.INTS) found.addAll(field.numbers());
        return found;
    }

    Optional<Proto.Field> attributeField(String attribute, int number) {
        return Proto.first(attributes.getOrDefault(attribute, List.of()), number);
    }

    /// The same node with renamed inputs.
    Node withInputs(Map<String, String> renamed) {
        if (inputs.stream().noneMatch(renamed::containsKey)) return this;
        var message = new Proto.Message();
        var others = new ArrayList<Proto.Field>();
        for (var input : inputs) message.text(OnnxFields.Node.INPUT, renamed.getOrDefault(input, input));
        for (var field : fields) if (field.number() != OnnxFields.Node.INPUT) others.add(field);
        var all = new ArrayList<>(Proto.fields(MemorySegment.ofArray(message.toBytes())));
        all.addAll(others);
        return new Node(
                operator,
                inputs.stream().map(input -> renamed.getOrDefault(input, input)).toList(),
                outputs,
                inner,
                attributes,
                all);
    }

    /// Serializes the node. All of its fields are strings or messages.
    Proto.Message message() {
        var message = new Proto.Message();
        for (var field : fields) message.bytes(field.number(), field.bytes());
        return message;
    }
}
