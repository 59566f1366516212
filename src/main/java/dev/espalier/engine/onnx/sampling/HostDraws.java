package dev.espalier.engine.onnx.sampling;

import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.DeviceMemory;
import dev.espalier.engine.format.ElementType;
import dev.espalier.engine.format.Floats;
import java.lang.foreign.MemorySegment;
import java.util.List;

@SuppressWarnings("restricted") // reads ONNX Runtime's memory by address
final class HostDraws implements Draws {
    private final DeviceMemory logits;
    private final MemorySegment read;
    private final int vocabulary;
    private final ElementType element;
    private final float[] row;
    private final Sampler sampler;

    HostDraws(DeviceBackend backend, int vocabulary, int drawn, ElementType element, int mostRows) {
        this.vocabulary = vocabulary;
        this.element = element;
        logits = backend.allocateOnHost((long) mostRows * vocabulary * element.bytes());
        // The loop's thread owns the memory and outlives the work: other workers only read it, which needs a view that is not tied to a thread.
        read = MemorySegment.ofAddress(logits.segment().address()).reinterpret(logits.bytes());
        row = new float[drawn];
        sampler = new Sampler(drawn);
    }

    @Override
    public DeviceMemory logits() {
        return logits;
    }

    @Override
    public void ready(List<? extends Waiting> rows) {}

    @Override
    public int draw(int index, Waiting waiting) {
        return sampler.draw(row(index), waiting.generation(), waiting.key(), waiting.position());
    }

    @Override
    public double logProb() {
        return sampler.logProb();
    }

    @Override
    public float[] row(int index) {
        Floats.copy(read, element, (long) index * vocabulary, row);
        return row;
    }

    @Override
    public Sampler sampler() {
        return sampler;
    }

    @Override
    public void close() {
        logits.close();
    }
}
