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

/// Draws tokens on the device with a [DrawGraph]. For the same random numbers the draws equal those of [Sampler], up to
/// rounding in single precision. Two attempts per row are drawn at once. If top-p rejects both, or rounding leaves no
/// token, the whole row of logits is copied to the host and sampled there, starting with the first attempt. Not
/// thread-safe.
final class DeviceDraws implements Draws {
    static final int DRAWS = 2;
    /// Max rows per run. The graph's intermediate tensors have several times rows × draws × vocabulary elements.
    private static final int MAX_ROWS_PER_RUN = 32;

    /// Outputs of the graph, per draw or per row.
    private enum Output {
        TOKEN(ElementType.I64, DRAWS),
        WEIGHT(ElementType.F32, DRAWS),
        ABOVE(ElementType.F64, DRAWS),
        OFFSET(ElementType.F32, DRAWS),
        TOTAL(ElementType.F64, 1),
        SUM(ElementType.F64, 1),
        BEST(ElementType.I64, 0);

        private final ElementType element;
        private final int width;

        Output(ElementType element, int width) {
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
    private final Map<Output, DeviceMemory> outputMemory = new EnumMap<>(Output.class);
    private final float[] row;
    private final Sampler sampler;
    private double logProb;
    private long fetched;

    DeviceDraws(DeviceBackend backend, int vocabulary, int drawable, ElementType element, int maxRows) {
        this.backend = backend;
        this.vocabulary = vocabulary;
        this.element = element;
        session = backend.open(DrawGraph.bytes(vocabulary, drawable, element, DRAWS), GraphOptions.threads(1));
        logits = backend.allocate((long) maxRows * vocabulary * element.bytes());
        staging = backend.allocateOnHost((long) vocabulary * element.bytes());
        scales = backend.allocateOnHost((long) maxRows * Float.BYTES);
        uniforms = backend.allocateOnHost((long) maxRows * DRAWS * Double.BYTES);
        for (var output : Output.values())
            outputMemory.put(output, backend.allocateOnHost(maxRows * output.rowBytes()));
        row = new float[drawable];
        sampler = new Sampler(drawable);
    }

    @Override
    public DeviceMemory logits() {
        return logits;
    }

    /// Number of whole rows that were copied to the host.
    long fetched() {
        return fetched;
    }

    @Override
    public void onLogits(List<? extends PendingRow> rows) {
        for (int i = 0; i < rows.size(); i++) {
            double temperature = rows.get(i).generation().temperature();
            scales.segment().setAtIndex(ValueLayout.JAVA_FLOAT, i, temperature == 0 ? 1 : (float) (1 / temperature));
            for (int draw = 0; draw < DRAWS; draw++)
                uniforms.segment()
                        .setAtIndex(
                                ValueLayout.JAVA_DOUBLE,
                                (long) i * DRAWS + draw,
                                rows.get(i).key().uniform(rows.get(i).position(), draw));
        }
        for (int from = 0; from < rows.size(); from += MAX_ROWS_PER_RUN)
            run(from, Math.min(MAX_ROWS_PER_RUN, rows.size() - from));
    }

    private void run(int from, int count) {
        var inputs = new HashMap<String, DeviceTensor>();
        var outputs = new HashMap<String, DeviceTensor>();
        try {
            inputs.put(
                    "logits",
                    backend.tensor(logits, (long) from * vocabulary * element.bytes(), element, count, 1, vocabulary));
            inputs.put("scale", backend.tensor(scales, (long) from * Float.BYTES, ElementType.F32, count, 1, 1));
            inputs.put(
                    "uniforms",
                    backend.tensor(uniforms, (long) from * DRAWS * Double.BYTES, ElementType.F64, count, DRAWS));
            outputMemory.forEach((output, memory) -> outputs.put(
                    output.graphName(),
                    backend.tensor(memory, from * output.rowBytes(), output.element, output.shape(count))));
            session.run(inputs, outputs);
        } finally {
            inputs.values().forEach(DeviceTensor::close);
            outputs.values().forEach(DeviceTensor::close);
        }
    }

    @Override
    public int draw(int index, PendingRow pending) {
        return draw(index, pending.generation(), pending.key(), pending.position());
    }

    private int draw(int index, Generation generation, SampleKey key, int position) {
        double sum = doubleAt(Output.SUM, index);
        // The sampler throws for invalid logits.
        if (sum >= 1 && sum < Double.POSITIVE_INFINITY) {
            if (generation.temperature() == 0) {
                logProb = -StrictMath.log(sum);
                return intAt(Output.BEST, index);
            }
            for (int draw = index * DRAWS; draw < (index + 1) * DRAWS; draw++) {
                // Top-k and min-p run on the host.
                if (doubleAt(Output.WEIGHT, draw) == 0 || generation.topK() > 0 || generation.minP() > 0) break;
                if (generation.topP() < 1
                        && doubleAt(Output.ABOVE, draw) >= generation.topP() * doubleAt(Output.TOTAL, index)) continue;
                logProb = doubleAt(Output.OFFSET, draw) - StrictMath.log(sum);
                return intAt(Output.TOKEN, draw);
            }
        }
        int token = sampler.draw(logitsOf(index), generation, key, position);
        logProb = sampler.logProb();
        return token;
    }

    @Override
    public float[] logitsOf(int index) {
        fetched++;
        backend.copy(
                new Blocks(logits, (long) index * vocabulary * element.bytes()),
                new Blocks(staging, 0),
                staging.bytes(),
                1);
        Floats.copy(staging.segment(), element, 0, row);
        return row;
    }

    @Override
    public Sampler sampler() {
        return sampler;
    }

    private MemorySegment segment(Output output) {
        return Objects.requireNonNull(outputMemory.get(output)).segment();
    }

    private double doubleAt(Output output, int at) {
        var memory = segment(output);
        return output.element == ElementType.F64
                ? memory.getAtIndex(ValueLayout.JAVA_DOUBLE, at)
                : memory.getAtIndex(ValueLayout.JAVA_FLOAT, at);
    }

    private int intAt(Output output, int at) {
        return Math.toIntExact(segment(output).getAtIndex(ValueLayout.JAVA_LONG, at));
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
        outputMemory.values().forEach(DeviceMemory::close);
    }
}
