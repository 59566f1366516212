package dev.espalier.ui.kit;

import dev.espalier.EspalierException;
import java.lang.System.Logger.Level;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Runs work that would block the window. Delivers results and errors on the JavaFX thread.
@FunctionalInterface
public interface Background {

    /// Runs `work`, then passes its result to `then`, or an error message to `failed`.
    <T> void run(Supplier<? extends T> work, Consumer<? super T> then, Consumer<String> failed);

    /// @param worker does the work
    /// @param window runs callbacks on the JavaFX thread
    static Background of(Executor worker, Executor window) {
        return new Background() {
            @Override
            public <T> void run(Supplier<? extends T> work, Consumer<? super T> then, Consumer<String> failed) {
                try {
                    worker.execute(() -> done(work, then, failed));
                } catch (RejectedExecutionException closing) {
                    System.getLogger(Background.class.getName())
                            .log(Level.DEBUG, "The window is closing: the work is not started", closing);
                }
            }

            private <T> void done(Supplier<? extends T> work, Consumer<? super T> then, Consumer<String> failed) {
                try {
                    T result = work.get();
                    window.execute(() -> then.accept(result));
                } catch (Throwable e) {
                    String message = explain(e);
                    window.execute(() -> failed.accept(message));
                }
            }
        };
    }

    /// Runs everything on the caller's thread, for tests of view models.
    static Background sameThread() {
        return of(Runnable::run, Runnable::run);
    }

    /// The message for the user. Logs unexpected errors; nothing else logs them.
    static String explain(Throwable e) {
        if (e instanceof EspalierException expected) {
            if (expected.getCause() != null)
                System.getLogger(Background.class.getName()).log(Level.DEBUG, expected.getMessage(), expected);
            return expected.getMessage();
        }
        System.getLogger(Background.class.getName()).log(Level.ERROR, "Unexpected error behind the window", e);
        return "An unexpected error occurred. Try again; the log has the details.";
    }
}
