package dev.espalier.engine.onnx.sampling;

import dev.espalier.engine.device.Blocks;
import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.DeviceMemory;
import dev.espalier.engine.device.DeviceSession;
import dev.espalier.engine.device.DeviceTensor;
import dev.espalier.engine.device.GraphOptions;
import dev.espalier.engine.format.ElementType;
import dev.espalier.engine.format.Floats;
import dev.espalier.model.Generation;
import dev.espalier.model.SampleKey;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Draws where the logits are ([DrawGraph]). The draws are those of [Sampler], for the same random numbers, up to the rounding of single precision.
/// Each row has two of its attempts drawn at once; where top-p rejects both, or rounding left no token, its whole row is fetched and
/// sampled on the host, from the first attempt on.
final class DeviceDraws implements Draws {
    static final int DRAWS = 2;
    /// Rows of one run: what the graph keeps between its operators is a few times rows × draws × vocabulary numbers.
    private static final int MOST_AT_ONCE = 32;

    /// What leaves the device, by draw or by row.
    private enum Out {
        TOKEN(ElementType.I64, DRAWS), WEIGHT(ElementType.F32, DRAWS), ABOVE(ElementType.F64, DRAWS), OFFSET(ElementType.F32, DRAWS),
        TOTAL(ElementType.F64, 1), SUM(ElementType.F64, 1), BEST(ElementType.I64, 0);

        private final ElementType element;
        private final int width;

        Out(ElementType element, int width) {
            this.element = element;
            this.width = width;
        }

        String graphName() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        long rowBytes() {
            return (long) Math.max(1, width) * element.bytes();
        }

        long[] shape(int rows) {
            return width == 0 ? new long[] {rows} : new long[] {rows, width};
        }
    }

    private final DeviceBackend backend;
    private final DeviceSession session;
    private final int vocabulary;
    private final ElementType element;
    private final DeviceMemory logits;
    private final DeviceMemory staging;
    private final DeviceMemory scales;
    private final DeviceMemory uniforms;
    private final Map<Out, DeviceMemory> outs = new EnumMap<>(Out.class);
    private final float[] row;
    private final Sampler sampler;
    private double logProb;
    private long fetched;

    DeviceDraws(DeviceBackend backend, int vocabulary, int drawn, ElementType element, int mostRows) {
        this.backend = backend;
        this.vocabulary = vocabulary;
        this.element = element;
        session = backend.open(DrawGraph.bytes(vocabulary, drawn, element, DRAWS), GraphOptions.threads(1));
        logits = backend.allocate((long) mostRows * vocabulary * element.bytes());
        staging = backend.allocateOnHost((long) vocabulary * element.bytes());
        scales = backend.allocateOnHost((long) mostRows * Float.BYTES);
        uniforms = backend.allocateOnHost((long) mostRows * DRAWS * Double.BYTES);
        for (var out : Out.values()) outs.put(out, backend.allocateOnHost(mostRows * out.rowBytes()));
        row = new float[drawn];
        sampler = new Sampler(drawn);
    }

    @Override
    public DeviceMemory logits() {
        return logits;
    }

    /// Rows that were fetched whole since the beginning.
    long fetched() {
        return fetched;
    }

    @Override
    public void ready(List<? extends Waiting> rows) {
        for (int i = 0; i < rows.size(); i++) {
            double temperature = rows.get(i).generation().temperature();
            scales.segment().setAtIndex(ValueLayout.JAVA_FLOAT, i, temperature == 0 ? 1 : (float) (1 / temperature));
            for (int draw = 0; draw < DRAWS; draw++)
                uniforms.segment().setAtIndex(ValueLayout.JAVA_DOUBLE, (long) i * DRAWS + draw, rows.get(i).key().uniform(rows.get(i).position(), draw));
        }
        for (int from = 0; from < rows.size(); from += MOST_AT_ONCE) run(from, Math.min(MOST_AT_ONCE, rows.size() - from));
    }

    private void run(int from, int count) {
        var inputs = new HashMap<String, DeviceTensor>();
        var outputs = new HashMap<String, DeviceTensor>();
        try {
            inputs.put("logits", backend.tensor(logits, (long) from * vocabulary * element.bytes(), element, count, 1, vocabulary));
            inputs.put("scale", backend.tensor(scales, (long) from * Float.BYTES, ElementType.F32, count, 1, 1));
            inputs.put("uniforms", backend.tensor(uniforms, (long) from * DRAWS * Double.BYTES, ElementType.F64, count, DRAWS));
            outs.forEach((out, memory) -> outputs.put(out.graphName(), backend.tensor(memory, from * out.rowBytes(), out.element, out.shape(count))));
            session.run(inputs, outputs);
        } finally {
            inputs.values().forEach(DeviceTensor::close);
            outputs.values().forEach(DeviceTensor::close);
        }
    }

    @Override
    public int draw(int index, Waiting waiting) {
        return draw(index, waiting.generation(), waiting.key(), waiting.position());
    }

    private int draw(int index, Generation generation, SampleKey key, int position) {
        double sum = real(Out.SUM, index);
        // Numbers that are no probabilities are the sampler's to refuse.
        if (sum >= 1 && sum < Double.POSITIVE_INFINITY) {
            if (generation.temperature() == 0) {
                logProb = -StrictMath.log(sum);
                return whole(Out.BEST, index);
            }
            for (int draw = index * DRAWS; draw < (index + 1) * DRAWS; draw++) {
                // Top-k and min-p are the sampler's affair: the whole row comes back for them.
                if (real(Out.WEIGHT, draw) == 0 || generation.topK() > 0 || generation.minP() > 0) break;
                if (generation.topP() < 1 && real(Out.ABOVE, draw) >= generation.topP() * real(Out.TOTAL, index)) continue;
                logProb = real(Out.OFFSET, draw) - StrictMath.log(sum);
                return whole(Out.TOKEN, draw);
            }
        }
        int token = sampler.draw(row(index), generation, key, position);
        logProb = sampler.logProb();
        return token;
    }

    @Override
    public float[] row(int index) {
        fetched++;
        backend.copy(new Blocks(logits, (long) index * vocabulary * element.bytes()), new Blocks(staging, 0), staging.bytes(), 1);
        Floats.copy(staging.segment(), element, 0, row);
        return row;
    }

    @Override
    public Sampler sampler() {
        return sampler;
    }

    private MemorySegment segment(Out out) {
        return Objects.requireNonNull(outs.get(out)).segment();
    }

    private double real(Out out, int at) {
        var memory = segment(out);
        return out.element == ElementType.F64 ? memory.getAtIndex(ValueLayout.JAVA_DOUBLE, at) : memory.getAtIndex(ValueLayout.JAVA_FLOAT, at);
    }

    private int whole(Out out, int at) {
        return Math.toIntExact(segment(out).getAtIndex(ValueLayout.JAVA_LONG, at));
    }

    @Override
    public double logProb() {
        return logProb;
    }

    @Override
    public void close() {
        session.close();
        logits.close();
        staging.close();
        scales.close();
        uniforms.close();
        outs.values().forEach(DeviceMemory::close);
    }
}
