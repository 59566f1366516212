package dev.espalier.engine.graph;

import dev.espalier.engine.GraphNames;
import dev.espalier.engine.device.ElementType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A graph that copies all KV at every token (optimum's exports), written anew with `com.microsoft.GroupQueryAttention`, whose past and present are one memory. Everything
/// but attention stays as the graph has it: its rotary positions, norms and biases. Weights stay where they are; the new graph refers to the old file's bytes
/// (docs/decisions/0080).
///
/// @param graph    the rewritten graph, whose logits are those of the last position only
/// @param original the graph as it was, with the masks among its outputs
/// @param masks    those outputs, and what a hidden position has in them
/// @param folder   where both graphs' weights lie
public record Rewriting(byte[] graph, byte[] original, Map<String, Hidden> masks, Path folder) {
    /// Part of what identifies a run's kernels: raised with every change of what a rewritten graph computes.
    public static final int VERSION = 1;

    /// What a mask has where a position is hidden: a large negative number, or a condition that is false or true.
    public enum Hidden { ADDED, FALSE, TRUE }

    /// A graph that is run as it is, and why.
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        public Refused(String reason) {
            super(reason);
        }
    }

    private static final String MICROSOFT = "com.microsoft";
    private static final String OWN = "espalier.";
    /// Smaller constants are copied: graphs' shapes are found with their numbers.
    private static final int SMALL = 1024;

    /// @throws Refused with half a sentence that says what is in the way
    public static Rewriting of(Path file, GraphNames names, int layers, int headDim, int kvHeads) throws Refused {
        // Where links lead: the runtime reads weights below one folder only, and caches of hubs are made of links.
        try (var channel = FileChannel.open(file, StandardOpenOption.READ); var arena = Arena.ofConfined()) {
            var graph = new GraphFile(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
            return new Work(graph, file.toRealPath(), file.toAbsolutePath().getParent(), names, layers, headDim, kvHeads).rewriting();
        } catch (IOException e) {
            throw new Refused("its file cannot be read (" + e.getMessage() + ")");
        } catch (Attention.NotFound e) {
            throw new Refused(e.getMessage());
        } catch (IndexOutOfBoundsException e) {
            throw new Refused("its file is not one that Espalier can read");
        }
    }

    private static final class Work {
        private final GraphFile graph;
        private final Path file;
        private final Path beside;
        private final GraphNames names;
        private final int layers;
        private final int headDim;
        private final int kvHeads;
        private final List<Attention> attentions = new ArrayList<>();
        /// Operators of ours, by the tensor that they make; they come before the graph's own of that name.
        private final Map<String, Made> made = new LinkedHashMap<>();
        private final Map<String, MemorySegment> constants = new LinkedHashMap<>();
        private final Map<String, String> renamed = new HashMap<>();
        /// The product with the vocabulary, where it is found.
        private @Nullable Node head;

        /// An operator of ours, all of whose outputs are known by its first one.
        private record Made(List<String> inputs, List<String> outputs, Proto.Message message) {}

        Work(GraphFile graph, Path file, Path beside, GraphNames names, int layers, int headDim, int kvHeads) {
            this.graph = graph;
            this.file = file;
            this.beside = beside;
            this.names = names;
            this.layers = layers;
            this.headDim = headDim;
            this.kvHeads = kvHeads;
        }

        Rewriting rewriting() throws Refused, IOException {
            if (!graph.inputs.containsKey(names.positions())) throw new Refused("it counts its past instead of being told positions");
            for (int layer = 0; layer < layers; layer++)
                attentions.add(Attention.find(graph, names.past(layer, 0), names.present(layer, 0), names.past(layer, 1), names.present(layer, 1), headDim));
            var masks = new LinkedHashMap<String, Hidden>();
            for (var attention : attentions) for (var mask : attention.masks()) if (graph.constant(mask.name()) == null) masks.put(mask.name(), mask.hidden());
            var original = emit(masks.keySet());
            lengths();
            for (int layer = 0; layer < layers; layer++) attend(layer, attentions.get(layer));
            lastPosition();
            return new Rewriting(emit(Set.of()), original, masks, file.getParent());
        }

        // ---- operators of ours

        private String node(String operator, String domain, List<String> inputs, List<String> outputs, Proto.Message... attributes) {
            var message = new Proto.Message();
            inputs.forEach(input -> message.text(1, input));
            outputs.forEach(output -> message.text(2, output));
            message.text(3, OWN + outputs.getFirst()).text(4, operator);
            for (var attribute : attributes) message.message(5, attribute);
            if (!domain.isEmpty()) message.text(7, domain);
            var node = new Made(inputs, outputs, message);
            outputs.forEach(output -> made.put(output, node));
            return outputs.getFirst();
        }

        private String node(String operator, String output, List<String> inputs, Proto.Message... attributes) {
            return node(operator, "", inputs, List.of(output), attributes);
        }

        // Fields of AttributeProto: i, f, ints; type 1 is a float, 2 a whole number, 7 several.
        private static Proto.Message whole(String name, long value) {
            return new Proto.Message().text(1, name).number(3, value).number(20, 2);
        }

        private static Proto.Message real(String name, double value) {
            return new Proto.Message().text(1, name).real(2, (float) value).number(20, 1);
        }

        private static Proto.Message wholes(String name, long... values) {
            var message = new Proto.Message().text(1, name);
            for (long value : values) message.number(8, value);
            return message.number(20, 7);
        }

        private String longs(long... values) {
            var name = new StringBuilder(OWN + "constant");
            var tensor = new Proto.Message().number(Tensor.LENGTH, values.length).number(Tensor.TYPE, ElementType.I64.onnx());
            for (long value : values) {
                name.append('_').append(value);
                tensor.number(7, value);
            }
            constants.put(name.toString(), MemorySegment.ofArray(tensor.text(Tensor.NAME, name.toString()).toBytes()));
            return name.toString();
        }

        /// How long rows are, from the attention mask; and the shapes of past and present, for whatever asks for them.
        private void lengths() {
            String mask = names.mask();
            String lengths = node("Shape", OWN + "mask_lengths", List.of(mask));
            String total = node("Gather", OWN + "total", List.of(lengths, longs(1)), whole("axis", 0));
            node("Cast", OWN + "total_32", List.of(node("Squeeze", OWN + "total_scalar", List.of(total))), whole("to", ElementType.I32.onnx()));
            // Sums take their axes in one way before opset 13 and in another since.
            String real = node("Cast", OWN + "mask_real", List.of(mask), whole("to", ElementType.F32.onnx()));
            String sum = node("Einsum", OWN + "mask_sum", List.of(real), new Proto.Message().text(1, "equation").text(4, "bt->b").number(20, 3));
            String known = node("Cast", OWN + "mask_length", List.of(sum), whole("to", ElementType.I64.onnx()));
            node("Cast", OWN + "last", List.of(node("Sub", OWN + "last_64", List.of(known, longs(1)))), whole("to", ElementType.I32.onnx()));
            String given = node("Shape", OWN + "ids_lengths", List.of(names.ids()));
            String rows = node("Gather", OWN + "rows", List.of(given, longs(0)), whole("axis", 0));
            String past = node("Sub", OWN + "past", List.of(total, node("Gather", OWN + "new", List.of(given, longs(1)), whole("axis", 0))));
            node("Concat", OWN + "past_shape", List.of(rows, longs(kvHeads), past, longs(headDim)), whole("axis", 0));
            node("Concat", OWN + "present_shape", List.of(rows, longs(kvHeads), total, longs(headDim)), whole("axis", 0));
        }

        private void attend(int layer, Attention attention) {
            String at = OWN + layer + ".";
            String query = sideBySide(attention.query(), at + "query", attention.heads());
            String key = sideBySide(attention.key(), at + "key", kvHeads);
            String value = sideBySide(attention.value(), at + "value", kvHeads);
            var attributes = new ArrayList<>(List.of(whole("num_heads", attention.heads()), whole("kv_num_heads", kvHeads), real("scale", attention.scale())));
            if (attention.softcap() > 0) attributes.add(real("softcap", attention.softcap()));
            node("GroupQueryAttention", MICROSOFT, List.of(query, key, value, names.past(layer, 0), names.past(layer, 1), OWN + "last", OWN + "total_32"),
                List.of(attention.output(), names.present(layer, 0), names.present(layer, 1)), attributes.toArray(Proto.Message[]::new));
            for (var name : attention.joined()) shapes(name, OWN + "present_shape");
            shapes(names.past(layer, 0), OWN + "past_shape");
            shapes(names.past(layer, 1), OWN + "past_shape");
        }

        /// `[rows, heads, new, headDim]` as `[rows, new, heads · headDim]`.
        private String sideBySide(String name, String output, int heads) {
            var before = graph.maker(name);
            boolean turned = before != null && before.is("Transpose") && before.wholes("perm").equals(List.of(0L, 2L, 1L, 3L));
            String apart = turned ? before.input(0) : node("Transpose", output + "_turned", List.of(name), wholes("perm", 0, 2, 1, 3));
            return node("Reshape", output, List.of(apart, longs(0, 0, (long) heads * headDim)));
        }

        /// The memory of past and present is longer than what it holds: whatever asks for its shape is told of the latter.
        private void shapes(String name, String shape) {
            for (var node : graph.nodes) {
                if (!node.is("Shape") || !node.input(0).equals(name)) continue;
                long from = node.whole("start").orElse(0);
                long to = node.whole("end").orElse(4);
                if (from == 0 && to == 4) node("Identity", node.output(), List.of(shape));
                else node("Slice", node.output(), List.of(shape, longs(from), longs(to)));
            }
        }

        /// Of the logits only the last position's are read: the product with the vocabulary has only that to do (docs/decisions/0074).
        private void lastPosition() {
            var node = graph.maker(names.logits());
            while (node != null && node.is("Cast", "Identity", "Mul", "Div", "Tanh", "Add")) {
                boolean constant = graph.constant(node.input(0)) != null;
                node = graph.maker(node.input(constant ? 1 : 0));
            }
            if (node == null || !node.is("MatMul", "com.microsoft:MatMulNBits")) return;
            String hidden = node.input(0);
            renamed.put(hidden, node("Gather", OWN + "last_hidden", List.of(hidden, longs(-1)), whole("axis", 1)));
            head = node;
        }

        // ---- writing

        /// Whatever the outputs need, operators behind what they read.
        ///
        /// @param further outputs
        private byte[] emit(Set<String> further) throws Refused, IOException {
            var outputs = new LinkedHashSet<>(graph.outputs.keySet());
            outputs.addAll(further);
            var wanted = new HashSet<String>();
            var nodes = new ArrayList<Proto.Message>();
            for (var output : outputs) order(output, wanted, nodes);
            var written = new Proto.Message();
            nodes.forEach(node -> written.message(GraphFile.NODE, node));
            for (var field : graph.graph) {
                switch (field.number()) {
                    case GraphFile.NODE, GraphFile.VALUE_INFO -> { }
                    case GraphFile.INITIALIZER -> {
                        var tensor = Tensor.read(field.bytes());
                        if (wanted.contains(tensor.name())) written.bytes(GraphFile.INITIALIZER, referred(tensor, field.bytes()));
                    }
                    default -> written.bytes(field.number(), field.bytes());
                }
            }
            for (var name : further) written.message(GraphFile.OUTPUT, new Proto.Message().text(1, name));
            constants.forEach((name, bytes) -> {
                if (wanted.contains(name)) written.bytes(GraphFile.INITIALIZER, bytes);
            });
            var model = new Proto.Message();
            boolean microsoft = false;
            for (var field : graph.model) {
                switch (field.number()) {
                    case GraphFile.GRAPH -> model.message(GraphFile.GRAPH, written);
                    case 1 -> model.number(1, field.value());
                    case 5 -> model.number(5, field.value());
                    default -> model.bytes(field.number(), field.bytes());
                }
                if (field.number() == 8) microsoft |= Proto.fields(field.bytes()).stream().anyMatch(part -> part.number() == 1 && part.text().equals(MICROSOFT));
            }
            if (!microsoft) model.message(8, new Proto.Message().text(1, MICROSOFT).number(2, 1));
            return model.toBytes();
        }

        /// Adds what makes a tensor, first what that reads. Graphs are too deep for recursion.
        private void order(String output, Set<String> wanted, List<Proto.Message> into) throws Refused {
            var open = new ArrayDeque<Object>(List.of(output));
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
                if (!made.isEmpty()) checkKv(node);
                wanted.addAll(node.outputs());
                var renamedNode = node == head ? node.on(renamed) : node;
                open.push(renamedNode.message());
                renamedNode.inputs().forEach(open::push);
                node.inner().forEach(open::push);
            }
        }

        private void checkKv(Node node) throws Refused {
            for (var name : node.inputs()) {
                boolean kv = attentions.stream().anyMatch(attention -> attention.joined().contains(name));
                for (int layer = 0; layer < layers && !kv; layer++) kv = name.equals(names.past(layer, 0)) || name.equals(names.past(layer, 1));
                if (kv) throw new Refused("it uses \"" + name + "\" outside of attention (" + node.operator() + ")");
            }
        }

        /// A tensor whose numbers stay where they are: in the graph's file or beside it.
        private byte[] referred(Tensor tensor, MemorySegment bytes) throws Refused, IOException {
            var raw = Proto.first(tensor.fields(), Tensor.RAW);
            boolean large = raw.isPresent() && raw.get().bytes().byteSize() >= SMALL;
            if (!large && !tensor.external()) return bytes.toArray(ValueLayout.JAVA_BYTE);
            var written = new Proto.Message();
            for (long length : tensor.lengths()) written.number(Tensor.LENGTH, length);
            written.number(Tensor.TYPE, tensor.type()).text(Tensor.NAME, tensor.name()).number(Tensor.DATA_LOCATION, 1);
            if (large) {
                var numbers = raw.get().bytes();
                entry(written, "location", file.getFileName().toString());
                entry(written, "offset", Long.toString(numbers.address() - graph.bytes.address()));
                entry(written, "length", Long.toString(numbers.byteSize()));
                return written.toBytes();
            }
            for (var field : tensor.fields()) {
                if (field.number() != Tensor.EXTERNAL_DATA) continue;
                var parts = Proto.fields(field.bytes());
                String key = Proto.first(parts, 1).map(Proto.Field::text).orElse("");
                String value = Proto.first(parts, 2).map(Proto.Field::text).orElse("");
                entry(written, key, key.equals("location") ? place(value) : value);
            }
            return written.toBytes();
        }

        /// A file beside the graph, as the runtime finds it from the folder where the graph really lies.
        private String place(String name) throws Refused, IOException {
            var folder = file.getParent();
            var there = beside.resolve(name).toRealPath();
            if (!there.startsWith(folder)) throw new Refused("its weights lie in another folder than its graph");
            return folder.relativize(there).toString().replace('\\', '/');
        }

        private static void entry(Proto.Message tensor, String key, String value) {
            tensor.message(Tensor.EXTERNAL_DATA, new Proto.Message().text(1, key).text(2, value));
        }
    }
}
