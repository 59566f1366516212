package dev.espalier.engine.onnx.sampling;

import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.DeviceMemory;
import dev.espalier.engine.format.ElementType;
import dev.espalier.engine.format.Floats;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// Draws tokens on the host from the whole row of logits.
@SuppressWarnings("restricted") // reads ONNX Runtime's memory by address
final class HostDraws implements Draws {
    private final DeviceMemory logits;
    private final MemorySegment view;
    private final int vocabulary;
    private final ElementType element;
    private final float[] row;
    private final Sampler sampler;

    HostDraws(DeviceBackend backend, int vocabulary, int drawable, ElementType element, int maxRows) {
        this.vocabulary = vocabulary;
        this.element = element;
        logits = backend.allocateOnHost((long) maxRows * vocabulary * element.bytes());
        // Other threads read the memory too, which needs a segment that is not confined to the owning thread.
        // The owner outlives the reads.
        view = MemorySegment.ofAddress(logits.segment().address()).reinterpret(logits.bytes());
        row = new float[drawable];
        sampler = new Sampler(drawable);
    }

    @Override
    public DeviceMemory logits() {
        return logits;
    }

    @Override
    public void onLogits(List<? extends PendingRow> rows) {}

    @Override
    public int draw(int index, PendingRow pending) {
        return sampler.draw(logitsOf(index), pending.generation(), pending.key(), pending.position());
    }

    @Override
    public double logProb() {
        return sampler.logProb();
    }

    @Override
    public float[] logitsOf(int index) {
        Floats.copy(view, element, (long) index * vocabulary, row);
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
