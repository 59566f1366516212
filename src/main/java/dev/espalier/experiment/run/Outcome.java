package dev.espalier.experiment.run;

import dev.espalier.EspalierException;
import java.lang.System.Logger.Level;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/// How a search or sweep ended.
///
/// @param message "" unless it failed: one sentence for the person
public record Outcome(End end, String message) {
    private static final System.Logger LOG = System.getLogger(Outcome.class.getName());

    public enum End { FINISHED, CANCELLED, FAILED }

    /// The one place where what goes wrong in the background becomes a sentence.
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
            return new Outcome(End.FAILED, "Java's memory did not suffice. What was stored is safe; start Espalier with more (java -Xmx), or choose a smaller budget.");
        } catch (Throwable broken) {
            // Whatever it is: somebody waits for the outcome.
            LOG.log(Level.ERROR, "broken", broken);
            return new Outcome(End.FAILED, "Something went wrong that should not. What was stored is safe; please report it with the log.");
        } finally {
            after.run();
        }
    }
}
