package dev.espalier.engine.onnx.decode;

/// Measures the time in which at least one model kernel of this process runs; overlapping runs count once. Benchmarks
/// compare a search's own time with it. Thread-safe.
public final class KernelClock {
    private static int running;
    private static long since;
    private static long total;
    /// Sum of the kernels' times.
    private static long summed;
    private static long changed;

    private KernelClock() {}

    /// Nanoseconds in which at least one kernel ran, since the process started.
    public static synchronized long nanos() {
        return total + (running > 0 ? System.nanoTime() - since : 0);
    }

    /// Sum of the nanoseconds of all kernel runs, current ones included.
    public static synchronized long sum() {
        return summed + running * (running == 0 ? 0 : System.nanoTime() - changed);
    }

    public static synchronized void start() {
        long now = change();
        if (running++ == 0) since = now;
    }

    public static synchronized void stop() {
        long now = change();
        if (--running == 0) total += now - since;
    }

    private static long change() {
        long now = System.nanoTime();
        summed += running * (now - changed);
        changed = now;
        return now;
    }
}
