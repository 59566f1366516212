package dev.espalier.engine.onnx;

/// How long at least one model kernel of this process ran: time in which several run at once counts once. What a search's own time is
/// compared with.
public final class KernelClock {
    private static int running;
    private static long since;
    private static long total;

    private KernelClock() {}

    /// Nanoseconds since the process started.
    public static synchronized long nanos() {
        return total + (running > 0 ? System.nanoTime() - since : 0);
    }

    static synchronized void start() {
        if (running++ == 0) since = System.nanoTime();
    }

    static synchronized void stop() {
        if (--running == 0) total += System.nanoTime() - since;
    }
}
