package dev.espalier.engine.device.ort;

import dev.espalier.engine.device.DeviceException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Runs a task on a thread with a large stack.
///
/// ONNX Runtime 1.29 scans the process's command line when it creates its environment. The scan recurses once per
/// character: a class path of 4,000 characters overflows the usual stack of 1 MB and kills the process without a
/// message (measured; the same class path in the variable CLASSPATH does not). Reserved stack costs no memory until it
/// is used.
final class LargeStack {
    private static final long STACK_BYTES = 512L << 20;

    private LargeStack() {}

    static <T> T run(String name, Callable<T> work) {
        var task = new FutureTask<>(work);
        // The only constructor with a stack size.
        new Thread(null, task, name, STACK_BYTES).start();
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof DeviceException known) throw known;
            throw new IllegalStateException("ONNX Runtime did not start", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while ONNX Runtime started", e);
        }
    }
}
