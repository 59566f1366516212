package dev.espalier.model;

/// The tokens that a result cost.
///
/// @param generated sampled tokens
/// @param processed tokens that the model read or sampled, the prompt and repeated reads included
public record Cost(long generated, long processed) {
    public static final Cost NONE = new Cost(0, 0);

    public Cost plus(Cost other) {
        return new Cost(generated + other.generated, processed + other.processed);
    }
}
