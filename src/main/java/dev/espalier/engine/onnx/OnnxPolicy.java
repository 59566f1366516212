package dev.espalier.engine.onnx;

import dev.espalier.EspalierException;
import dev.espalier.engine.device.Device;
import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.DeviceException;
import dev.espalier.engine.device.backends.Backends;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.folder.Tokenizer;
import dev.espalier.engine.onnx.decode.DecodeLoop;
import dev.espalier.engine.onnx.decode.DecodeTask;
import dev.espalier.engine.onnx.decode.LoadedGraph;
import dev.espalier.engine.onnx.decode.Meter;
import dev.espalier.engine.onnx.decode.PolicyLimits;
import dev.espalier.engine.onnx.decode.Row;
import dev.espalier.engine.onnx.fused.FusedGraph;
import dev.espalier.engine.onnx.kv.PrefixCache;
import dev.espalier.engine.onnx.queue.Scheduler;
import dev.espalier.model.Cost;
import dev.espalier.model.Finish;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.ModelCard;
import dev.espalier.model.Result;
import dev.espalier.model.Step;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// A policy on ONNX Runtime. The calls of all searches wait in one queue. Workers take calls from it and refill their
/// batch at every token (continuous batching). Thread-safe.
public final class OnnxPolicy implements LanguageModel {
    private final ModelFolder model;
    private final Tokenizer tokenizer;
    private final LoadedGraph graph;
    private final ModelCard card;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final LongAdder executed = new LongAdder();
    private final Meter meter;
    /// KV of prompts and steps, shared by all workers.
    private final PrefixCache cache;
    private final Scheduler<PendingCall> scheduler;

    private record PendingCall(Call call, int[] prompt, DecodeTask task) {
        /// The tokens of the prompt that prefill reads: all but the last.
        int prefillLength() {
            return prompt.length - 1;
        }
    }

    public OnnxPolicy(ModelFolder model, Device device, int threads, PolicyLimits limits) {
        this(model, Backends.of(device), threads, limits);
    }

    public OnnxPolicy(ModelFolder model, DeviceBackend backend, int threads, PolicyLimits limits) {
        if (model.kind() != ModelFolder.Kind.POLICY)
            throw new EspalierException(model.name() + " is a reward model, not a policy; choose a policy.");
        if (!model.shape().state().isEmpty())
            throw new EspalierException(model.path()
                    + " has recurrent states, which Espalier supports for reward models only; choose another policy.");
        this.model = model;
        // Otherwise one run at a time uses the whole device.
        int workers = backend.cpu() && FusedGraph.runs(model) ? Math.min(limits.workers(), limits.rows()) : 1;
        boolean small = PolicyLimits.small(model);
        graph = GraphLoader.open(model, backend, threads, small ? Math.max(1, threads / workers) : threads, workers);
        tokenizer = Tokenizer.read(
                model.path().resolve(model.files().tokenizer()), model.shape().vocabulary());
        card = ModelCards.of(model, graph);
        meter = new Meter(workers);
        cache = new PrefixCache(backend, limits.cacheBytes());
        // A second worker reads large weights a second time. That pays off only for many more rows; for half as
        // many if the weights are a quarter of the size and each worker has its own threads.
        int rowsWorthAWorker =
                graph.dividesThreads() && !model.execution().precision().equals("f32") ? 8 : 16;
        int minPerWorker = small ? 1 : Math.min(rowsWorthAWorker, Math.ceilDiv(limits.rows(), 2 * workers));
        scheduler = new Scheduler<>(
                model.name(),
                workers,
                minPerWorker,
                pending -> pending.task.future(),
                pending -> pending.call.prompt().text(),
                worker -> {
                    try (var loop = graph.decodeLoop(tokenizer, limits.perWorker(workers), cache, executed, meter)) {
                        decode(loop, worker);
                    }
                });
    }

    @Override
    public ModelCard card() {
        return card;
    }

    @Override
    public boolean stopped() {
        return scheduler.stopped();
    }

    /// Tokens that the model computed since it was opened, prompts included. Cached tokens do not count.
    public long executed() {
        return executed.sum();
    }

    /// Mean number of rows in flight per turn since the model was opened.
    public double rowsMean() {
        return meter.figures().rowsMean();
    }

    @Override
    public CompletableFuture<Result.Sampled> generate(Call call) {
        var future = new CompletableFuture<Result.Sampled>();
        if (!queue(call, new DecodeTask.Continuation(false, future)))
            future.complete(new Result.Sampled(List.of(), Finish.LENGTH, Cost.NONE));
        return future;
    }

    @Override
    public CompletableFuture<Result.NextTokens> nextTokens(Call call, Step begun, int k) {
        var future = new CompletableFuture<Result.NextTokens>();
        if (!queue(call, new DecodeTask.NextTokens(begun.tokens(), k, future)))
            future.complete(new Result.NextTokens(List.of(), Cost.NONE));
        return future;
    }

    @Override
    public int[] tokens(String text) {
        return tokenizer.encode(text);
    }

    /// Queues a call.
    ///
    /// @return false if prompt and path fill the context, so that no token can follow
    private boolean queue(Call call, DecodeTask task) {
        try {
            scheduler.checkOpen();
            var prompt = Prompts.encode(
                    model, tokenizer, call.prompt().text(), call.generation().systemPrompt());
            for (var step : call.path()) check(step.tokens());
            check(task.begun());
            int inputLength = prompt.length
                    + call.path().stream().mapToInt(s -> s.tokens().length).sum()
                    + task.begun().length;
            if (inputLength >= model.shape().context()) return false;
            scheduler.add(new PendingCall(call, prompt, task));
        } catch (EspalierException e) {
            task.future().completeExceptionally(e);
        }
        return true;
    }

    private void check(int[] tokens) {
        for (int id : tokens)
            if (id < 0 || id >= model.shape().vocabulary())
                throw new EspalierException("The path contains token " + id + ", which " + model.name()
                        + " does not have: another model generated it. Start a new search.");
    }

    /// Samples as many tokens as the call allows, ignoring end tokens. For measuring speed.
    ///
    /// @param prompt token ids, in place of the call's prompt
    public CompletableFuture<Result.Sampled> generateToLimit(Call call, int[] prompt) {
        var future = new CompletableFuture<Result.Sampled>();
        scheduler.add(new PendingCall(call, prompt, new DecodeTask.Continuation(true, future)));
        return future;
    }

    /// Time and rows counted since the model was opened.
    public Meter.Figures figures() {
        return meter.figures();
    }

    private void decode(DecodeLoop loop, Scheduler<PendingCall>.Worker worker) {
        // A call that waits for memory.
        @Nullable PendingCall next = null;
        try {
            while (true) {
                while (!loop.full()) {
                    if (next == null)
                        next = loop.rows().isEmpty()
                                ? worker.take(this::ready)
                                : worker.poll(loop.rows().size(), this::ready);
                    if (next == null || !join(loop, next, worker)) break;
                    next = null;
                }
                // `take` returns null only if the model is being closed.
                if (loop.rows().isEmpty() || worker.closed()) return;
                turn(loop, worker);
            }
        } finally {
            for (var row : loop.rows()) row.task.future().completeExceptionally(worker.closing());
            if (next != null) {
                cache.release(next.prompt, next.prefillLength());
                next.task.future().completeExceptionally(worker.closing());
            }
        }
    }

    /// True if no other worker is reading the call's prompt. Then a common prompt is computed once.
    private boolean ready(PendingCall pending) {
        return pending.task.future().isDone() || cache.claim(pending.prompt, pending.prefillLength());
    }

    private void turn(DecodeLoop loop, Scheduler<PendingCall>.Worker worker) {
        try {
            worker.serving(loop.rows().stream().map(row -> row.task.future()).toList());
            loop.turn();
        } catch (DeviceException e) {
            var error = failure(e);
            for (var row : loop.rows()) row.task.future().completeExceptionally(error);
        } catch (CancellationException _) {
            // All rows were cancelled, or the model is being closed.
        }
        // Removes finished, failed and cancelled rows.
        for (int i = loop.rows().size() - 1; i >= 0; i--)
            if (loop.rows().get(i).task.future().isDone()) loop.leave(i);
    }

    /// Adds a call's row to the batch.
    ///
    /// @return false if the row must wait for memory
    private boolean join(DecodeLoop loop, PendingCall pending, Scheduler<PendingCall>.Worker worker) {
        boolean mustWait = false;
        try {
            if (pending.task.future().isDone()) return true;
            worker.serving(List.of(pending.task.future()));
            var row = new Row(pending.call, pending.prompt, pending.task, loop.root());
            mustWait = !loop.fits(row);
            if (!mustWait) loop.join(row);
        } catch (DeviceException e) {
            pending.task.future().completeExceptionally(failure(e));
        } catch (CancellationException _) {
            if (worker.closed()) pending.task.future().completeExceptionally(worker.closing());
        } finally {
            if (!mustWait && cache.release(pending.prompt, pending.prefillLength())) scheduler.readinessChanged();
        }
        return !mustWait;
    }

    private EspalierException failure(DeviceException cause) {
        return new EspalierException(
                "The policy " + model.name() + " failed while computing (" + cause.getMessage() + "); "
                        + cause.advice("try again, on the CPU if it ran on another device") + ".",
                cause);
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
