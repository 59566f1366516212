package dev.espalier.model;

/// Why a generation stopped.
public enum Finish {
    /// At a step's end; the path can go on.
    STEP,
    /// The policy ended the text.
    STOP,
    /// The token limit or the context's end was reached: truncated.
    LENGTH,
    /// Cut off by a person.
    CANCELLED;

    public boolean ends() {
        return this != STEP;
    }
}
