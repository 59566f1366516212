package dev.espalier.engine.onnx.decode;

/// How long at least one model kernel of this process ran: time in which several run at once counts once. What a search's own time is
/// compared with.
public final class KernelClock {
    private static int running;
    private static long since;
    private static long total;
    /// Each kernel's time for itself.
    private static long each;
    private static long changed;

    private KernelClock() {}

    /// Nanoseconds since the process started.
    public static synchronized long nanos() {
        return total + (running > 0 ? System.nanoTime() - since : 0);
    }

    /// Nanoseconds in which each kernel's time counts for itself, those that run now included.
    public static synchronized long sum() {
        return each + running * (running == 0 ? 0 : System.nanoTime() - changed);
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
        each += running * (now - changed);
        changed = now;
        return now;
    }
}
