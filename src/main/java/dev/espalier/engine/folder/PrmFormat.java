package dev.espalier.engine.folder;

/// How a reward model reads a path and where its scores stand. The path is read in pieces: the prompt (the model's [ChatFormat]), then for every
/// step its text in `first` or `step`, then `mark`, at whose last token the step's score is read, then `after`. Text and mark are encoded apart.
///
/// @param readOut how the model's outputs become a probability
/// @param first   around the first step's text, which stands for `{step}`
/// @param step    around the others
/// @param mark    what stands behind a step where its score is read; "" reads at the step's own last token
/// @param after   between a mark and the next step
/// @param trim    whether white space around a step is left out, so that the separator is not read
/// @param endToken whether the end token stands behind the last step of a path that has ended
public record PrmFormat(ReadOut readOut, String first, String step, String mark, String after, boolean trim, boolean endToken) {

    static final String STEP = "{step}";

    /// Whether a separator at the text's end makes it see an empty step behind it, which is so of the forms for which the toolkit splits the text:
    /// a dialogue with a turn a step, and a value head. A tag behind each step has none there.
    public boolean seesEmptyStep() {
        return switch (readOut) {
            case ReadOut.SignTokens _ -> !after.isBlank();
            case ReadOut.ValueHead _ -> !mark.isEmpty();
            case ReadOut.TokenClasses _, ReadOut.Outcome _ -> false;
        };
    }

    public PrmFormat {
        for (var around : new String[] {first, step})
            if (!around.contains(STEP)) throw new dev.espalier.EspalierException("A reward model's template \"" + around + "\" has no " + STEP + "; add it where the step's text belongs.");
    }
}
