package dev.espalier.engine.onnx;

import java.util.ArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

/// Threads that share out a turn's parts; the caller's thread does the first. Each spends its life in native code, where a virtual
/// thread would hold its carrier.
final class Workers implements AutoCloseable {
    private final ExecutorService others;

    Workers(String model, int most) {
        others = Executors.newFixedThreadPool(Math.max(1, most - 1), Thread.ofPlatform().daemon().name("model " + model + " worker ", 1).factory());
    }

    /// Does all parts, and returns when the last is done.
    ///
    /// @throws RuntimeException the first that a part threw
    void run(int parts, IntConsumer work) {
        var waiting = new ArrayList<Future<?>>();
        for (int part = 1; part < parts; part++) {
            int number = part;
            waiting.add(others.submit(() -> work.accept(number)));
        }
        RuntimeException failure = null;
        try {
            work.accept(0);
        } catch (RuntimeException e) {
            failure = e;
        }
        boolean interrupted = false;
        for (var other : waiting) {
            while (true) {
                try {
                    other.get();
                    break;
                } catch (InterruptedException _) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    if (failure == null) failure = e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException("a worker failed", e.getCause());
                    break;
                }
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
        if (failure != null) throw failure;
    }

    @Override
    public void close() {
        others.shutdown();
    }
}
