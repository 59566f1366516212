package dev.espalier.engine.device;

import dev.espalier.engine.format.ElementType;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/// The CPU as a fake device: Java cannot access its memory, only copy it. It tests the engine's code for devices on
/// machines without a GPU.
public record FakeDeviceBackend(DeviceBackend near) implements DeviceBackend {
    private record Far(DeviceMemory memory) implements DeviceMemory {
        @Override
        public long bytes() {
            return memory.bytes();
        }

        @Override
        public boolean onHost() {
            return false;
        }

        @Override
        public MemorySegment segment() {
            throw new IllegalStateException("this memory is far away");
        }

        @Override
        public void close() {
            memory.close();
        }
    }

    private static DeviceMemory near(DeviceMemory memory) {
        return memory instanceof Far(var inner) ? inner : memory;
    }

    @Override
    public String device() {
        return "far away";
    }

    @Override
    public boolean cpu() {
        return false;
    }

    @Override
    public long availableBytes() {
        return near.availableBytes();
    }

    @Override
    public DeviceSession open(Path graph, GraphOptions options) {
        return near.open(graph, options);
    }

    @Override
    public DeviceSession open(byte[] graph, GraphOptions options) {
        return near.open(graph, options);
    }

    @Override
    public DeviceMemory allocate(long bytes) {
        return new Far(near.allocate(bytes));
    }

    @Override
    public DeviceMemory allocateOnHost(long bytes) {
        return near.allocateOnHost(bytes);
    }

    @Override
    public DeviceTensor tensor(DeviceMemory memory, long offset, ElementType element, long... shape) {
        return near.tensor(near(memory), offset, element, shape);
    }

    @Override
    public void copy(Blocks source, Blocks target, long bytes, long count) {
        near.copy(
                new Blocks(near(source.memory()), source.offset(), source.stride()),
                new Blocks(near(target.memory()), target.offset(), target.stride()),
                bytes,
                count);
    }
}
