package dev.espalier.model;

import dev.espalier.io.Notices;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;

/// Tells the user of a model's first path in trouble, whose search goes on. Thread-safe.
public final class PathNotice {
    private final AtomicBoolean told = new AtomicBoolean();

    /// Tells it the first time; later calls do nothing.
    ///
    /// @param what  what happened to the path and why, without a full stop
    /// @param later which later paths are not told one by one, for example "without a score"
    public void tell(String what, String later) {
        if (told.getAndSet(true)) return;
        System.getLogger(Notices.LOGGER)
                .log(
                        Level.WARNING,
                        what + ". Its search goes on; later paths " + later + " are listed with their search.");
    }
}
