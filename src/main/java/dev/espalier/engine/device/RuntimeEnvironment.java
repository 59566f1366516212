package dev.espalier.engine.device;

import ai.onnxruntime.OrtEnvironment;
import java.util.concurrent.FutureTask;

/// ONNX Runtime's one environment, made on a thread with a large stack.
///
/// ONNX Runtime 1.29 looks through the process's command line when its environment is made, with a recursion as deep as the
/// line is long: a class path of 4,000 characters overflows a thread's usual stack of 1 MB and ends the process without a
/// word (measured; with the same class path in the variable CLASSPATH it does not). Reserved stack costs nothing until used.
final class RuntimeEnvironment {
    private static final long STACK_BYTES = 512L << 20;
    private static final OrtEnvironment SHARED = make();

    private RuntimeEnvironment() {}

    static OrtEnvironment shared() {
        return SHARED;
    }

    private static OrtEnvironment make() {
        var task = new FutureTask<>(OrtEnvironment::getEnvironment);
        // Only this constructor takes a stack size.
        new Thread(null, task, "onnxruntime-environment", STACK_BYTES).start();
        try {
            return task.get();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException("ONNX Runtime did not start", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while ONNX Runtime started", e);
        }
    }
}
