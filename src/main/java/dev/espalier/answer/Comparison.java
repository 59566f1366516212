package dev.espalier.answer;

/// How a predicted answer was graded, and why.
///
/// @param accepted      whether it counts as right: the same answer, or near enough by one named tolerance
/// @param same          whether both are the same answer (their canonical forms are equal)
/// @param rule          what decided, a few words for the reader
/// @param canonicalGold the gold answer's canonical form
/// @param canonicalPred the predicted answer's canonical form
public record Comparison(boolean accepted, boolean same, String rule, String canonicalGold, String canonicalPred) {

    /// Where the same answer alone is accepted.
    public static Comparison ofKeys(String gold, String pred, String same) {
        boolean equal = gold.equals(pred) && !gold.isEmpty();
        return new Comparison(equal, equal, equal ? same : gold.isEmpty() ? "no gold answer" : pred.isEmpty() ? "no answer" : "different answers", gold, pred);
    }
}
