package dev.espalier.task;

import dev.espalier.answer.Extraction;
import dev.espalier.problem.Problem;
import dev.espalier.problem.Variant;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Multiple choice: an answer is a letter. The text of a choice that the problem offers is read as its letter.
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
        return 3;
    }

    @Override
    public @Nullable Extraction extract(Problem problem, String text, boolean finished, Variant variant) {
        return Graders.choice(problem.text()).extract(text, finished);
    }

    @Override
    public CompletableFuture<Verdict> grade(Problem problem, String answer) {
        var gold = problem.gold();
        if (gold == null) return super.grade(problem, answer);
        var comparison = Graders.choice(problem.text()).grade(gold, answer);
        return CompletableFuture.completedFuture(Verdict.of(comparison.accepted(), comparison.rule()));
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
