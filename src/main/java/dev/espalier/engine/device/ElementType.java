package dev.espalier.engine.device;

/// What a tensor's elements are, with ONNX's number for it (`TensorProto.DataType`, also in ONNX Runtime's C interface).
public enum ElementType {
    F32(1, 4), U8(2, 1), I8(3, 1), I32(6, 4), I64(7, 8), BOOL(9, 1), F16(10, 2), F64(11, 8), BF16(16, 2);

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

    static ElementType of(int onnx) {
        for (var type : values()) if (type.onnx == onnx) return type;
        throw new DeviceException("tensors of ONNX's element type " + onnx + " are not supported");
    }
}
