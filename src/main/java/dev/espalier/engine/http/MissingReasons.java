package dev.espalier.engine.http;

import dev.espalier.engine.http.wire.Failure;
import java.util.concurrent.atomic.AtomicInteger;

/// Decides what a missing finish reason means. With the counts of the answer, the answer is complete. With the end of a
/// stream alone, it may be truncated: Espalier asks again, less often if the endpoint never gives reasons. Thread-safe.
final class MissingReasons {
    /// A stream may be truncated by accident; one that always lacks its end has a reason.
    private static final int MOST_UNENDED = 3;
    /// The retries of a text without a reason from an endpoint that gives reasons otherwise.
    private static final int MOST_TRUNCATED = 5;

    /// Whether a server of the endpoint has given a finish reason.
    private volatile boolean givesReasons;
    /// Whether its servers are taken to end texts without a finish reason.
    private volatile boolean endsWithoutReasons;

    /// @param answer   the answer with the choice
    /// @param stepEnds whether the text holds the end of the requested step, so that nothing else counts
    /// @param missing  how often a reason was missing for this request
    /// @throws Failure if the text may be truncated
    void check(ResponseAccumulator answer, ResponseAccumulator.Choice choice, boolean stepEnds, AtomicInteger missing)
            throws Failure {
        if (!choice.finish().isEmpty()) {
            givesReasons = true;
            return;
        }
        if (stepEnds) return;
        if (answer.ended()) {
            boolean trusted = answer.isCounted() || endsWithoutReasons;
            if (!trusted && missing.getAndIncrement() < (givesReasons ? MOST_TRUNCATED : MOST_UNENDED - 1))
                throw new Failure(Failure.Kind.AGAIN, "returned an incomplete answer");
            endsWithoutReasons |= !givesReasons;
        } else if (missing.incrementAndGet() >= MOST_UNENDED && !givesReasons)
            throw new Failure(
                    Failure.Kind.FINAL,
                    "returned an incomplete answer %d times: neither a finish reason nor the end of its stream"
                            .formatted(MOST_UNENDED),
                    "set \"stream\": false in the endpoint's file");
    }
}
