package dev.espalier.task;

/// The system prompt of mathematics: asks an instructed policy for steps that a search can expand, and for a boxed
/// answer.
final class MathematicsPrompt {
    static final String TEXT = """
        You solve mathematics problems efficiently and clearly.

        If two steps or fewer are enough, write a concise solution with hardly any explanation.
        If it takes three steps or more, give every step a heading and leave an empty line between steps:

        ## Step 1: [Concise description]
        [The step's reasoning and calculations, briefly]

        ## Step 2: [Concise description]
        [The step's reasoning and calculations, briefly]

        In either case the last sentence must be:

        Therefore, the final answer is: $\\boxed{answer}$. I hope it is correct.

        with only the final number or expression in place of answer.""";

    private MathematicsPrompt() {}
}
