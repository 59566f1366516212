package dev.espalier.engine.folder;

/// The system prompt that is offered for policies which were taught to follow instructions: it asks for steps that a search can work with.
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
