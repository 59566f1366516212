package dev.espalier.engine.device.ort;

import dev.espalier.engine.device.DeviceException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Runs something on a thread with a large stack.
///
/// ONNX Runtime 1.29 looks through the process's command line when its environment is made, with a recursion as deep as the
/// line is long: a class path of 4,000 characters overflows a thread's usual stack of 1 MB and ends the process without a
/// word (measured; with the same class path in the variable CLASSPATH it does not). Reserved stack costs nothing until used.
final class LargeStack {
    private static final long STACK_BYTES = 512L << 20;

    private LargeStack() {}

    static <T> T run(String name, Callable<T> work) {
        var task = new FutureTask<>(work);
        // Only this constructor takes a stack size.
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
