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

/// A file with all weights of graphs whose matrices are rounded to int8, each with a scale for each of its outputs (docs/decisions/0067); other tensors as they are.
/// Places follow from the graph alone, so the file is written once and found again.
final class RoundedWeights implements Weights {
    private static final int ALIGNMENT = 64;
    private static final int MOST = 127;
    private static final float LEAST = 1e-12f;

    private final GraphFile graph;
    private final Path beside;
    private final Path file;
    private final Arena arena;
    private final Map<String, MemorySegment> open = new HashMap<>();
    private final Map<String, Piece> pieces = new LinkedHashMap<>();
    private long end;

    /// @param matrix of a table in int8 and of its scales, null for a tensor as it is
    private record Piece(MemorySegment numbers, @Nullable Matrix matrix, long offset, long length) {}

    /// Two tensors by name, and their messages: `[inputs, outputs]` of int8, and the outputs' scales.
    record Rounded(String table, String scales, byte[] tableText, byte[] scalesText) {}

    /// A constant `[inputs, outputs]` of floats, or the other way round.
    private record Matrix(MemorySegment numbers, int inputs, int outputs, boolean turned) {}

    /// @param beside the folder that the graph is found in
    /// @param file   that is written
    RoundedWeights(GraphFile graph, Path beside, Path file, Arena arena) {
        this.graph = graph;
        this.beside = beside;
        this.file = file;
        this.arena = arena;
    }

    @Override
    public Map<String, String> place(Tensor tensor, MemorySegment numbers) throws IOException {
        return entries(add(tensor.name(), numbers(tensor), null, -1));
    }

    /// What a product's second factor is rounded to.
    ///
    /// @param across whether it is `[outputs, inputs]` for the product
    /// @return null for what is no matrix of floats
    @Nullable Rounded rounded(String name, boolean across) throws IOException {
        boolean made = graph.constant(name) == null;
        var maker = graph.maker(name);
        if (made && (maker == null || !maker.is("Transpose"))) return null;
        var tensor = graph.constant(made ? Objects.requireNonNull(maker).input(0) : name);
        boolean turned = made != across;
        if (tensor == null || tensor.type() != ElementType.F32.onnx() || tensor.lengths().size() != 2) return null;
        int first = Math.toIntExact(tensor.lengths().getFirst());
        int second = Math.toIntExact(tensor.lengths().getLast());
        var matrix = new Matrix(numbers(tensor), turned ? second : first, turned ? first : second, turned);
        if (matrix.numbers.byteSize() != 4L * first * second) return null;
        String table = name + (across ? ".across" : "") + ".int8";
        String scales = name + (across ? ".across" : "") + ".scale";
        return new Rounded(table, scales, message(table, ElementType.I8, add(table, matrix.numbers, matrix, (long) first * second), matrix.inputs, matrix.outputs),
            message(scales, ElementType.F32, add(scales, matrix.numbers, matrix, 4L * matrix.outputs), matrix.outputs));
    }

    private byte[] message(String name, ElementType element, Piece piece, long... lengths) {
        var tensor = new Proto.Message();
        for (long length : lengths) tensor.number(OnnxFields.Tensor.LENGTH, length);
        tensor.number(OnnxFields.Tensor.TYPE, element.onnx()).text(OnnxFields.Tensor.NAME, name).number(OnnxFields.Tensor.DATA_LOCATION, OnnxFields.Tensor.EXTERNAL);
        entries(piece).forEach((key, value) -> tensor.message(OnnxFields.Tensor.EXTERNAL_DATA, new Proto.Message().text(OnnxFields.Entry.KEY, key).text(OnnxFields.Entry.VALUE, value)));
        return tensor.toBytes();
    }

    private Map<String, String> entries(Piece piece) {
        return Map.of("location", file.getFileName().toString(), "offset", Long.toString(piece.offset), "length", Long.toString(piece.length));
    }

    private Piece add(String name, MemorySegment numbers, @Nullable Matrix matrix, long length) {
        return pieces.computeIfAbsent(name, _ -> {
            long offset = (end + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
            long bytes = length < 0 ? numbers.byteSize() : length;
            end = offset + bytes;
            return new Piece(numbers, matrix, offset, bytes);
        });
    }

    private MemorySegment numbers(Tensor tensor) throws IOException {
        var raw = Proto.first(tensor.fields(), OnnxFields.Tensor.RAW);
        if (raw.isPresent()) return raw.get().bytes();
        var places = tensor.places();
        String location = places.getOrDefault("location", "");
        var whole = open.get(location);
        if (whole == null) {
            try (var channel = FileChannel.open(beside.resolve(location), StandardOpenOption.READ)) {
                whole = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            }
            open.put(location, whole);
        }
        long offset = Long.parseLong(places.getOrDefault("offset", "0"));
        return whole.asSlice(offset, places.containsKey("length") ? Long.parseLong(places.get("length")) : whole.byteSize() - offset);
    }

    /// Writes the file where it is not there already, whole or not at all.
    void write() throws IOException {
        if (Files.isRegularFile(file) && Files.size(file) == end) return;
        Files.createDirectories(file.getParent());
        var temporary = Files.createTempFile(file.getParent(), "new", "");
        try {
            try (var channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                for (var piece : pieces.entrySet()) write(channel, piece.getKey(), piece.getValue());
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static void write(FileChannel channel, String name, Piece piece) throws IOException {
        if (piece.matrix == null) {
            // In parts, since a buffer has at most 2 GB.
            for (long at = 0, part; at < piece.length; at += part) {
                part = Math.min(piece.length - at, 1 << 26);
                write(channel, piece.offset + at, piece.numbers.asSlice(at, part).asByteBuffer());
            }
            return;
        }
        var scales = scales(piece.matrix);
        if (name.endsWith(".scale")) {
            var bytes = ByteBuffer.allocate(4 * scales.length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(scales);
            write(channel, piece.offset, bytes);
        } else {
            table(channel, piece.offset, piece.matrix, scales);
        }
    }

    private static void write(FileChannel channel, long at, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) at += channel.write(bytes, at);
    }

    private static float[] scales(Matrix matrix) {
        var most = new float[matrix.outputs];
        int rows = matrix.turned ? matrix.outputs : matrix.inputs;
        var row = new float[matrix.turned ? matrix.inputs : matrix.outputs];
        for (int i = 0; i < rows; i++) {
            MemorySegment.copy(matrix.numbers, ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * i * row.length, row, 0, row.length);
            if (matrix.turned) for (float number : row) most[i] = Math.max(most[i], Math.abs(number));
            else for (int n = 0; n < row.length; n++) most[n] = Math.max(most[n], Math.abs(row[n]));
        }
        for (int n = 0; n < most.length; n++) most[n] = Math.max(most[n], LEAST) / MOST;
        return most;
    }

    private static void table(FileChannel channel, long at, Matrix matrix, float[] scales) throws IOException {
        // So many inputs at a time.
        int step = Math.max(1, (1 << 22) / matrix.outputs);
        var row = new float[matrix.turned ? step : matrix.outputs];
        var codes = new byte[step * matrix.outputs];
        for (int from = 0; from < matrix.inputs; from += step) {
            int count = Math.min(step, matrix.inputs - from);
            if (matrix.turned) {
                for (int n = 0; n < matrix.outputs; n++) {
                    MemorySegment.copy(matrix.numbers, ValueLayout.JAVA_FLOAT_UNALIGNED, 4 * ((long) n * matrix.inputs + from), row, 0, count);
                    for (int k = 0; k < count; k++) codes[k * matrix.outputs + n] = code(row[k], scales[n]);
                }
            } else {
                for (int k = 0; k < count; k++) {
                    MemorySegment.copy(matrix.numbers, ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * (from + k) * matrix.outputs, row, 0, matrix.outputs);
                    for (int n = 0; n < matrix.outputs; n++) codes[k * matrix.outputs + n] = code(row[n], scales[n]);
                }
            }
            write(channel, at + (long) from * matrix.outputs, ByteBuffer.wrap(codes, 0, count * matrix.outputs));
        }
    }

    private static byte code(float number, float scale) {
        return (byte) Math.clamp(Math.rint(number / scale), -MOST, MOST);
    }
}
