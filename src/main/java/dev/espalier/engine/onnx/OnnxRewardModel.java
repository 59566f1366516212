package dev.espalier.engine.onnx;

import dev.espalier.EspalierException;
import dev.espalier.engine.device.Device;
import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.DeviceException;
import dev.espalier.engine.device.backends.Backends;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.folder.Tokenizer;
import dev.espalier.engine.graph.GraphLayout;
import dev.espalier.engine.onnx.decode.LoadedGraph;
import dev.espalier.engine.onnx.decode.PathScorer;
import dev.espalier.engine.onnx.decode.PolicyLimits;
import dev.espalier.engine.onnx.kv.PrefixCache;
import dev.espalier.engine.onnx.queue.Scheduler;
import dev.espalier.model.Cost;
import dev.espalier.model.ModelCard;
import dev.espalier.model.Result;
import dev.espalier.model.RewardModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/// A process reward model on ONNX Runtime. A path is read as its text, step by step, in the model's own tokens, so any policy
/// will do; a step's score is read at its last token (the separator; for an ended path's last step the end token). Requests of all
/// searches wait in one queue; paths are read step by step, and what they share with paths read before is not read again.
public final class OnnxRewardModel implements RewardModel {
    private final ModelFolder model;
    private final Tokenizer tokenizer;
    private final LoadedGraph graph;
    private final ModelCard card;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final LongAdder executed = new LongAdder();
    private final Scheduler<Reading> scheduler;

    /// What a worker takes at once, to read what begins alike one after the other.
    private static final int AT_ONCE = 16;

    /// Memory for the KV of prompts and steps that were read.
    public static final long CACHE_BYTES = 128L << 20;

    /// KV of prompts and steps, of all workers.
    private final PrefixCache cache;

    private record Reading(String problem, PathText path, LongAdder executed, CompletableFuture<Result.Scored> future) {
        int promptLength() {
            return path.ends()[0];
        }
    }

    public OnnxRewardModel(ModelFolder model, Device device, int threads, long cacheBytes) {
        this(model, Backends.of(device), threads, cacheBytes);
    }

    public OnnxRewardModel(ModelFolder model, DeviceBackend backend, int threads, long cacheBytes) {
        if (model.kind() != ModelFolder.Kind.PRM) throw new EspalierException(model.name() + " is a policy, not a reward model; choose a reward model.");
        this.model = model;
        // A path alone is too little work for several threads: where the model is small each reads paths of its own.
        int workers = backend.cpu() && model.execution().layout() == GraphLayout.FUSED && PolicyLimits.small(model) ? threads : 1;
        graph = GraphLoader.open(model, backend, threads, threads / workers, workers);
        tokenizer = Tokenizer.read(model.path().resolve(model.files().tokenizer()));
        card = Cards.of(model, graph);
        cache = new PrefixCache(backend, cacheBytes);
        scheduler = new Scheduler<>(model.name(), workers, 1, reading -> reading.future, Reading::problem, this::serve);
    }

    @Override
    public ModelCard card() {
        return card;
    }

    @Override
    public boolean stopped() {
        return scheduler.stopped();
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
            var path = PathText.of(model, tokenizer, call);
            if (path.steps() == 0) future.complete(new Result.Scored(List.of(), Cost.NONE));
            else scheduler.add(new Reading(call.problem().text(), path, call.executed(), future));
        } catch (EspalierException e) {
            future.completeExceptionally(e);
        }
        return future;
    }

    private void serve(Scheduler<Reading>.Worker worker) {
        var inHand = new ArrayList<Reading>();
        var read = new LongAdder();
        try (var reader = graph.scorer(cache, read)) {
            for (var next = worker.take(this::ready); next != null; next = worker.take(this::ready)) {
                for (; next != null; next = inHand.size() == AT_ONCE ? null : worker.poll(inHand.size(), this::ready)) inHand.add(next);
                // Paths that share their beginning follow one another: what they share stays in place.
                inHand.sort((a, b) -> Arrays.compare(a.path.ids(), b.path.ids()));
                for (var reading : inHand) {
                    if (worker.closed()) return;
                    worker.serves(List.of(reading.future));
                    if (!reading.future.isDone()) read(reader, reading, read);
                    if (cache.release(reading.path.ids(), reading.promptLength())) scheduler.changed();
                }
                if (worker.closed()) return;
                inHand.clear();
            }
        } finally {
            for (var reading : inHand) reading.future.completeExceptionally(worker.closing());
        }
    }

    /// Whether no other worker reads the path's prompt at the moment.
    private boolean ready(Reading reading) {
        return reading.future.isDone() || cache.claim(reading.path.ids(), reading.promptLength());
    }

    /// @param read the tokens that the worker has read
    private void read(PathScorer reader, Reading reading, LongAdder read) {
        try {
            var scores = reading.path.perStep(counted(reader, reading, read));
            if (scores.stream().allMatch(score -> score >= 0 && score <= 1)) reading.future.complete(new Result.Scored(scores, new Cost(0, reading.path.ids().length)));
            else reading.future.completeExceptionally(new EspalierException("The reward model " + model.name() + " gave " + scores
                + ", which are no probabilities; its files may be damaged: copy the model folder again."));
        } catch (DeviceException e) {
            reading.future.completeExceptionally(new EspalierException("The reward model " + model.name() + " failed while computing (" + e.getMessage()
                + "); " + e.advice("try again, on the CPU if it ran on another device") + ".", e));
        } catch (CancellationException _) {
            // The request was cancelled, or the model is being closed: then all that is in hand is told so.
        }
    }

    private List<Double> counted(PathScorer reader, Reading reading, LongAdder read) {
        long before = read.sum();
        try {
            return reader.read(reading.path.ids(), reading.path.ends());
        } finally {
            long tokens = read.sum() - before;
            executed.add(tokens);
            reading.executed.add(tokens);
        }
    }

    @Override
    public void close() {
        if (closed.getAndSet(true)) return;
        scheduler.close();
        cache.close();
        graph.close();
        tokenizer.close();
    }
}
