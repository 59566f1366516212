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

/// An operator of a graph, as its file has it.
///
/// @param operator   those of other domains than ONNX's as `domain:name`
/// @param inputs     names of tensors, "" for one that is left out
/// @param inner      names that graphs within it may use: the branches of If
/// @param attributes their fields by name
/// @param fields     of the whole message
record Node(String operator, List<String> inputs, List<String> outputs, List<String> inner, Map<String, List<Proto.Field>> attributes, List<Proto.Field> fields) {
    /// Graphs within nodes within graphs, further than any exporter makes them.
    private static final int DEEPEST = 32;

    static Node read(MemorySegment bytes) {
        return read(bytes, 0);
    }

    private static Node read(MemorySegment bytes, int depth) {
        if (depth > DEEPEST) throw new IndexOutOfBoundsException("graphs nest too deep");
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
                    for (var part : parts) if (part.number() == OnnxFields.Attribute.GRAPH) inner(part.bytes(), inner, depth);
                }
                default -> { }
            }
        }
        return new Node(domain.isEmpty() || domain.equals("ai.onnx") ? operator : domain + ":" + operator, List.copyOf(inputs), List.copyOf(outputs), List.copyOf(inner), attributes, fields);
    }

    private static void inner(MemorySegment graph, List<String> names, int depth) {
        for (var field : Proto.fields(graph)) {
            if (field.number() == OnnxFields.Graph.NODE) {
                var node = read(field.bytes(), depth + 1);
                names.addAll(node.inputs);
                names.addAll(node.inner);
            }
            // An output of a branch may be a name from outside.
            if (field.number() == OnnxFields.Graph.OUTPUT) Proto.first(Proto.fields(field.bytes()), OnnxFields.Value.NAME).ifPresent(name -> names.add(name.text()));
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

    OptionalLong whole(String attribute) {
        return part(attribute, OnnxFields.Attribute.INT).map(field -> OptionalLong.of(field.value())).orElse(OptionalLong.empty());
    }

    List<Long> wholes(String attribute) {
        var found = new ArrayList<Long>();
        for (var field : attributes.getOrDefault(attribute, List.of())) if (field.number() == OnnxFields.Attribute.INTS) found.addAll(field.numbers());
        return found;
    }

    Optional<Proto.Field> part(String attribute, int number) {
        return Proto.first(attributes.getOrDefault(attribute, List.of()), number);
    }

    /// The same operator on other inputs.
    Node on(Map<String, String> renamed) {
        if (inputs.stream().noneMatch(renamed::containsKey)) return this;
        var message = new Proto.Message();
        var others = new ArrayList<Proto.Field>();
        for (var input : inputs) message.text(OnnxFields.Node.INPUT, renamed.getOrDefault(input, input));
        for (var field : fields) if (field.number() != OnnxFields.Node.INPUT) others.add(field);
        var all = new ArrayList<>(Proto.fields(MemorySegment.ofArray(message.toBytes())));
        all.addAll(others);
        return new Node(operator, inputs.stream().map(input -> renamed.getOrDefault(input, input)).toList(), outputs, inner, attributes, all);
    }

    /// All fields of a node have bytes: names, attributes, texts.
    Proto.Message message() {
        var message = new Proto.Message();
        for (var field : fields) message.bytes(field.number(), field.bytes());
        return message;
    }
}
