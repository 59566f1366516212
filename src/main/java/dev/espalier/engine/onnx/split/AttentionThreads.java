package dev.espalier.engine.onnx.split;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/// Threads that compute attention between the pieces of a [SplitGraph]. Thread-safe: several workers may use it at
/// once.
final class AttentionThreads implements AutoCloseable {
    private final ExecutorService others;

    /// @param threads total number, the calling thread included
    AttentionThreads(String model, int threads) {
        others = Executors.newFixedThreadPool(
                Math.max(1, threads - 1),
                Thread.ofPlatform().daemon().name(model + "-attention-", 0).factory());
    }

    /// Runs all parts, the first on the calling thread, and waits for them.
    void runAll(int parts, IntConsumer part) {
        var waiting = IntStream.range(1, parts)
                .mapToObj(i -> CompletableFuture.runAsync(() -> part.accept(i), others))
                .toArray(CompletableFuture[]::new);
        part.accept(0);
        CompletableFuture.allOf(waiting).join();
    }

    @Override
    public void close() {
        others.shutdownNow();
    }
}
