package dev.espalier.engine.graph;

import dev.espalier.engine.format.OnnxFields;
import dev.espalier.engine.format.Proto;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A constant tensor of a graph. Its data is not copied.
///
/// @param type   ONNX's number of the element type
/// @param fields all fields of its message
record Tensor(String name, int type, List<Long> lengths, List<Proto.Field> fields) {
    private static final int MAX_NUMBERS = 64;

    static Tensor read(MemorySegment bytes) {
        var fields = Proto.fields(bytes);
        var lengths = new ArrayList<Long>();
        for (var field : fields) if (field.number() == OnnxFields.Tensor.LENGTH) lengths.addAll(field.numbers());
        return new Tensor(
                Proto.first(fields, OnnxFields.Tensor.NAME)
                        .map(Proto.Field::text)
                        .orElse(""),
                Proto.first(fields, OnnxFields.Tensor.TYPE)
                        .map(field -> (int) field.value())
                        .orElse(0),
                lengths,
                fields);
    }

    boolean external() {
        return fields.stream().anyMatch(field -> field.number() == OnnxFields.Tensor.EXTERNAL_DATA);
    }

    /// The entries of external data: location, offset, length. Empty if the data is in the graph's file.
    Map<String, String> externalData() {
        var externalData = new HashMap<String, String>();
        for (var field : fields) {
            if (field.number() != OnnxFields.Tensor.EXTERNAL_DATA) continue;
            var parts = Proto.fields(field.bytes());
            externalData.put(
                    Proto.first(parts, OnnxFields.Entry.KEY)
                            .map(Proto.Field::text)
                            .orElse(""),
                    Proto.first(parts, OnnxFields.Entry.VALUE)
                            .map(Proto.Field::text)
                            .orElse(""));
        }
        return externalData;
    }

    /// The elements of a small tensor in the graph's file; empty for larger and external tensors.
    List<Double> numbers() {
        var found = new ArrayList<Double>();
        for (var field : fields) {
            if (field.bytes().byteSize() > MAX_NUMBERS * Long.BYTES) return List.of();
            switch (field.number()) {
                // float_data and double_data may be packed.
                case OnnxFields.Tensor.FLOATS -> raw(field.bytes(), 1, found);
                case OnnxFields.Tensor.DOUBLES -> raw(field.bytes(), 11, found);
                case OnnxFields.Tensor.INTS ->
                    field.numbers()
                            .forEach(bits -> found.add(
                                    type == 10
                                            ? Float.float16ToFloat((short) (long) bits)
                                            : type == 16
                                                    ? Float.intBitsToFloat((int) (long) bits << 16)
                                                    : (double) bits));
                case OnnxFields.Tensor.LONGS -> field.numbers().forEach(value -> found.add((double) value));
                case OnnxFields.Tensor.RAW -> raw(field.bytes(), type, found);
                default -> {}
            }
        }
        return found;
    }

    private static void raw(MemorySegment bytes, int type, List<Double> into) {
        int width = switch (type) {
            case 1, 6 -> 4;
            case 7, 11 -> 8;
            case 10, 16 -> 2;
            default -> 0;
        };
        for (long at = 0; width > 0 && at + width <= bytes.byteSize(); at += width) {
            into.add(
                    switch (type) {
                        case 1 -> (double) bytes.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at);
                        case 6 -> (double) bytes.get(ValueLayout.JAVA_INT_UNALIGNED, at);
                        case 7 -> (double) bytes.get(ValueLayout.JAVA_LONG_UNALIGNED, at);
                        case 11 -> bytes.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, at);
                        case 10 -> (double) Float.float16ToFloat(bytes.get(ValueLayout.JAVA_SHORT_UNALIGNED, at));
                        default -> (double) Float.intBitsToFloat(bytes.get(ValueLayout.JAVA_SHORT_UNALIGNED, at) << 16);
                    });
        }
    }
}
