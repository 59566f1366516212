package dev.espalier.engine.format;

import dev.espalier.EspalierException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Reads f32, f16 and bf16 elements as floats. Every 16-bit value is exactly representable as a float.
public final class Floats {
    private Floats() {}

    /// True for the types that this class reads.
    public static boolean readable(ElementType type) {
        return type == ElementType.F32 || type == ElementType.F16 || type == ElementType.BF16;
    }

    public static float get(MemorySegment memory, ElementType type, long index) {
        return switch (type) {
            case F32 -> memory.get(ValueLayout.JAVA_FLOAT_UNALIGNED, index * Float.BYTES);
            case F16 -> Float.float16ToFloat(memory.get(ValueLayout.JAVA_SHORT_UNALIGNED, index * Short.BYTES));
            case BF16 -> Float.intBitsToFloat(memory.get(ValueLayout.JAVA_SHORT_UNALIGNED, index * Short.BYTES) << 16);
            default ->
                throw new EspalierException("The graph returns elements of type " + type
                        + " where floats are expected; export it with f32, f16 or bf16 outputs.");
        };
    }

    /// Copies `target.length` elements.
    ///
    /// @param from index of the first element
    public static void copy(MemorySegment memory, ElementType type, long from, float[] target) {
        if (type == ElementType.F32)
            MemorySegment.copy(memory, ValueLayout.JAVA_FLOAT_UNALIGNED, from * Float.BYTES, target, 0, target.length);
        else for (int i = 0; i < target.length; i++) target[i] = get(memory, type, from + i);
    }
}
