package dev.espalier;

import java.util.Objects;

/// What the person who acted can understand and mend: the message is one or two sentences that name
/// what failed, where, and what to do. Details for developers are in the cause and go to the log.
public final class EspalierException extends RuntimeException {
    public EspalierException(String message) {
        super(message);
    }

    public EspalierException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
