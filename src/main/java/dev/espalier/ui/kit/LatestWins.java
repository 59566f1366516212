package dev.espalier.ui.kit;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Runs derived work of which only the latest matters: one job runs, one waits, and a new job replaces the waiting one.
/// The result of a finished job is applied even if another job waits, so that a fast-changing picture keeps updating.
/// Use only on the JavaFX thread.
public final class LatestWins {
    private final Background background;
    private @Nullable Runnable waiting;
    private boolean running;
    private long era;

    public LatestWins(Background background) {
        this.background = background;
    }

    public <T> void submit(Supplier<? extends T> work, Consumer<? super T> then, Consumer<String> failed) {
        long mine = era;
        Runnable job = () -> background.<T>run(
                work,
                result -> after(mine, () -> then.accept(result)),
                message -> after(mine, () -> failed.accept(message)));
        if (running) {
            waiting = job;
        } else {
            running = true;
            job.run();
        }
    }

    /// Discards the results of all earlier jobs.
    public void forget() {
        era++;
        waiting = null;
    }

    private void after(long mine, Runnable apply) {
        try {
            if (mine == era) apply.run();
        } finally {
            var next = waiting;
            waiting = null;
            if (next == null) running = false;
            else next.run();
        }
    }
}
