package dev.espalier.engine.format;

import java.util.Arrays;
import java.util.Optional;

/// The element type of a tensor, with ONNX's number for it (`TensorProto.DataType`, also used by ONNX Runtime's C API)
/// and its bytes per element.
public enum ElementType {
    F32(1, 4),
    U8(2, 1),
    I8(3, 1),
    I32(6, 4),
    I64(7, 8),
    BOOL(9, 1),
    F16(10, 2),
    F64(11, 8),
    BF16(16, 2);

    private final int onnx;
    private final int bytes;

    ElementType(int onnx, int bytes) {
        this.onnx = onnx;
        this.bytes = bytes;
    }

    public int onnx() {
        return onnx;
    }

    public int bytes() {
        return bytes;
    }

    /// The type with a given ONNX number; empty for types that Espalier does not read.
    public static Optional<ElementType> of(int onnx) {
        return Arrays.stream(values()).filter(type -> type.onnx == onnx).findFirst();
    }
}
