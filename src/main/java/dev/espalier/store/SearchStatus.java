package dev.espalier.store;

/// The state of a stored search.
public enum SearchStatus {
    /// A process works on it.
    RUNNING,
    FINISHED,
    FAILED,
    CANCELLED,
    /// Its Espalier ended while it was running. It can be resumed, like a cancelled search. Determined on reading,
    /// never stored.
    INTERRUPTED,
    /// A value in its row is unreadable; its failure says which. Never stored.
    DAMAGED;

    /// @throws IllegalArgumentException if the name is unknown or never stored
    static SearchStatus stored(String word) {
        var status = valueOf(word);
        if (status == INTERRUPTED || status == DAMAGED) throw new IllegalArgumentException("never stored: " + word);
        return status;
    }

    /// Whether the search can be resumed.
    public boolean resumable() {
        return this == CANCELLED || this == FAILED || this == INTERRUPTED;
    }
}
