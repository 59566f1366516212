package dev.espalier.engine.folder;

/// How to write a reward model's input and where its scores are. The input consists of the prompt (the model's
/// [ChatFormat]) and then, for each step: its text within `first` or `step`; then `mark`, whose last token's outputs
/// give the step's score; then `after`. Text and mark are encoded separately.
///
/// @param kind     what kind of model it is
/// @param readOut  how the model's outputs become a probability
/// @param first    around the first step's text, which replaces `{step}`
/// @param step     around the other steps
/// @param mark     the text after a step at which its score is read; "" reads at the step's own last token
/// @param after    between a mark and the next step
/// @param trim     whether to remove white space around a step, the separator included
/// @param endToken whether the end token follows the last step of a finished path
public record PrmFormat(
        PrmKind kind,
        ReadOut readOut,
        String first,
        String step,
        String mark,
        String after,
        boolean trim,
        boolean endToken) {

    static final String STEP = "{step}";

    /// See [PrmKind#seesEmptyStep].
    public boolean seesEmptyStep() {
        return kind.seesEmptyStep(this);
    }

    public PrmFormat {
        for (var around : new String[] {first, step})
            if (!around.contains(STEP))
                throw new dev.espalier.EspalierException("A reward model's template \"" + around + "\" has no " + STEP
                        + "; add it where the step's text belongs.");
    }
}
