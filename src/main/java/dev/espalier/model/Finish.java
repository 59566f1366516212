package dev.espalier.model;

/// Why a generation stopped.
public enum Finish {
    /// A step ended; the path can be continued.
    STEP,
    /// The policy ended the text.
    STOP,
    /// The text was truncated: at the token limit, at the end of the context, or by a server that gave another reason
    /// ([Result.Sampled#note]).
    LENGTH,
    /// Cut off by a person.
    CANCELLED;

    /// Whether the path is complete: nothing can continue it.
    public boolean ends() {
        return this != STEP;
    }
}
