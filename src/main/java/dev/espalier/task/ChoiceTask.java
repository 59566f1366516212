package dev.espalier.task;

import dev.espalier.problem.Problem;

/// Multiple choice: an answer is a letter.
final class ChoiceTask extends AnswerTask {
    ChoiceTask() {
        super(Graders.CHOICE);
    }

    @Override
    public String name() {
        return "choice";
    }

    @Override
    public String label() {
        return "Multiple choice";
    }

    @Override
    public int graderVersion() {
        return 1;
    }

    @Override
    public String systemPrompt() {
        return "Answer the question step by step. Leave an empty line between steps. End with the letter of your choice in \\boxed{}.";
    }

    @Override
    public boolean recognises(Problem problem) {
        return Graders.of(problem) == Graders.CHOICE;
    }
}
