package dev.espalier.engine.onnx.cut;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/// Threads that share out what is computed in Java between a graph's [SplitGraph]. Several workers may ask at once.
final class AttentionThreads implements AutoCloseable {
    private final ExecutorService others;

    /// @param threads with the one that asks
    AttentionThreads(String model, int threads) {
        others = Executors.newFixedThreadPool(Math.max(1, threads - 1), Thread.ofPlatform().daemon().name(model + "-attention-", 0).factory());
    }

    /// Does all parts, the first in the thread that asks, and waits for the others.
    void share(int parts, IntConsumer part) {
        var waiting = IntStream.range(1, parts).mapToObj(i -> CompletableFuture.runAsync(() -> part.accept(i), others)).toArray(CompletableFuture[]::new);
        part.accept(0);
        CompletableFuture.allOf(waiting).join();
    }

    @Override
    public void close() {
        others.shutdownNow();
    }
}
