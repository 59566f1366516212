package dev.espalier.ui.kit;

import dev.espalier.EspalierException;
import java.lang.System.Logger.Level;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Where work is done that would hold up the window. Results and errors come back on the window's thread.
@FunctionalInterface
public interface Background {

    /// Does `work`, then hands its result to `then`, or what went wrong to `failed`: one sentence for the person.
    <T> void run(Supplier<? extends T> work, Consumer<? super T> then, Consumer<String> failed);

    /// @param worker does the work
    /// @param window takes results back to the window's thread
    static Background of(Executor worker, Executor window) {
        return new Background() {
            @Override
            public <T> void run(Supplier<? extends T> work, Consumer<? super T> then, Consumer<String> failed) {
                try {
                    worker.execute(() -> done(work, then, failed));
                } catch (RejectedExecutionException closing) {
                    System.getLogger(Background.class.getName()).log(Level.DEBUG, "The window is closing: nothing new is begun", closing);
                }
            }

            private <T> void done(Supplier<? extends T> work, Consumer<? super T> then, Consumer<String> failed) {
                try {
                    T result = work.get();
                    window.execute(() -> then.accept(result));
                } catch (RuntimeException | LinkageError e) {
                    String message = explain(e);
                    window.execute(() -> failed.accept(message));
                }
            }
        };
    }

    /// Everything at once on the caller's thread: for tests of view-models.
    static Background sameThread() {
        return of(Runnable::run, Runnable::run);
    }

    /// What a person is told about an error; what no one foresaw goes to the log, here and only here.
    static String explain(Throwable e) {
        if (e instanceof EspalierException foreseen) {
            if (foreseen.getCause() != null) System.getLogger(Background.class.getName()).log(Level.DEBUG, foreseen.getMessage(), foreseen);
            return foreseen.getMessage();
        }
        System.getLogger(Background.class.getName()).log(Level.ERROR, "Unforeseen error behind the window", e);
        return "Something went wrong that nobody foresaw (" + e.getClass().getSimpleName() + "). The log has the details; what you were doing can be tried again.";
    }
}
