package dev.espalier.engine.graph;

import dev.espalier.engine.format.ElementType;
import dev.espalier.engine.format.OnnxFields;
import dev.espalier.engine.format.Proto;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A file with all weights of a graph. Matrices are quantized to int8 with one scale per output (docs/decisions/0067);
/// other tensors are copied. Offsets depend on the graph only, so a file that exists is reused. Not thread-safe.
final class QuantizedWeights implements Weights {
    private static final int ALIGNMENT = 64;
    private static final int MAX_CODE = 127;
    private static final float MIN_MAGNITUDE = 1e-12f;

    private final GraphFile graph;
    private final Path graphFolder;
    private final Path file;
    private final Arena arena;
    private final Map<String, MemorySegment> open = new HashMap<>();
    private final Map<String, Section> sections = new LinkedHashMap<>();
    private long end;

    /// @param matrix the source of an int8 table or of its scales, null for a tensor that is copied
    private record Section(MemorySegment numbers, @Nullable Matrix matrix, long offset, long length) {}

    /// Names and serialized messages of two tensors: `[inputs, outputs]` in int8, and the outputs' scales.
    record QuantizedMatrix(String table, String scales, byte[] tableMessage, byte[] scalesMessage) {}

    /// A constant f32 matrix `[inputs, outputs]`, or `[outputs, inputs]` if transposed.
    private record Matrix(MemorySegment numbers, int inputs, int outputs, boolean transposed) {}

    /// @param graphFolder the folder of the graph
    /// @param file   the file to write
    QuantizedWeights(GraphFile graph, Path graphFolder, Path file, Arena arena) {
        this.graph = graph;
        this.graphFolder = graphFolder;
        this.file = file;
        this.arena = arena;
    }

    @Override
    public Map<String, String> externalData(Tensor tensor, MemorySegment numbers) throws IOException {
        return entries(add(tensor.name(), numbers(tensor), null, -1));
    }

    /// Quantizes the second factor of a product.
    ///
    /// @param outputsFirst true if the product reads it as `[outputs, inputs]`
    /// @return null if it is not a constant f32 matrix
    @Nullable
    QuantizedMatrix quantize(String name, boolean outputsFirst) throws IOException {
        boolean computed = graph.constant(name) == null;
        var maker = graph.producer(name);
        if (computed && (maker == null || !maker.is("Transpose"))) return null;
        var tensor = graph.constant(computed ? Objects.requireNonNull(maker).input(0) : name);
        boolean transposed = computed != outputsFirst;
        if (tensor == null
                || tensor.type() != ElementType.F32.onnx()
                || tensor.lengths().size() != 2) return null;
        int first = Math.toIntExact(tensor.lengths().getFirst());
        int second = Math.toIntExact(tensor.lengths().getLast());
        var matrix = new Matrix(numbers(tensor), transposed ? second : first, transposed ? first : second, transposed);
        if (matrix.numbers.byteSize() != 4L * first * second) return null;
        String table = name + (outputsFirst ? ".across" : "") + ".int8";
        String scales = name + (outputsFirst ? ".across" : "") + ".scale";
        return new QuantizedMatrix(
                table,
                scales,
                message(
                        table,
                        ElementType.I8,
                        add(table, matrix.numbers, matrix, (long) first * second),
                        matrix.inputs,
                        matrix.outputs),
                message(
                        scales,
                        ElementType.F32,
                        add(scales, matrix.numbers, matrix, 4L * matrix.outputs),
                        matrix.outputs));
    }

    private byte[] message(String name, ElementType element, Section section, long... lengths) {
        var tensor = new Proto.Message();
        for (long length : lengths) tensor.number(OnnxFields.Tensor.LENGTH, length);
        tensor.number(OnnxFields.Tensor.TYPE, element.onnx())
                .text(OnnxFields.Tensor.NAME, name)
                .number(OnnxFields.Tensor.DATA_LOCATION, OnnxFields.Tensor.EXTERNAL);
        entries(section)
                .forEach((key, value) -> tensor.message(
                        OnnxFields.Tensor.EXTERNAL_DATA,
                        new Proto.Message().text(OnnxFields.Entry.KEY, key).text(OnnxFields.Entry.VALUE, value)));
        return tensor.toBytes();
    }

    private Map<String, String> entries(Section section) {
        return Map.of(
                "location",
                file.getFileName().toString(),
                "offset",
                Long.toString(section.offset),
                "length",
                Long.toString(section.length));
    }

    private Section add(String name, MemorySegment numbers, @Nullable Matrix matrix, long length) {
        return sections.computeIfAbsent(name, _ -> {
            long offset = (end + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
            long bytes = length < 0 ? numbers.byteSize() : length;
            end = offset + bytes;
            return new Section(numbers, matrix, offset, bytes);
        });
    }

    private MemorySegment numbers(Tensor tensor) throws IOException {
        var raw = Proto.first(tensor.fields(), OnnxFields.Tensor.RAW);
        if (raw.isPresent()) return raw.get().bytes();
        var externalData = tensor.externalData();
        String location = externalData.getOrDefault("location", "");
        var mapped = open.get(location);
        if (mapped == null) {
            try (var channel = FileChannel.open(graphFolder.resolve(location), StandardOpenOption.READ)) {
                mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            }
            open.put(location, mapped);
        }
        long offset = Long.parseLong(externalData.getOrDefault("offset", "0"));
        return mapped.asSlice(
                offset,
                externalData.containsKey("length")
                        ? Long.parseLong(externalData.get("length"))
                        : mapped.byteSize() - offset);
    }

    /// Writes the file atomically, unless it exists.
    void write() throws IOException {
        if (Files.isRegularFile(file) && Files.size(file) == end) return;
        Files.createDirectories(file.getParent());
        var temporary = Files.createTempFile(file.getParent(), "new", "");
        try {
            try (var channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                for (var section : sections.entrySet()) write(channel, section.getKey(), section.getValue());
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static void write(FileChannel channel, String name, Section section) throws IOException {
        if (section.matrix == null) {
            // In chunks, since a buffer has at most 2 GB.
            for (long at = 0, chunk; at < section.length; at += chunk) {
                chunk = Math.min(section.length - at, 1 << 26);
                write(
                        channel,
                        section.offset + at,
                        section.numbers.asSlice(at, chunk).asByteBuffer());
            }
            return;
        }
        var scales = scales(section.matrix);
        if (name.endsWith(".scale")) {
            var bytes = ByteBuffer.allocate(4 * scales.length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(scales);
            write(channel, section.offset, bytes);
        } else {
            table(channel, section.offset, section.matrix, scales);
        }
    }

    private static void write(FileChannel channel, long at, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) at += channel.write(bytes, at);
    }

    private static float[] scales(Matrix matrix) {
        var maxima = new float[matrix.outputs];
        int rows = matrix.transposed ? matrix.outputs : matrix.inputs;
        var row = new float[matrix.transposed ? matrix.inputs : matrix.outputs];
        for (int i = 0; i < rows; i++) {
            MemorySegment.copy(
                    matrix.numbers, ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * i * row.length, row, 0, row.length);
            if (matrix.transposed) for (float number : row) maxima[i] = Math.max(maxima[i], Math.abs(number));
            else for (int n = 0; n < row.length; n++) maxima[n] = Math.max(maxima[n], Math.abs(row[n]));
        }
        for (int n = 0; n < maxima.length; n++) maxima[n] = Math.max(maxima[n], MIN_MAGNITUDE) / MAX_CODE;
        return maxima;
    }

    private static void table(FileChannel channel, long at, Matrix matrix, float[] scales) throws IOException {
        // Inputs per chunk.
        int step = Math.max(1, (1 << 22) / matrix.outputs);
        var row = new float[matrix.transposed ? step : matrix.outputs];
        var codes = new byte[step * matrix.outputs];
        for (int from = 0; from < matrix.inputs; from += step) {
            int count = Math.min(step, matrix.inputs - from);
            if (matrix.transposed) {
                for (int n = 0; n < matrix.outputs; n++) {
                    MemorySegment.copy(
                            matrix.numbers,
                            ValueLayout.JAVA_FLOAT_UNALIGNED,
                            4 * ((long) n * matrix.inputs + from),
                            row,
                            0,
                            count);
                    for (int k = 0; k < count; k++) codes[k * matrix.outputs + n] = code(row[k], scales[n]);
                }
            } else {
                for (int k = 0; k < count; k++) {
                    MemorySegment.copy(
                            matrix.numbers,
                            ValueLayout.JAVA_FLOAT_UNALIGNED,
                            4L * (from + k) * matrix.outputs,
                            row,
                            0,
                            matrix.outputs);
                    for (int n = 0; n < matrix.outputs; n++) codes[k * matrix.outputs + n] = code(row[n], scales[n]);
                }
            }
            write(channel, at + (long) from * matrix.outputs, ByteBuffer.wrap(codes, 0, count * matrix.outputs));
        }
    }

    private static byte code(float number, float scale) {
        return (byte) Math.clamp(Math.rint(number / scale), -MAX_CODE, MAX_CODE);
    }
}
