package dev.espalier.ui.search;

/// How the search that is shown stands.
public enum Phase {
    NONE(""),
    RUNNING("running"),
    STEPPING("to the end of this iteration"),
    PAUSED("paused"),
    FINISHED("finished"),
    CANCELLED("cancelled"),
    FAILED("failed"),
    INTERRUPTED("interrupted");

    private final String words;

    Phase(String words) {
        this.words = words;
    }

    public String words() { return words; }

    /// Whether somebody is working on it.
    public boolean live() {
        return this == RUNNING || this == STEPPING || this == PAUSED;
    }

    /// Whether it can be gone on with from the store.
    public boolean resumable() {
        return this == CANCELLED || this == INTERRUPTED || this == FAILED;
    }
}
