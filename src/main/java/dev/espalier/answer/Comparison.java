package dev.espalier.answer;

/// The result of comparing a predicted answer with the gold answer.
///
/// @param accepted      true if the prediction counts as correct: the same answer, or accepted by a named tolerance
/// @param same          true if both are the same answer (equal canonical forms)
/// @param rule          the deciding rule, in a few words
/// @param canonicalGold the gold answer's canonical form
/// @param canonicalPred the predicted answer's canonical form
public record Comparison(boolean accepted, boolean same, String rule, String canonicalGold, String canonicalPred) {

    /// The result for graders without tolerances: accepts only equal keys.
    public static Comparison ofKeys(String gold, String pred, String same) {
        boolean equal = gold.equals(pred) && !gold.isEmpty();
        return new Comparison(
                equal,
                equal,
                equal ? same : gold.isEmpty() ? "no gold answer" : pred.isEmpty() ? "no answer" : "different answers",
                gold,
                pred);
    }
}
