package dev.espalier.engine.http.wire;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A request that gave no result, and what that means. Its message has neither address nor key; the pool adds the address. It has no cause: those of
/// the network and of parsers repeat a server's words, in which a key may be.
public final class Failure extends Exception {
    public enum Kind {
        /// No connection: nothing was computed, the server may be gone.
        DOWN,
        /// The server answered badly or not in time. Sampling and scoring change nothing on a server, so asking again is safe.
        AGAIN,
        /// The server asks to come back later; it is well.
        BUSY,
        /// The server is well and gave part of what was asked; ask for the rest.
        PART,
        /// Asking again would give the same.
        FINAL
    }

    public final Kind kind;
    /// What to do, "" for what is usual for its kind.
    final String todo;
    /// The answer's status, 0 where there was none.
    public final int status;
    /// When the server wants to be asked again; null where it did not say.
    final transient @Nullable Duration after;

    private Failure(Kind kind, String message, String todo, int status, @Nullable Duration after) {
        super(message);
        this.kind = kind;
        this.todo = todo;
        this.status = status;
        this.after = after;
    }

    public Failure(Kind kind, String message) {
        this(kind, message, "", 0, null);
    }

    /// @param todo what to do
    public Failure(Kind kind, String message, String todo) {
        this(kind, message, todo, 0, null);
    }

    Failure(Kind kind, String message, String todo, Status status) {
        this(kind, message, todo, status.code(), status.after());
    }

    /// Whether a key is missing or wrong.
    public boolean locked() {
        return status == 401 || status == 403;
    }
}
