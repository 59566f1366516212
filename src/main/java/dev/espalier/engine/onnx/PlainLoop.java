package dev.espalier.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.espalier.EspalierException;
import dev.espalier.engine.ModelFolder;
import dev.espalier.engine.Tokenizer;
import dev.espalier.search.Generation;
import dev.espalier.search.SampleKey;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The loop that figures are compared with, as most programs do it: the graph of standard operators, the prompt once at batch 1 and
/// its KV expanded to all rows, outputs fed back as inputs (KV concatenated each token), finished rows kept until the last one
/// ends. The sampler is the engine's own. It is a yardstick and a check of the fused graph, not a way to run searches.
public final class PlainLoop implements AutoCloseable {
    private final ModelFolder model;
    private final Tokenizer tokenizer;
    private final OrtSession session;

    public PlainLoop(ModelFolder model, int threads) {
        if (model.plain().isEmpty()) throw new EspalierException(model.path() + " has no plain graph to compare with; measure without the comparison.");
        model.verify();
        this.model = model;
        try (var options = Graph.options(threads)) {
            session = Graph.environment().createSession(model.path().resolve(model.plain()).toString(), options);
        } catch (OrtException e) {
            throw broken(e);
        }
        tokenizer = Tokenizer.read(model.path().resolve(model.tokenizer()));
    }

    /// Samples whole solutions, one a key.
    ///
    /// @return the token ids of each, without the end token
    public List<int[]> run(String problem, Generation generation, List<SampleKey> keys) {
        try {
            return decode(Prompts.encode(model, tokenizer, problem, generation.systemPrompt()), generation, keys);
        } catch (OrtException e) {
            throw broken(e);
        }
    }

    private List<int[]> decode(int[] prompt, Generation generation, List<SampleKey> keys) throws OrtException {
        int rows = keys.size();
        int most = Math.min(generation.maxNewTokens(), model.context() - prompt.length);
        var sampler = new Sampler(model.vocabulary());
        var logits = new float[model.vocabulary()];
        var texts = new int[rows][most];
        var lengths = new int[rows];
        var ended = new boolean[rows];
        var next = new long[rows];

        Map<String, OnnxTensor> inputs = new HashMap<>();
        for (int layer = 0; layer < model.layers(); layer++) for (var part : new String[] {"key", "value"})
            inputs.put("past_key_values." + layer + "." + part, floats(new float[0], 1, model.kvHeads(), 0, model.headDim()));
        var outputs = step(inputs, Arrays.stream(prompt).asLongStream().toArray(), 1, 0);
        for (int position = 0; ; position++) {
            var all = ((OnnxTensor) outputs.get("logits").orElseThrow()).getFloatBuffer();
            for (int row = 0; row < rows; row++) {
                if (ended[row]) continue;
                all.get(position == 0 ? (prompt.length - 1) * logits.length : row * logits.length, logits);
                int token = sampler.draw(logits, generation.temperature(), generation.topP(), keys.get(row), position);
                next[row] = token;
                ended[row] = model.endIds().contains(token);
                if (!ended[row]) texts[row][lengths[row]++] = token;
                if (lengths[row] == most) ended[row] = true;
            }
            boolean over = true;
            for (boolean end : ended) over &= end;
            if (over) break;
            inputs.clear();
            for (int layer = 0; layer < model.layers(); layer++) for (var part : new String[] {"key", "value"}) {
                var present = (OnnxTensor) outputs.get("present." + layer + "." + part).orElseThrow();
                inputs.put("past_key_values." + layer + "." + part, position == 0 ? expanded(present, rows) : present);
            }
            var following = step(inputs, next.clone(), rows, prompt.length + position);
            if (position == 0) close(inputs);
            outputs.close();
            outputs = following;
        }
        outputs.close();
        var solutions = new ArrayList<int[]>();
        for (int row = 0; row < rows; row++) solutions.add(Arrays.copyOf(texts[row], lengths[row]));
        return solutions;
    }

    /// @param ids  row by row
    /// @param past tokens before them
    private OrtSession.Result step(Map<String, OnnxTensor> kv, long[] ids, int rows, int past) throws OrtException {
        int length = ids.length / rows;
        var mask = new long[rows * (past + length)];
        Arrays.fill(mask, 1);
        var positions = new long[ids.length];
        for (int i = 0; i < ids.length; i++) positions[i] = past + i % length;
        var inputs = new HashMap<>(kv);
        try (var idTensor = longs(ids, rows, length); var maskTensor = longs(mask, rows, past + length); var positionTensor = longs(positions, rows, length)) {
            inputs.put("input_ids", idTensor);
            inputs.put("attention_mask", maskTensor);
            inputs.put("position_ids", positionTensor);
            return session.run(inputs);
        }
    }

    private static OnnxTensor expanded(OnnxTensor one, int rows) throws OrtException {
        var shape = one.getInfo().getShape();
        var values = one.getFloatBuffer();
        var copies = new float[rows * values.remaining()];
        int size = values.remaining();
        for (int row = 0; row < rows; row++) values.get(0, copies, row * size, size);
        return floats(copies, rows, shape[1], shape[2], shape[3]);
    }

    private static OnnxTensor floats(float[] values, long... shape) throws OrtException {
        return OnnxTensor.createTensor(Graph.environment(), FloatBuffer.wrap(values), shape);
    }

    private static OnnxTensor longs(long[] values, long... shape) throws OrtException {
        return OnnxTensor.createTensor(Graph.environment(), LongBuffer.wrap(values), shape);
    }

    private static void close(Map<String, OnnxTensor> tensors) {
        for (var tensor : tensors.values()) tensor.close();
    }

    private EspalierException broken(OrtException cause) {
        return new EspalierException("The plain graph " + model.path().resolve(model.plain()) + " failed (" + cause.getMessage() + "); copy the model folder again.", cause);
    }

    @Override
    public void close() {
        tokenizer.close();
        try {
            session.close();
        } catch (OrtException e) {
            throw broken(e);
        }
    }
}
