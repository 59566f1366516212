package dev.espalier.experiment.run;

import dev.espalier.EspalierException;
import java.lang.System.Logger.Level;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/// How a search, sweep or import ended.
///
/// @param message "" unless it failed: one sentence for the user
public record Outcome(End end, String message) {
    private static final System.Logger LOG = System.getLogger(Outcome.class.getName());

    public enum End {
        FINISHED,
        CANCELLED,
        FAILED
    }

    /// Runs background work and turns every exception into a sentence for the user.
    public static Outcome of(Supplier<Outcome> work, Runnable after) {
        try {
            return work.get();
        } catch (CancellationException _) {
            return new Outcome(End.CANCELLED, "");
        } catch (EspalierException refused) {
            LOG.log(Level.INFO, "refused", refused);
            return new Outcome(End.FAILED, refused.getMessage());
        } catch (OutOfMemoryError full) {
            LOG.log(Level.ERROR, "out of memory", full);
            return new Outcome(
                    End.FAILED,
                    "Java ran out of memory. Stored results are safe. Start Espalier with more memory (java -Xmx), or choose a smaller budget.");
        } catch (Throwable broken) {
            // Catches everything: a caller waits for the outcome.
            LOG.log(Level.ERROR, "internal error", broken);
            return new Outcome(
                    End.FAILED, "An internal error occurred. Stored results are safe. Please report it with the log.");
        } finally {
            after.run();
        }
    }
}
