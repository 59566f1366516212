package dev.espalier.task;

import dev.espalier.answer.registry.Graders;

/// Exact text.
final class TextTask extends AnswerTask {
    TextTask() {
        super(Graders.TEXT);
    }

    @Override
    public String name() {
        return "text";
    }

    @Override
    public String label() {
        return "Exact text";
    }

    @Override
    public int graderVersion() {
        return 1;
    }

    @Override
    public String systemPrompt() {
        return "Solve the task step by step. Leave an empty line between steps. End with the exact answer in \\boxed{}.";
    }

    @Override
    public Presentation presentation() {
        return Presentation.PLAIN;
    }
}
