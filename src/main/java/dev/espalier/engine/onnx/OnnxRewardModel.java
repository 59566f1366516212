package dev.espalier.engine.onnx;

import dev.espalier.EspalierException;
import dev.espalier.engine.Device;
import dev.espalier.engine.ModelFolder;
import dev.espalier.engine.Tokenizer;
import dev.espalier.engine.device.Backends;
import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.DeviceException;
import dev.espalier.search.Cost;
import dev.espalier.search.ModelCard;
import dev.espalier.search.Result;
import dev.espalier.search.RewardModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;

/// A process reward model on ONNX Runtime. A path is read as its text, step by step, in the model's own tokens, so any policy
/// will do; a step's score is read at its last token (the separator; for an ended path's last step the end token). Requests of all
/// searches wait in one queue; paths are read step by step, and what they share with paths read before is not read again.
public final class OnnxRewardModel implements RewardModel {
    private final ModelFolder model;
    private final Tokenizer tokenizer;
    private final Graph graph;
    private final ModelCard card;
    private final LongAdder executed = new LongAdder();
    private final Scheduler<Reading> scheduler;

    /// Memory for the KV of prompts and steps that were read.
    public static final long CACHE_BYTES = 128L << 20;

    private final long cacheBytes;

    /// @param ids  of the whole path, prompt first
    /// @param ends where the prompt ends, then where each step ends
    private record Reading(int[] ids, int[] ends, CompletableFuture<Result.Scored> future) {}

    public OnnxRewardModel(ModelFolder model, Device device, int threads, long cacheBytes) {
        this(model, Backends.of(device), threads, cacheBytes);
    }

    OnnxRewardModel(ModelFolder model, DeviceBackend backend, int threads, long cacheBytes) {
        if (model.kind() != ModelFolder.Kind.PRM) throw new EspalierException(model.name() + " is a policy, not a reward model; choose a reward model.");
        this.model = model;
        this.cacheBytes = cacheBytes;
        graph = Graph.open(model, backend, threads, "scores");
        tokenizer = Tokenizer.read(model.path().resolve(model.tokenizer()));
        card = Cards.of(model, graph);
        scheduler = new Scheduler<>(model.name(), reading -> reading.future, this::serve);
    }

    @Override
    public ModelCard card() {
        return card;
    }

    /// Tokens that really went through the model since it was opened.
    public long executed() {
        return executed.sum();
    }

    @Override
    public CompletableFuture<Result.Scored> score(Call call) {
        var future = new CompletableFuture<Result.Scored>();
        try {
            scheduler.checkOpen();
            var reading = reading(call, future);
            if (reading.ends.length == 1) future.complete(new Result.Scored(List.of(), Cost.NONE));
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
        var ends = new ArrayList<Integer>();
        ends.add(length);
        for (var step : call.path()) {
            if (step.text().isEmpty()) continue;
            var tokens = tokenizer.encode(step.text());
            for (int id : tokens) ids.add(id);
            length += tokens.length;
            ends.add(length);
        }
        if (call.ended() && ends.size() > 1) {
            ids.add(model.endIds().getFirst());
            ends.set(ends.size() - 1, ++length);
        }
        if (length > model.context())
            throw new EspalierException("Problem and solution have " + length + " tokens; the context of the reward model " + model.name() + " is " + model.context()
                + ". Lower the token limit of a solution or choose a reward model with a longer context.");
        return new Reading(ids.build().toArray(), ends.stream().mapToInt(i -> i).toArray(), future);
    }

    private void serve(Scheduler<Reading>.Queue queue) {
        var waiting = new ArrayList<Reading>();
        try (var reader = new PathReader(model, graph, cacheBytes, executed)) {
            for (var next = queue.take(); next != null; next = queue.take()) {
                for (; next != null; next = queue.poll()) waiting.add(next);
                // Paths that share their beginning follow one another: what they share stays in place.
                waiting.sort((a, b) -> Arrays.compare(a.ids, b.ids));
                for (var reading : waiting) {
                    if (queue.closed()) return;
                    if (!reading.future.isDone()) read(reader, reading);
                }
                waiting.clear();
            }
        } finally {
            for (var reading : waiting) reading.future.completeExceptionally(queue.closing());
        }
    }

    private void read(PathReader reader, Reading reading) {
        try {
            var scores = reader.read(reading.ids, reading.ends);
            if (scores.stream().allMatch(score -> score >= 0 && score <= 1)) reading.future.complete(new Result.Scored(scores, new Cost(0, reading.ids.length)));
            else reading.future.completeExceptionally(new EspalierException("The reward model " + model.name() + " gave " + scores
                + ", which are no probabilities; its files may be damaged: copy the model folder again."));
        } catch (DeviceException e) {
            reading.future.completeExceptionally(new EspalierException("The reward model " + model.name() + " failed while computing (" + e.getMessage()
                + "); try again, on the CPU if it ran on another device.", e));
        }
    }

    @Override
    public void close() {
        scheduler.close();
        graph.close();
        tokenizer.close();
    }
}
