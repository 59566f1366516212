package dev.espalier.engine.device.cuda;

import dev.espalier.engine.device.DeviceMemory;
import java.lang.foreign.MemorySegment;

/// Memory of a GPU.
public final class CudaMemory implements DeviceMemory {
    private final CudaDevice device;
    private final MemorySegment address;
    private boolean closed;

    /// @param address on the device; Java must not dereference it
    CudaMemory(CudaDevice device, MemorySegment address) {
        this.device = device;
        this.address = address;
    }

    public MemorySegment address() {
        if (closed) throw new IllegalStateException("the memory is closed");
        return address;
    }

    @Override
    public long bytes() {
        return address.byteSize();
    }

    @Override
    public boolean onHost() {
        return false;
    }

    @Override
    public MemorySegment segment() {
        throw new IllegalStateException("memory of " + device + " cannot be read by Java");
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        device.free(address);
    }
}
