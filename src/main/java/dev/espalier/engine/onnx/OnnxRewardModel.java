package dev.espalier.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.espalier.EspalierException;
import dev.espalier.engine.Device;
import dev.espalier.engine.ModelFolder;
import dev.espalier.engine.Tokenizer;
import dev.espalier.search.Cost;
import dev.espalier.search.ModelCard;
import dev.espalier.search.Result;
import dev.espalier.search.RewardModel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;

/// A process reward model on ONNX Runtime. A path is read as its text, step by step, in the model's own tokens, so any policy
/// will do; a step's score is read at its last token (the separator; for an ended path's last step the end token). Paths of
/// all searches are read again whole, as right-padded batches of similar length: a path's scores are the same bits in any batch.
public final class OnnxRewardModel implements RewardModel {
    /// Tokens of a batch, padding included. Of 256 to 16384 tokens, 256 and 1024 gave most tokens per processor second (19 thousand
    /// with the sample model, 4096 gave 13): larger batches fall out of the caches.
    private static final int BATCH_TOKENS = 1024;

    /// Lengths are padded to a multiple of this. Attention is computed for 64 queries at a time; a lone 65th goes through another
    /// kernel and comes out different in its last bits, so that a path would depend on its neighbours' lengths (decision 0010).
    private static final int LENGTH_STEP = 8;

    private final ModelFolder model;
    private final Tokenizer tokenizer;
    private final Graph graph;
    private final ModelCard card;
    private final LongAdder executed = new LongAdder();
    private final Scheduler<Reading> scheduler;

    /// @param ids    of the whole path, prompt first
    /// @param readAt the positions at which the scores stand
    private record Reading(int[] ids, int[] readAt, CompletableFuture<Result.Scored> future) {}

    public OnnxRewardModel(ModelFolder model, Device device, int threads) {
        if (model.kind() != ModelFolder.Kind.PRM) throw new EspalierException(model.name() + " is a policy, not a reward model; choose a reward model.");
        this.model = model;
        graph = Graph.open(model, device, threads, "scores");
        tokenizer = Tokenizer.read(model.path().resolve(model.tokenizer()));
        card = Cards.of(model, graph);
        scheduler = new Scheduler<>(model.name(), reading -> reading.future, this::serve);
    }

    @Override
    public ModelCard card() {
        return card;
    }

    /// Tokens that really went through the model since it was opened, padding not counted.
    public long executed() {
        return executed.sum();
    }

    @Override
    public CompletableFuture<Result.Scored> score(Call call) {
        var future = new CompletableFuture<Result.Scored>();
        try {
            scheduler.checkOpen();
            var reading = reading(call, future);
            if (reading.readAt.length == 0) future.complete(new Result.Scored(List.of(), Cost.NONE));
            else scheduler.add(reading);
        } catch (EspalierException e) {
            future.completeExceptionally(e);
        }
        return future;
    }

    private Reading reading(Call call, CompletableFuture<Result.Scored> future) {
        var ids = java.util.stream.IntStream.builder();
        var prompt = Prompts.encode(model, tokenizer, call.problem(), model.systemPrompt());
        for (int id : prompt) ids.add(id);
        int length = prompt.length;
        var readAt = new ArrayList<Integer>();
        for (var step : call.path()) {
            if (step.text().isEmpty()) continue;
            var tokens = tokenizer.encode(step.text());
            for (int id : tokens) ids.add(id);
            length += tokens.length;
            readAt.add(length - 1);
        }
        if (call.ended() && !readAt.isEmpty()) {
            ids.add(model.endIds().getFirst());
            readAt.set(readAt.size() - 1, length++);
        }
        if (length > model.context())
            throw new EspalierException("Problem and solution have " + length + " tokens; the context of the reward model " + model.name() + " is " + model.context()
                + ". Lower the token limit of a solution or choose a reward model with a longer context.");
        return new Reading(ids.build().toArray(), readAt.stream().mapToInt(i -> i).toArray(), future);
    }

    private void serve(Scheduler<Reading>.Queue queue) {
        var waiting = new ArrayList<Reading>();
        try {
            for (var next = queue.take(); next != null; next = queue.take()) {
                for (; next != null; next = queue.poll()) if (!next.future.isDone()) waiting.add(next);
                waiting.sort(Comparator.comparingInt(r -> r.ids.length));
                for (int from = 0; from < waiting.size() && !queue.closed();) {
                    int to = from + 1;
                    while (to < waiting.size() && (to + 1 - from) * waiting.get(to).ids.length <= BATCH_TOKENS) to++;
                    read(waiting.subList(from, to));
                    from = to;
                }
                if (queue.closed()) return;
                waiting.clear();
            }
        } finally {
            for (var reading : waiting) reading.future.completeExceptionally(queue.closing());
        }
    }

    private void read(List<Reading> batch) {
        try {
            run(batch);
        } catch (OrtException e) {
            var error = new EspalierException("The reward model " + model.name() + " failed while computing (" + e.getMessage()
                + "); try again, on the CPU if it ran on another device.", e);
            for (var reading : batch) reading.future.completeExceptionally(error);
        }
    }

    private void run(List<Reading> batch) throws OrtException {
        int rows = batch.size();
        int longest = Math.ceilDiv(batch.getLast().ids.length, LENGTH_STEP) * LENGTH_STEP;
        Map<String, OnnxTensor> inputs = new HashMap<>();
        try (var arena = Arena.ofConfined()) {
            var ids = arena.allocate((long) rows * longest * Long.BYTES, 64);
            var mask = arena.allocate((long) rows * longest * Long.BYTES, 64);
            var scores = arena.allocate((long) rows * longest * Float.BYTES, 64);
            for (int row = 0; row < rows; row++) {
                var own = batch.get(row).ids;
                for (int t = 0; t < longest; t++) {
                    long at = (long) row * longest + t;
                    ids.setAtIndex(ValueLayout.JAVA_LONG, at, t < own.length ? own[t] : model.padId());
                    mask.setAtIndex(ValueLayout.JAVA_LONG, at, t < own.length ? 1 : 0);
                }
                executed.add(own.length);
            }
            inputs.put("input_ids", Graph.longs(ids, rows, longest));
            inputs.put("attention_mask", Graph.longs(mask, rows, longest));
            // No past: the buffers have no length.
            var nothing = arena.allocate(Float.BYTES);
            for (int layer = 0; layer < model.layers(); layer++) {
                for (var part : new String[] {"key", "value"})
                    inputs.put("past_key_values." + layer + "." + part, Graph.floats(nothing.asSlice(0, 0), rows, model.kvHeads(), 0, model.headDim()));
            }
            for (var state : model.state().entrySet()) {
                var shape = new long[state.getValue().size() + 1];
                shape[0] = rows;
                long size = rows;
                for (int i = 1; i < shape.length; i++) size *= shape[i] = state.getValue().get(i - 1);
                inputs.put(state.getKey(), Graph.floats(arena.allocate(size * Float.BYTES, 64), shape));
            }
            try (var out = Graph.floats(scores, rows, longest)) {
                graph.run(inputs, Map.of("scores", out));
            } finally {
                for (var tensor : inputs.values()) tensor.close();
            }
            for (int row = 0; row < rows; row++) complete(batch.get(row), scores.asSlice((long) row * longest * Float.BYTES, (long) longest * Float.BYTES));
        }
    }

    private void complete(Reading reading, MemorySegment scores) {
        var list = Arrays.stream(reading.readAt).mapToObj(at -> (double) scores.getAtIndex(ValueLayout.JAVA_FLOAT, at)).toList();
        if (list.stream().allMatch(score -> score >= 0 && score <= 1)) reading.future.complete(new Result.Scored(list, new Cost(0, reading.ids.length)));
        else reading.future.completeExceptionally(new EspalierException("The reward model " + model.name() + " gave " + list
            + ", which are no probabilities; its files may be damaged: copy the model folder again."));
    }

    @Override
    public void close() {
        scheduler.close();
        graph.close();
        tokenizer.close();
    }
}
