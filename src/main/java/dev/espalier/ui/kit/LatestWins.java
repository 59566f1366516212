package dev.espalier.ui.kit;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Derived work of which only the newest matters: one job runs, one waits, and a new one takes the waiting one's place.
/// A job that has run is applied even if another waits, so that a picture of something fast keeps moving.
/// Use from the window's thread only.
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
        Runnable job = () -> background.<T>run(work,
            result -> after(mine, () -> then.accept(result)),
            message -> after(mine, () -> failed.accept(message)));
        if (running) {
            waiting = job;
        } else {
            running = true;
            job.run();
        }
    }

    /// Discards all results submitted before.
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
