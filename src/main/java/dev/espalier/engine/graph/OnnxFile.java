package dev.espalier.engine.graph;

import dev.espalier.EspalierException;
import dev.espalier.engine.format.ElementType;
import dev.espalier.engine.format.FolderFile;
import dev.espalier.engine.format.OnnxFields;
import dev.espalier.engine.format.Proto;
import dev.espalier.engine.format.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Metadata of a graph file, read without loading it: the file is mapped and tensor data is skipped, so a graph with
/// gigabytes of weights costs no memory.
///
/// @param inputs    types by name in the graph's order, without weights; a variable length is -1
/// @param operators names of all operators; `domain:name` for domains other than ONNX's default
/// @param external  files with external tensor data, and the number of bytes that the graph expects in each
/// @param weights   number of elements of all tensors by type, without tables of rotary positions
public record OnnxFile(
        Path path,
        Map<String, TensorType> inputs,
        Map<String, TensorType> outputs,
        Set<String> operators,
        Map<String, Long> external,
        Map<ElementType, Long> weights) {

    /// Max depth of nested subgraphs, deeper than any exporter writes.
    private static final int MAX_DEPTH = 32;

    public static OnnxFile read(Path path) {
        if (!Files.isRegularFile(path))
            throw new EspalierException(path
                    + " is missing or not a regular file; a graph is expected there. Copy the model folder again.");
        try (var channel = FileChannel.open(path, StandardOpenOption.READ);
                var arena = Arena.ofConfined()) {
            var reader = new Reader(path);
            reader.model(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
            return reader.result();
        } catch (IOException e) {
            throw new EspalierException(
                    path + " cannot be read (" + e.getMessage()
                            + "); check its permissions or copy the model folder again.",
                    e);
        } catch (ArithmeticException e) {
            throw new EspalierException(
                    path
                            + " is damaged: it declares a tensor that is larger than any file. Copy the model folder again.",
                    e);
        } catch (IndexOutOfBoundsException e) {
            throw new EspalierException(
                    path + " ends too early or is no ONNX graph: a whole ONNX file is expected. Copy it again.", e);
        }
    }

    /// Checks that the files with external tensor data exist and are long enough.
    ///
    /// @throws EspalierException if one is missing, too short or outside of the folder
    public void checkExternal() {
        external.forEach((name, bytes) -> {
            var file = FolderFile.inside(
                            Objects.requireNonNull(path.toAbsolutePath().getParent()), name)
                    .orElseThrow(() -> new EspalierException(
                            "%s expects weights in \"%s\", which is not a file of its folder; copy the model folder again."
                                    .formatted(path, name)));
            if (!Files.isRegularFile(file))
                throw new EspalierException("The file " + file + " is missing; " + path.getFileName()
                        + " expects its weights there. Copy the model folder again.");
            try {
                long size = Files.size(file);
                if (size < bytes)
                    throw new EspalierException(
                            "%s has %,d bytes, and %s expects at least %,d; the copy was cut off: copy it again."
                                    .formatted(file, size, path.getFileName(), bytes));
            } catch (IOException e) {
                throw new EspalierException(
                        file + " cannot be read (" + e.getMessage()
                                + "); check its permissions or copy the model folder again.",
                        e);
            }
        });
    }

    /// The number of parameters. A u8 element of 4-bit weights holds two.
    public long parameters() {
        return weights.entrySet().stream()
                .mapToLong(e -> e.getKey() == ElementType.U8 && operators.contains("com.microsoft:MatMulNBits")
                        ? 2 * e.getValue()
                        : e.getValue())
                .sum();
    }

    /// The display name of the type of most weights.
    public String precision() {
        if (operators.contains("com.microsoft:MatMulNBits")) return "4/8-bit weights";
        if (batchDependent() || operators.contains("MatMulInteger")) return "int8";
        return weights.entrySet().stream()
                .filter(e -> e.getKey() != ElementType.I64)
                .max(Map.Entry.comparingByValue())
                .map(e -> e.getKey().name().toLowerCase(java.util.Locale.ROOT))
                .orElse("f32");
    }

    /// True if the graph computes one scale over all rows of a batch, so that a row's result depends on the other
    /// rows (docs/decisions/0010). Such models run with batch size 1.
    public boolean batchDependent() {
        return operators.contains("DynamicQuantizeLinear");
    }

    /// Batch sizes must be a multiple of this number. With 4-bit weights, ONNX Runtime 1.29 uses another kernel
    /// with other rounding for one row than for several. In int8 products with blocks of 64 and more it does so for
    /// the last row of an odd number too (docs/decisions/0073).
    public int rowMultiple() {
        return operators.contains("com.microsoft:MatMulNBits") && !batchDependent() ? 2 : 1;
    }

    private static final class Reader {
        private final Path path;
        private final Map<String, TensorType> inputs = new LinkedHashMap<>();
        private final Map<String, TensorType> outputs = new LinkedHashMap<>();
        private final Set<String> operators = new TreeSet<>();
        private final Set<String> initializers = new TreeSet<>();
        private final Map<String, Long> external = new TreeMap<>();
        private final Map<ElementType, Long> weights = new EnumMap<>(ElementType.class);
        private boolean graphSeen;

        Reader(Path path) {
            this.path = path;
        }

        OnnxFile result() {
            if (!graphSeen) throw new IndexOutOfBoundsException("no graph");
            inputs.keySet().removeAll(initializers);
            return new OnnxFile(path, inputs, outputs, operators, external, weights);
        }

        void model(MemorySegment bytes) {
            for (var field : Proto.fields(bytes)) {
                switch (field.number()) {
                    case OnnxFields.Model.GRAPH -> graph(field.bytes(), 0);
                    case OnnxFields.Model.FUNCTION ->
                        Proto.fields(field.bytes()).stream()
                                .filter(part -> part.number() == OnnxFields.Function.NODE)
                                .forEach(part -> node(part.bytes(), 1));
                    default -> {}
                }
            }
        }

        private void graph(MemorySegment bytes, int depth) {
            if (depth > MAX_DEPTH) throw new IndexOutOfBoundsException("graphs nest too deep");
            boolean outer = depth == 0;
            graphSeen = true;
            for (var field : Proto.fields(bytes)) {
                switch (field.number()) {
                    case OnnxFields.Graph.NODE -> node(field.bytes(), depth);
                    case OnnxFields.Graph.INITIALIZER -> tensor(field.bytes());
                    case OnnxFields.Graph.INPUT -> {
                        if (outer) value(field.bytes(), inputs);
                    }
                    case OnnxFields.Graph.OUTPUT -> {
                        if (outer) value(field.bytes(), outputs);
                    }
                    default -> {}
                }
            }
        }

        private void node(MemorySegment bytes, int depth) {
            String operator = "";
            String domain = "";
            for (var field : Proto.fields(bytes)) {
                switch (field.number()) {
                    case OnnxFields.Node.OPERATOR -> operator = field.text();
                    case OnnxFields.Node.DOMAIN -> domain = field.text();
                    // Subgraphs, such as the branches of If.
                    case OnnxFields.Node.ATTRIBUTE ->
                        Proto.fields(field.bytes()).stream()
                                .filter(part -> part.number() == OnnxFields.Attribute.GRAPH)
                                .forEach(part -> graph(part.bytes(), depth + 1));
                    default -> {}
                }
            }
            operators.add(domain.isEmpty() || domain.equals("ai.onnx") ? operator : domain + ":" + operator);
        }

        private void tensor(MemorySegment bytes) {
            long elements = 1;
            int type = 0;
            boolean table = false;
            var externalData = new TreeMap<String, String>();
            for (var field : Proto.fields(bytes)) {
                switch (field.number()) {
                    case OnnxFields.Tensor.LENGTH -> {
                        for (long length : field.numbers()) elements = Math.multiplyExact(elements, positive(length));
                    }
                    case OnnxFields.Tensor.TYPE -> type = (int) field.value();
                    case OnnxFields.Tensor.NAME -> {
                        initializers.add(field.text());
                        // Tables of rotary positions do not count as parameters.
                        table = field.text().matches(".*(cos|sin)_cache.*");
                    }
                    case OnnxFields.Tensor.EXTERNAL_DATA -> {
                        var entry = Proto.fields(field.bytes());
                        if (entry.size() == 2)
                            externalData.put(entry.get(0).text(), entry.get(1).text());
                    }
                    default -> {}
                }
            }
            for (var known : ElementType.values())
                if (known.onnx() == type && !table) weights.merge(known, elements, Math::addExact);
            var location = externalData.get("location");
            if (location != null)
                external.merge(
                        location,
                        Math.addExact(number(externalData, "offset"), number(externalData, "length")),
                        Math::max);
        }

        private static long positive(long number) {
            if (number < 0) throw new ArithmeticException("negative");
            return number;
        }

        private long number(Map<String, String> externalData, String name) {
            try {
                return positive(Long.parseLong(externalData.getOrDefault(name, "0")));
            } catch (NumberFormatException e) {
                throw new EspalierException(
                        path + " says that a tensor's " + name + " is \"" + externalData.get(name)
                                + "\", where a number is expected; copy the file again.",
                        e);
            }
        }

        private void value(MemorySegment bytes, Map<String, TensorType> into) {
            String name = "";
            var lengths = new ArrayList<Long>();
            int type = 0;
            for (var field : Proto.fields(bytes)) {
                if (field.number() == OnnxFields.Value.NAME) name = field.text();
                if (field.number() != OnnxFields.Value.TYPE) continue;
                for (var kind : Proto.fields(field.bytes())) {
                    if (kind.number() != OnnxFields.Value.TYPE_TENSOR) continue;
                    for (var part : Proto.fields(kind.bytes())) {
                        if (part.number() == OnnxFields.TensorTypeInfo.ELEMENT) type = (int) part.value();
                        if (part.number() == OnnxFields.TensorTypeInfo.SHAPE)
                            for (var dimension : Proto.fields(part.bytes()))
                                lengths.add(Proto.fields(dimension.bytes()).stream()
                                        .filter(d -> d.number() == OnnxFields.TensorTypeInfo.DIMENSION_LENGTH)
                                        .map(d -> d.value())
                                        .findFirst()
                                        .orElse(-1L));
                    }
                }
            }
            for (var known : ElementType.values())
                if (known.onnx() == type)
                    into.put(
                            name,
                            new TensorType(
                                    known, lengths.stream().mapToLong(l -> l).toArray()));
        }
    }
}
