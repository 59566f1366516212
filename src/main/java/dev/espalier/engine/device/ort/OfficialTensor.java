package dev.espalier.engine.device.ort;

import ai.onnxruntime.OnnxTensor;
import dev.espalier.engine.device.DeviceTensor;
import dev.espalier.engine.format.TensorType;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// A tensor of ONNX Runtime's Java API.
///
/// @param memory the memory under the tensor, null if ONNX Runtime allocated it
record OfficialTensor(
        OnnxTensor tensor, TensorType type, @Nullable MemorySegment memory) implements DeviceTensor {
    @Override
    public MemorySegment read() {
        if (memory != null) return memory.asReadOnly();
        return MemorySegment.ofBuffer(
                switch (type.element()) {
                    case F32 -> tensor.getFloatBuffer();
                    case F64 -> tensor.getDoubleBuffer();
                    case F16, BF16 -> tensor.getShortBuffer();
                    case I32 -> tensor.getIntBuffer();
                    case I64 -> tensor.getLongBuffer();
                    case I8, U8, BOOL -> tensor.getByteBuffer();
                });
    }

    @Override
    public void close() {
        tensor.close();
    }
}
