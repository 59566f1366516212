package dev.espalier.task;

import dev.espalier.problem.Choices;
import dev.espalier.problem.Problem;
import java.util.concurrent.CompletableFuture;

/// Multiple choice: an answer is a letter. Where the problem lists its choices one per line, the text of the right
/// choice is right too.
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
        return 2;
    }

    @Override
    public CompletableFuture<Verdict> grade(Problem problem, String answer) {
        var gold = problem.gold();
        var choice = gold == null || isLetter(answer) ? null : Choices.offered(problem.text(), key(gold));
        return choice != null && Graders.MATHEMATICS.grade(choice, answer).accepted()
                ? CompletableFuture.completedFuture(Verdict.of(true, "text of the right choice"))
                : super.grade(problem, answer);
    }

    private boolean isLetter(String answer) {
        var key = key(answer);
        return key.length() == 1 && key.charAt(0) >= 'A' && key.charAt(0) <= 'J';
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
