package dev.espalier.model;

/// What a result cost.
///
/// @param generated tokens sampled
/// @param processed tokens that went through the model, prompt and re-reading included
public record Cost(long generated, long processed) {
    public static final Cost NONE = new Cost(0, 0);

    public Cost plus(Cost other) {
        return new Cost(generated + other.generated, processed + other.processed);
    }
}
