package dev.espalier.engine.onnx;

import dev.espalier.EspalierException;
import dev.espalier.engine.Device;
import dev.espalier.engine.ModelFolder;
import dev.espalier.engine.Tokenizer;
import dev.espalier.engine.device.Backends;
import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.DeviceException;
import dev.espalier.model.Cost;
import dev.espalier.model.Finish;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.ModelCard;
import dev.espalier.model.Result;
import dev.espalier.model.Step;
import java.util.ArrayList;
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
    private final int threads;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final LongAdder executed = new LongAdder();
    private final Meter meter;
    /// KV of prompts and kept steps, of all workers.
    private final PrefixCache cache;
    private final Scheduler<Waiting> scheduler;

    private record Waiting(Call call, int[] prompt, Wish wish) {
        /// The prompt's tokens that are read at once: all but the last.
        int readAtOnce() {
            return prompt.length - 1;
        }
    }

    /// @param rows       most rows in flight
    /// @param cacheBytes memory for the KV of prompts and kept tree nodes
    /// @param workers    threads with rows of their own, each running the graph on its own
    /// @param rowBytes   memory for the KV of the rows in flight: fewer are taken where those might outgrow it
    public record Limits(int rows, long cacheBytes, int workers, long rowBytes) {
        private static final long ROW_BYTES = 2L << 30;
        private static final long CACHE_BYTES = 256L << 20;
        private static final long SMALL_MODEL = 10_000_000;
        private static final int ROWS_A_WORKER = 6;
        private static final int ROWS_OF_A_LARGE_MODEL = 128;
        private static final int DEVICE_ROWS = 256;

        /// A small model's weights stay in the processor's caches, and the KV of few rows too: each thread works on some of its own. A large model reads
        /// its weights at every turn, for as many rows as there are, and all threads share each operator; two workers, so that one draws while
        /// the other's kernels run (decision 0068).
        public static Limits of(ModelFolder model, int threads) {
            if (small(model)) return new Limits(ROWS_A_WORKER * threads, CACHE_BYTES, threads, ROW_BYTES);
            return new Limits(ROWS_OF_A_LARGE_MODEL, CACHE_BYTES, Math.min(threads, 2), ROW_BYTES);
        }

        static boolean small(ModelFolder model) {
            return model.parameters() < SMALL_MODEL;
        }

        /// What suits a model where it is going to be opened.
        public static Limits of(ModelFolder model, DeviceBackend backend, int threads) {
            return backend.cpu() ? of(model, threads) : onDevice(model, backend.spare());
        }

        /// On a device one run serves all rows, the more the better until its memory is full: three fifths of what the weights leave are for rows,
        /// one fifth for the cache; the rest is for what graphs need while they run.
        ///
        /// @param spare bytes that the device has before the model is opened
        private static Limits onDevice(ModelFolder model, long spare) {
            long rest = Math.max(0, spare - model.parameters() * Short.BYTES);
            return new Limits(DEVICE_ROWS, rest / 5, 1, rest / 5 * 3);
        }

        public Limits {
            if (rows < 1 || cacheBytes < 0 || workers < 1) throw new EspalierException("A policy needs room for at least one row, one worker and a cache of at least 0 bytes.");
        }

        public Limits(int rows, long cacheBytes) {
            this(rows, cacheBytes, rows > 1 ? 2 : 1, ROW_BYTES);
        }

        /// The same with so much memory for all KV, divided between rows and cache as before.
        public Limits withMemory(long bytes) {
            double share = cacheBytes + rowBytes > 0 ? (double) cacheBytes / (cacheBytes + rowBytes) : 0;
            long cache = (long) (bytes * share);
            return new Limits(rows, cache, workers, bytes - cache);
        }

        /// What each of some workers may use.
        Limits each(int workers) {
            return new Limits(Math.ceilDiv(rows, workers), cacheBytes, 1, rowBytes / workers);
        }
    }

    public OnnxPolicy(ModelFolder model, Device device, int threads, Limits limits) {
        this(model, Backends.of(device), threads, limits);
    }

    public OnnxPolicy(ModelFolder model, DeviceBackend backend, int threads, Limits limits) {
        if (model.kind() != ModelFolder.Kind.POLICY) throw new EspalierException(model.name() + " is a reward model, not a policy; choose a policy.");
        if (!model.state().isEmpty()) throw new EspalierException(model.path() + " has further states, which Espalier reads for reward models only; choose another policy.");
        this.model = model;
        this.threads = threads;
        // Elsewhere one run at a time has work enough for the whole device.
        int workers = backend.cpu() && LoadedGraph.fused(model) ? Math.min(limits.workers, limits.rows) : 1;
        boolean small = Limits.small(model);
        graph = LoadedGraph.open(model, backend, threads, small ? Math.max(1, threads / workers) : threads, workers);
        tokenizer = Tokenizer.read(model.path().resolve(model.tokenizer()));
        card = Cards.of(model, graph);
        meter = new Meter(workers);
        cache = new PrefixCache(backend, limits.cacheBytes);
        // A second reading of large weights pays only for many rows more, for half as many where the weights are a quarter and each worker has a thread of its own.
        int pays = graph.apart() && !model.precision().equals("f32") ? 8 : 16;
        int enough = small ? 1 : Math.min(pays, Math.ceilDiv(limits.rows, 2 * workers));
        scheduler = new Scheduler<>(model.name(), workers, enough, waiting -> waiting.wish.future(), waiting -> waiting.call.prompt().text(), worker -> {
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
    double rowsMean() {
        return meter.figures().rowsMean();
    }

    @Override
    public CompletableFuture<Result.Sampled> generate(Call call) {
        var future = new CompletableFuture<Result.Sampled>();
        if (!queue(call, new Wish.Continuation(false, future))) future.complete(new Result.Sampled(List.of(), Finish.LENGTH, Cost.NONE));
        return future;
    }

    @Override
    public CompletableFuture<Result.NextTokens> nextTokens(Call call, Step begun, int k) {
        var future = new CompletableFuture<Result.NextTokens>();
        if (!queue(call, new Wish.NextTokens(begun.tokens(), k, future))) future.complete(new Result.NextTokens(List.of(), Cost.NONE));
        return future;
    }

    @Override
    public int[] tokens(String text) {
        return tokenizer.encode(text);
    }

    /// @return false where the context is full
    private boolean queue(Call call, Wish wish) {
        try {
            scheduler.checkOpen();
            var prompt = Prompts.encode(model, tokenizer, call.prompt().text(), call.generation().systemPrompt());
            for (var step : call.path()) check(step.tokens());
            check(wish.begun());
            int given = prompt.length + call.path().stream().mapToInt(s -> s.tokens().length).sum() + wish.begun().length;
            if (given >= model.context()) return false;
            scheduler.add(new Waiting(call, prompt, wish));
        } catch (EspalierException e) {
            wish.future().completeExceptionally(e);
        }
        return true;
    }

    private void check(int[] tokens) {
        for (int id : tokens) if (id < 0 || id >= model.vocabulary())
            throw new EspalierException("The path holds token " + id + ", which " + model.name() + " does not have: it is another model's. Start a new search.");
    }

    /// Generates a workload's rows, all asked for at once.
    public Speed measure(Workload work) {
        var generation = work.generation(model);
        var before = meter.figures();
        long start = System.nanoTime();
        var rows = new ArrayList<CompletableFuture<Result.Sampled>>();
        for (int row = 0; row < work.rows(); row++) {
            var future = new CompletableFuture<Result.Sampled>();
            scheduler.add(new Waiting(new Call("", List.of(), false, generation, work.lengths()[row], work.key(row)), work.prompt(), new Wish.Continuation(true, future)));
            rows.add(future);
        }
        rows.forEach(CompletableFuture::join);
        return Speed.of(work, "espalier", threads, System.nanoTime() - start, meter.figures().minus(before));
    }

    private void decode(Batch loop, Scheduler<Waiting>.Worker worker) {
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
            for (var row : loop.rows()) row.wish.future().completeExceptionally(worker.closing());
            if (next != null) {
                cache.release(next.prompt, next.readAtOnce());
                next.wish.future().completeExceptionally(worker.closing());
            }
        }
    }

    /// Whether no other worker reads the request's prompt at the moment: nothing common is computed twice.
    private boolean ready(Waiting waiting) {
        return waiting.wish.future().isDone() || cache.claim(waiting.prompt, waiting.readAtOnce());
    }

    private void turn(Batch loop, Scheduler<Waiting>.Worker worker) {
        try {
            worker.serves(loop.rows().stream().map(row -> row.wish.future()).toList());
            loop.turn();
        } catch (DeviceException e) {
            var error = broken(e);
            for (var row : loop.rows()) row.wish.future().completeExceptionally(error);
        } catch (CancellationException _) {
            // All rows were cancelled, or the model is being closed.
        }
        // Failed and cancelled rows make room.
        for (int i = loop.rows().size() - 1; i >= 0; i--) if (loop.rows().get(i).wish.future().isDone()) loop.leave(i);
    }

    /// @return false where it has to wait for memory
    private boolean join(Batch loop, Waiting waiting, Scheduler<Waiting>.Worker worker) {
        boolean waits = false;
        try {
            if (waiting.wish.future().isDone()) return true;
            worker.serves(List.of(waiting.wish.future()));
            var row = new Row(waiting.call, waiting.prompt, waiting.wish, loop.root());
            waits = !loop.fits(row);
            if (!waits) loop.join(row);
        } catch (DeviceException e) {
            waiting.wish.future().completeExceptionally(broken(e));
        } catch (CancellationException _) {
            if (worker.closed()) waiting.wish.future().completeExceptionally(worker.closing());
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
