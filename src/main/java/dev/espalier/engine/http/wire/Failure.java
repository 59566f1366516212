package dev.espalier.engine.http.wire;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A failed request and its meaning. Its message contains neither address nor key; the pool adds the address. It has no
/// cause, because exceptions of the network and of parsers repeat a server's text, which may contain a key.
public final class Failure extends Exception {
    public enum Kind {
        /// No connection: nothing was computed, and the server may be down.
        DOWN,
        /// The answer was invalid or late. Sampling and scoring change nothing on a server, so a retry is safe.
        AGAIN,
        /// The server is healthy and asks to retry later.
        BUSY,
        /// The server is healthy and returned a part; request the rest.
        PART,
        /// A retry would give the same result.
        FINAL
    }

    public final Kind kind;
    /// What to do, "" for the default of its kind.
    final String advice;
    /// The answer's HTTP status, 0 for none.
    public final int status;
    /// The server's own message in full, "" for none: for code that looks for a reason in it. Without the key.
    public final String said;
    /// When to retry, by the server's wish; null if it named no time.
    final transient @Nullable Duration after;

    private Failure(Kind kind, String message, String advice, int status, @Nullable Duration after, String said) {
        super(message);
        this.said = said;
        this.kind = kind;
        this.advice = advice;
        this.status = status;
        this.after = after;
    }

    public Failure(Kind kind, String message) {
        this(kind, message, "", 0, null, "");
    }

    /// @param advice what to do
    public Failure(Kind kind, String message, String advice) {
        this(kind, message, advice, 0, null, "");
    }

    Failure(Kind kind, String message, String advice, Status status) {
        this(kind, message, advice, status.code(), status.after(), "");
    }

    /// Returns the same failure with the server's own message.
    Failure saying(String words) {
        return new Failure(kind, messageText(), advice, status, after, words);
    }

    /// Returns the same failure with what to do, as one that a retry would repeat.
    public Failure advising(String what) {
        return new Failure(Kind.FINAL, messageText(), what, status, after, said);
    }

    private String messageText() {
        return java.util.Objects.requireNonNull(getMessage());
    }

    /// Whether a key is missing or wrong.
    public boolean locked() {
        return status == 401 || status == 403;
    }
}
