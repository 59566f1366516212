package dev.espalier.engine.device.ort;

import dev.espalier.engine.device.DeviceTensor;
import dev.espalier.engine.format.TensorType;
import java.lang.foreign.MemorySegment;

/// An `OrtValue` of the C API.
final class NativeTensor implements DeviceTensor {
    private final NativeBackend backend;
    private final MemorySegment value;
    private final TensorType type;
    private final MemorySegment data;
    private final boolean onHost;
    private boolean closed;

    /// @param data the memory of the elements
    NativeTensor(NativeBackend backend, MemorySegment value, TensorType type, MemorySegment data, boolean onHost) {
        this.backend = backend;
        this.value = value;
        this.type = type;
        this.data = data;
        this.onHost = onHost;
    }

    MemorySegment value() {
        if (closed) throw new IllegalStateException("the tensor is closed");
        return value;
    }

    @Override
    public TensorType type() {
        return type;
    }

    @Override
    public MemorySegment read() {
        return onHost ? data.asReadOnly() : backend.fetch(data);
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        backend.runtime().api().release(OrtFunction.RELEASE_VALUE, value);
    }
}
