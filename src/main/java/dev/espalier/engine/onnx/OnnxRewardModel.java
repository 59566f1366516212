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
import dev.espalier.model.PathNotice;
import dev.espalier.model.Result;
import dev.espalier.model.RewardModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/// A process reward model on ONNX Runtime. It tokenizes the text of a path itself, so it works with any policy. The
/// score of a step is read at its last token: the separator, or the end token for the last step of an ended path. The
/// calls of all searches wait in one queue. Paths are read step by step; a prefix shared with an earlier path is read
/// from the cache. Thread-safe.
public final class OnnxRewardModel implements RewardModel {
    private final ModelFolder model;
    private final Tokenizer tokenizer;
    private final LoadedGraph graph;
    private final ModelCard card;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final PathNotice notice = new PathNotice();
    private final LongAdder executed = new LongAdder();
    private final Scheduler<PendingPath> scheduler;

    /// Max paths that a worker takes at once. It sorts them, so that paths with a common prefix follow one another.
    private static final int MAX_BATCH = 16;

    /// Default bytes for the KV of prompts and steps.
    public static final long CACHE_BYTES = 128L << 20;

    /// KV of prompts and steps, shared by all workers.
    private final PrefixCache cache;

    private record PendingPath(
            String problem, PathText path, LongAdder executed, CompletableFuture<Result.Scored> future) {
        int promptLength() {
            return path.ends()[0];
        }
    }

    public OnnxRewardModel(ModelFolder model, Device device, int threads, long cacheBytes) {
        this(model, Backends.of(device), threads, cacheBytes);
    }

    public OnnxRewardModel(ModelFolder model, DeviceBackend backend, int threads, long cacheBytes) {
        if (model.kind() != ModelFolder.Kind.PRM)
            throw new EspalierException(model.name() + " is a policy, not a reward model; choose a reward model.");
        this.model = model;
        // One path is too little work for several threads: with a small model each thread reads its own paths.
        int workers = backend.cpu() && model.execution().layout() == GraphLayout.FUSED && PolicyLimits.small(model)
                ? threads
                : 1;
        graph = GraphLoader.open(model, backend, threads, threads / workers, workers);
        tokenizer = Tokenizer.read(model.path().resolve(model.files().tokenizer()));
        card = ModelCards.of(model, graph);
        cache = new PrefixCache(backend, cacheBytes);
        scheduler =
                new Scheduler<>(model.name(), workers, 1, pending -> pending.future, PendingPath::problem, this::serve);
    }

    @Override
    public ModelCard card() {
        return card;
    }

    @Override
    public boolean stopped() {
        return scheduler.stopped();
    }

    /// Tokens that the model computed since it was opened. Cached tokens do not count.
    public long executed() {
        return executed.sum();
    }

    @Override
    public CompletableFuture<Result.Scored> score(Call call) {
        var future = new CompletableFuture<Result.Scored>();
        try {
            scheduler.checkOpen();
            var path = PathText.of(model, tokenizer, call);
            var tooLong = path.tooLong(model);
            if (path.steps() == 0) future.complete(new Result.Scored(List.of(), Cost.NONE));
            else if (!tooLong.isEmpty()) {
                notice.tell("A path has no score: " + tooLong, "without a score");
                future.complete(Result.Scored.missing(tooLong));
            } else scheduler.add(new PendingPath(call.problem().text(), path, call.executed(), future));
        } catch (EspalierException e) {
            future.completeExceptionally(e);
        }
        return future;
    }

    private void serve(Scheduler<PendingPath>.Worker worker) {
        var batch = new ArrayList<PendingPath>();
        var computed = new LongAdder();
        try (var reader = graph.scorer(cache, computed)) {
            for (var next = worker.take(this::ready); next != null; next = worker.take(this::ready)) {
                for (; next != null; next = batch.size() == MAX_BATCH ? null : worker.poll(batch.size(), this::ready))
                    batch.add(next);
                // Sorted, so that the KV of a common prefix stays in place.
                batch.sort((a, b) -> Arrays.compare(a.path.ids(), b.path.ids()));
                for (var pending : batch) {
                    if (worker.closed()) return;
                    worker.serving(List.of(pending.future));
                    if (!pending.future.isDone()) score(reader, pending, computed);
                    if (cache.release(pending.path.ids(), pending.promptLength())) scheduler.readinessChanged();
                }
                if (worker.closed()) return;
                batch.clear();
            }
        } finally {
            for (var pending : batch) pending.future.completeExceptionally(worker.closing());
        }
    }

    /// True if no other worker is reading the path's prompt.
    private boolean ready(PendingPath pending) {
        return pending.future.isDone() || cache.claim(pending.path.ids(), pending.promptLength());
    }

    /// @param computed counts the tokens that the worker computes
    private void score(PathScorer reader, PendingPath pending, LongAdder computed) {
        try {
            var scores = pending.path.perStep(readAndCount(reader, pending, computed));
            if (scores.stream().allMatch(score -> score >= 0 && score <= 1))
                pending.future.complete(new Result.Scored(scores, new Cost(0, pending.path.ids().length)));
            else
                pending.future.completeExceptionally(
                        new EspalierException(
                                "The reward model " + model.name() + " returned " + scores
                                        + ", which are not probabilities; its files may be damaged: copy the model folder again."));
        } catch (DeviceException e) {
            pending.future.completeExceptionally(new EspalierException(
                    "The reward model " + model.name() + " failed while computing (" + e.getMessage() + "); "
                            + e.advice("try again, on the CPU if it ran on another device") + ".",
                    e));
        } catch (CancellationException _) {
            // The request was cancelled, or the model is being closed; then `serve` fails all paths of the
            // batch.
        }
    }

    private List<Double> readAndCount(PathScorer reader, PendingPath pending, LongAdder computed) {
        long before = computed.sum();
        try {
            return reader.read(pending.path.ids(), pending.path.ends());
        } finally {
            long tokens = computed.sum() - before;
            executed.add(tokens);
            pending.executed.add(tokens);
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
