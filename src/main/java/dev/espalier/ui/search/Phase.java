package dev.espalier.ui.search;

/// The state of the shown search.
public enum Phase {
    NONE(""),
    RUNNING("running"),
    STEPPING("stepping"),
    PAUSED("paused"),
    FINISHED("finished"),
    CANCELLED("cancelled"),
    FAILED("failed"),
    INTERRUPTED("interrupted");

    private final String description;

    Phase(String description) {
        this.description = description;
    }

    public String description() {
        return description;
    }

    /// Whether the search runs or is paused.
    public boolean live() {
        return this == RUNNING || this == STEPPING || this == PAUSED;
    }

    /// Whether it can be resumed from the store.
    public boolean resumable() {
        return this == CANCELLED || this == INTERRUPTED || this == FAILED;
    }
}
