package dev.espalier.store;

/// How a stored search stands.
public enum SearchStatus {
    /// Somebody works on it.
    RUNNING,
    FINISHED,
    FAILED,
    CANCELLED,
    /// It was running when its Espalier ended: it can be resumed, like a cancelled one. Concluded on reading, never stored.
    INTERRUPTED,
    /// Something in its row cannot be read; its failure says what. Never stored.
    DAMAGED;

    /// @throws IllegalArgumentException where no such word is stored
    static SearchStatus stored(String word) {
        var status = valueOf(word);
        if (status == INTERRUPTED || status == DAMAGED) throw new IllegalArgumentException("never stored: " + word);
        return status;
    }

    /// Whether it can go on from where it stands.
    public boolean resumable() {
        return this == CANCELLED || this == FAILED || this == INTERRUPTED;
    }
}
