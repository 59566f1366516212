package dev.espalier.engine.bench;

import dev.espalier.EspalierException;
import dev.espalier.engine.device.Device;
import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.DeviceException;
import dev.espalier.engine.device.DeviceMemory;
import dev.espalier.engine.device.DeviceSession;
import dev.espalier.engine.device.DeviceTensor;
import dev.espalier.engine.device.GraphOptions;
import dev.espalier.engine.device.backends.Backends;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.folder.Tokenizer;
import dev.espalier.engine.format.ElementType;
import dev.espalier.engine.onnx.Prompts;
import dev.espalier.engine.onnx.decode.Meter;
import dev.espalier.engine.onnx.sampling.Sampler;
import dev.espalier.model.Generation;
import dev.espalier.model.SampleKey;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/// The baseline for speed figures, a decode loop as most programs write it: a graph of standard operators, the prompt
/// read once at batch 1 and its KV expanded to all rows, outputs fed back as inputs (KV concatenated at each token),
/// finished rows kept until the last one ends. It uses the engine's own sampler. It also tests the fused graph.
/// Searches do not use it. Not thread-safe.
public final class PlainLoop implements AutoCloseable {
    private final ModelFolder model;
    private final Tokenizer tokenizer;
    private final DeviceBackend backend = Backends.of(Device.CPU);
    private final DeviceSession session;
    private final int threads;
    private final Meter meter = new Meter(1);
    private final Set<String> outputs = new HashSet<>();

    public PlainLoop(ModelFolder model, int threads) {
        if (model.files().plain().isEmpty())
            throw new EspalierException(
                    model.path() + " has no plain graph to compare with; measure Espalier's loop only.");
        model.verify();
        this.model = model;
        this.threads = threads;
        try {
            session = backend.open(model.path().resolve(model.files().plain()), GraphOptions.threads(threads));
        } catch (DeviceException e) {
            throw failure(e);
        } catch (Sampler.InvalidLogits e) {
            throw e.toException(model);
        }
        outputs.add("logits");
        forEachKv(model, (past, present) -> outputs.add(present));
        tokenizer = Tokenizer.read(
                model.path().resolve(model.files().tokenizer()), model.shape().vocabulary());
    }

    /// Samples one solution for each key.
    ///
    /// @return the token ids of each, without the end token
    public List<int[]> run(String problem, Generation generation, List<SampleKey> keys) {
        try {
            var prompt = Prompts.encode(model, tokenizer, problem, generation.systemPrompt());
            var limits = new int[keys.size()];
            Arrays.fill(
                    limits, Math.min(generation.maxNewTokens(), model.shape().context() - prompt.length));
            return decode(prompt, generation, keys, limits, false);
        } catch (DeviceException e) {
            throw failure(e);
        } catch (Sampler.InvalidLogits e) {
            throw e.toException(model);
        }
    }

    /// Generates a workload's rows.
    public Speed measure(Workload work) {
        var before = meter.figures();
        var keys = IntStream.range(0, work.rows()).mapToObj(work::key).toList();
        long start = System.nanoTime();
        try {
            decode(work.prompt(), work.generation(model), keys, work.lengths(), true);
        } catch (DeviceException e) {
            throw failure(e);
        } catch (Sampler.InvalidLogits e) {
            throw e.toException(model);
        }
        return Speed.of(
                work,
                "plain",
                threads,
                System.nanoTime() - start,
                meter.figures().minus(before));
    }

    /// Calls `pair` with the input and output name of each KV tensor, in the order of the layers.
    private static void forEachKv(ModelFolder model, BiConsumer<String, String> pair) {
        for (int layer = 0; layer < model.shape().layers(); layer++)
            for (var part : new String[] {".key", ".value"})
                pair.accept("past_key_values." + layer + part, "present." + layer + part);
    }

    /// @param limits  max tokens of each row
    /// @param endless true if only the limit ends a row, not an end token
    private List<int[]> decode(
            int[] prompt, Generation generation, List<SampleKey> keys, int[] limits, boolean endless) {
        int rows = keys.size();
        var sampler = new Sampler(model.shape().vocabulary());
        var logits = new float[model.shape().vocabulary()];
        var outputTokens = new int[rows][Arrays.stream(limits).max().orElse(0)];
        var lengths = new int[rows];
        var ended = new boolean[rows];
        var next = new long[rows];

        Map<String, DeviceTensor> past = new HashMap<>();
        var expandedMemory = new ArrayList<DeviceMemory>();
        expandedMemory.add(backend.allocateOnHost(0));
        forEachKv(
                model,
                (name, _) -> past.put(
                        name,
                        backend.tensor(
                                expandedMemory.getFirst(),
                                0,
                                ElementType.F32,
                                1,
                                model.shape().kvHeads(),
                                0,
                                model.shape().headDim())));
        long start = System.nanoTime();
        var present = step(past, Arrays.stream(prompt).asLongStream().toArray(), 1, 0);
        close(past);
        meter.countPrefill(System.nanoTime() - start);
        for (int position = 0; ; position++) {
            start = System.nanoTime();
            var all = tensor(present, "logits").read();
            for (int row = 0; row < rows; row++) {
                if (ended[row]) continue;
                long offset = position == 0 ? prompt.length - 1 : row;
                MemorySegment.copy(
                        all, ValueLayout.JAVA_FLOAT, offset * logits.length * Float.BYTES, logits, 0, logits.length);
                int token = sampler.draw(logits, generation, keys.get(row), position);
                next[row] = token;
                ended[row] = !endless && model.prompting().endIds().contains(token);
                if (!ended[row]) outputTokens[row][lengths[row]++] = token;
                if (lengths[row] == limits[row]) ended[row] = true;
            }
            boolean allEnded = true;
            for (boolean end : ended) allEnded &= end;
            long sampled = System.nanoTime();
            if (allEnded) {
                meter.countSampling(sampled - start);
                break;
            }
            past.clear();
            var consumed = present;
            boolean first = position == 0;
            forEachKv(
                    model,
                    (name, output) -> past.put(
                            name,
                            first
                                    ? repeatRow(tensor(consumed, output), rows, expandedMemory)
                                    : tensor(consumed, output)));
            present = step(past, next.clone(), rows, prompt.length + position);
            close(consumed);
            if (first) close(past);
            meter.countTurn(System.nanoTime() - sampled, sampled - start, rows);
        }
        close(present);
        for (var memory : expandedMemory) memory.close();
        var solutions = new ArrayList<int[]>();
        for (int row = 0; row < rows; row++) solutions.add(Arrays.copyOf(outputTokens[row], lengths[row]));
        return solutions;
    }

    /// @param ids  `[rows, length]`, flattened
    /// @param past number of tokens in the KV
    private Map<String, DeviceTensor> step(Map<String, DeviceTensor> kv, long[] ids, int rows, int past) {
        int length = ids.length / rows;
        var mask = new long[rows * (past + length)];
        Arrays.fill(mask, 1);
        var positions = new long[ids.length];
        for (int i = 0; i < ids.length; i++) positions[i] = (long) past + i % length;
        var inputs = new HashMap<>(kv);
        try (var memory = backend.allocateOnHost((2L * ids.length + mask.length) * Long.BYTES);
                var idTensor = longs(memory, 0, ids, rows, length);
                var positionTensor = longs(memory, ids.length, positions, rows, length);
                var maskTensor = longs(memory, 2L * ids.length, mask, rows, past + length)) {
            inputs.put("input_ids", idTensor);
            inputs.put("attention_mask", maskTensor);
            inputs.put("position_ids", positionTensor);
            return session.run(inputs, Map.of(), outputs);
        }
    }

    /// Repeats one row's KV for each row, in new memory that is added to the list.
    private DeviceTensor repeatRow(DeviceTensor one, int rows, List<DeviceMemory> memories) {
        var values = one.read();
        var memory = backend.allocateOnHost(rows * values.byteSize());
        for (int row = 0; row < rows; row++)
            MemorySegment.copy(values, 0, memory.segment(), row * values.byteSize(), values.byteSize());
        memories.add(memory);
        var shape = one.type().shape();
        return backend.tensor(memory, 0, ElementType.F32, rows, shape[1], shape[2], shape[3]);
    }

    /// @param offset offset in longs
    private DeviceTensor longs(DeviceMemory memory, long offset, long[] values, long... shape) {
        MemorySegment.copy(values, 0, memory.segment(), ValueLayout.JAVA_LONG, offset * Long.BYTES, values.length);
        return backend.tensor(memory, offset * Long.BYTES, ElementType.I64, shape);
    }

    private static DeviceTensor tensor(Map<String, DeviceTensor> tensors, String name) {
        return Objects.requireNonNull(tensors.get(name), name);
    }

    private static void close(Map<String, DeviceTensor> tensors) {
        for (var tensor : tensors.values()) tensor.close();
    }

    private EspalierException failure(DeviceException cause) {
        return new EspalierException(
                "The plain graph " + model.path().resolve(model.files().plain()) + " failed (" + cause.getMessage()
                        + "); copy the model folder again.",
                cause);
    }

    @Override
    public void close() {
        tokenizer.close();
        session.close();
    }
}
