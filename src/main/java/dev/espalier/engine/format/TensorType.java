package dev.espalier.engine.format;

import java.util.Arrays;
import java.util.stream.Collectors;

/// Element type and shape of a tensor.
///
/// @param shape lengths of the dimensions; -1 is any length
public record TensorType(ElementType element, long... shape) {
    @Override
    public boolean equals(Object o) {
        return o instanceof TensorType(var e, var s) && e == element && Arrays.equals(s, shape);
    }

    @Override
    public int hashCode() {
        return 31 * element.hashCode() + Arrays.hashCode(shape);
    }

    /// Such as `f32[-1, 4, -1, 32]`.
    @Override
    public String toString() {
        return element.name().toLowerCase(java.util.Locale.ROOT)
                + Arrays.stream(shape).mapToObj(Long::toString).collect(Collectors.joining(", ", "[", "]"));
    }

    /// Size in bytes. All lengths must be known.
    public long bytes() {
        long bytes = element.bytes();
        for (long length : shape) bytes = Math.multiplyExact(bytes, length);
        return bytes;
    }
}
