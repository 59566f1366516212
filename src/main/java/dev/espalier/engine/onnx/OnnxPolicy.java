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

/// A policy on ONNX Runtime. Requests of all searches wait in one queue; its workers take their rows from there, refilled at every token.
public final class OnnxPolicy implements LanguageModel {
    private final ModelFolder model;
    private final Tokenizer tokenizer;
    private final LoadedGraph graph;
    private final ModelCard card;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final LongAdder executed = new LongAdder();
    private final Meter meter;
    /// KV of prompts and kept steps, of all workers.
    private final PrefixCache cache;
    private final Scheduler<Waiting> scheduler;

    private record Waiting(Call call, int[] prompt, DecodeTask task) {
        /// The prompt's tokens that are read at once: all but the last.
        int readAtOnce() {
            return prompt.length - 1;
        }
    }

    public OnnxPolicy(ModelFolder model, Device device, int threads, PolicyLimits limits) {
        this(model, Backends.of(device), threads, limits);
    }

    public OnnxPolicy(ModelFolder model, DeviceBackend backend, int threads, PolicyLimits limits) {
        if (model.kind() != ModelFolder.Kind.POLICY) throw new EspalierException(model.name() + " is a reward model, not a policy; choose a policy.");
        if (!model.shape().state().isEmpty()) throw new EspalierException(model.path() + " has further states, which Espalier reads for reward models only; choose another policy.");
        this.model = model;
        // Elsewhere one run at a time has work enough for the whole device.
        int workers = backend.cpu() && FusedGraph.runs(model) ? Math.min(limits.workers(), limits.rows()) : 1;
        boolean small = PolicyLimits.small(model);
        graph = GraphLoader.open(model, backend, threads, small ? Math.max(1, threads / workers) : threads, workers);
        tokenizer = Tokenizer.read(model.path().resolve(model.files().tokenizer()));
        card = Cards.of(model, graph);
        meter = new Meter(workers);
        cache = new PrefixCache(backend, limits.cacheBytes());
        // A second reading of large weights pays only for many rows more, for half as many where the weights are a quarter and each worker has a thread of its own.
        int pays = graph.apart() && !model.execution().precision().equals("f32") ? 8 : 16;
        int enough = small ? 1 : Math.min(pays, Math.ceilDiv(limits.rows(), 2 * workers));
        scheduler = new Scheduler<>(model.name(), workers, enough, waiting -> waiting.task.future(), waiting -> waiting.call.prompt().text(), worker -> {
            try (var loop = graph.batch(tokenizer, limits.each(workers), cache, executed, meter)) {
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

    /// Tokens that really went through the model since it was opened.
    public long executed() {
        return executed.sum();
    }

    /// Rows in flight, on average over the turns since it was opened.
    public double rowsMean() {
        return meter.figures().rowsMean();
    }

    @Override
    public CompletableFuture<Result.Sampled> generate(Call call) {
        var future = new CompletableFuture<Result.Sampled>();
        if (!queue(call, new DecodeTask.Continuation(false, future))) future.complete(new Result.Sampled(List.of(), Finish.LENGTH, Cost.NONE));
        return future;
    }

    @Override
    public CompletableFuture<Result.NextTokens> nextTokens(Call call, Step begun, int k) {
        var future = new CompletableFuture<Result.NextTokens>();
        if (!queue(call, new DecodeTask.NextTokens(begun.tokens(), k, future))) future.complete(new Result.NextTokens(List.of(), Cost.NONE));
        return future;
    }

    @Override
    public int[] tokens(String text) {
        return tokenizer.encode(text);
    }

    /// @return false where the context is full
    private boolean queue(Call call, DecodeTask task) {
        try {
            scheduler.checkOpen();
            var prompt = Prompts.encode(model, tokenizer, call.prompt().text(), call.generation().systemPrompt());
            for (var step : call.path()) check(step.tokens());
            check(task.begun());
            int given = prompt.length + call.path().stream().mapToInt(s -> s.tokens().length).sum() + task.begun().length;
            if (given >= model.shape().context()) return false;
            scheduler.add(new Waiting(call, prompt, task));
        } catch (EspalierException e) {
            task.future().completeExceptionally(e);
        }
        return true;
    }

    private void check(int[] tokens) {
        for (int id : tokens) if (id < 0 || id >= model.shape().vocabulary())
            throw new EspalierException("The path holds token " + id + ", which " + model.name() + " does not have: it is another model's. Start a new search.");
    }

    /// Samples as many tokens as the call allows behind a prompt that is given as tokens: no end token ends them. For measuring speed.
    public CompletableFuture<Result.Sampled> generateToLimit(Call call, int[] prompt) {
        var future = new CompletableFuture<Result.Sampled>();
        scheduler.add(new Waiting(call, prompt, new DecodeTask.Continuation(true, future)));
        return future;
    }

    /// Where its time has gone since it was opened.
    public Meter.Figures figures() {
        return meter.figures();
    }

    private void decode(DecodeLoop loop, Scheduler<Waiting>.Worker worker) {
        // The next one, where there is no memory for it yet.
        @Nullable Waiting next = null;
        try {
            while (true) {
                while (!loop.full()) {
                    if (next == null) next = loop.rows().isEmpty() ? worker.take(this::ready) : worker.poll(loop.rows().size(), this::ready);
                    if (next == null || !join(loop, next, worker)) break;
                    next = null;
                }
                // A worker without a row is given none only when the model is being closed.
                if (loop.rows().isEmpty() || worker.closed()) return;
                turn(loop, worker);
            }
        } finally {
            for (var row : loop.rows()) row.task.future().completeExceptionally(worker.closing());
            if (next != null) {
                cache.release(next.prompt, next.readAtOnce());
                next.task.future().completeExceptionally(worker.closing());
            }
        }
    }

    /// Whether no other worker reads the request's prompt at the moment: nothing common is computed twice.
    private boolean ready(Waiting waiting) {
        return waiting.task.future().isDone() || cache.claim(waiting.prompt, waiting.readAtOnce());
    }

    private void turn(DecodeLoop loop, Scheduler<Waiting>.Worker worker) {
        try {
            worker.serves(loop.rows().stream().map(row -> row.task.future()).toList());
            loop.turn();
        } catch (DeviceException e) {
            var error = broken(e);
            for (var row : loop.rows()) row.task.future().completeExceptionally(error);
        } catch (CancellationException _) {
            // All rows were cancelled, or the model is being closed.
        }
        // Failed and cancelled rows make room.
        for (int i = loop.rows().size() - 1; i >= 0; i--) if (loop.rows().get(i).task.future().isDone()) loop.leave(i);
    }

    /// @return false where it has to wait for memory
    private boolean join(DecodeLoop loop, Waiting waiting, Scheduler<Waiting>.Worker worker) {
        boolean waits = false;
        try {
            if (waiting.task.future().isDone()) return true;
            worker.serves(List.of(waiting.task.future()));
            var row = new Row(waiting.call, waiting.prompt, waiting.task, loop.root());
            waits = !loop.fits(row);
            if (!waits) loop.join(row);
        } catch (DeviceException e) {
            waiting.task.future().completeExceptionally(broken(e));
        } catch (CancellationException _) {
            if (worker.closed()) waiting.task.future().completeExceptionally(worker.closing());
        } finally {
            if (!waits && cache.release(waiting.prompt, waiting.readAtOnce())) scheduler.changed();
        }
        return !waits;
    }

    private EspalierException broken(DeviceException cause) {
        return new EspalierException("The policy " + model.name() + " failed while computing (" + cause.getMessage() + "); "
            + cause.advice("try again, on the CPU if it ran on another device") + ".", cause);
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
