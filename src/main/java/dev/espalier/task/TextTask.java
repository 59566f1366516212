package dev.espalier.task;

/// Text. Accepts an answer if it has the same characters as the gold answer.
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
        return 2;
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
