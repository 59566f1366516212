package dev.espalier.task;

import dev.espalier.answer.Extraction;
import dev.espalier.answer.Grader;
import dev.espalier.problem.Problem;
import dev.espalier.problem.Variant;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// A task that compares each answer with a gold answer. Its [Grader] returns at once.
abstract class AnswerTask implements Task {
    private final Grader grader;

    AnswerTask(Grader grader) {
        this.grader = grader;
    }

    final Grader grader() {
        return grader;
    }

    @Override
    public String systemPrompt() {
        return MathematicsPrompt.TEXT;
    }

    @Override
    public String answerInstruction() {
        return "end with the final answer in \\boxed{}";
    }

    @Override
    public @Nullable Extraction extract(Problem problem, String text, boolean finished, Variant variant) {
        return grader.extract(text, finished);
    }

    @Override
    public String key(String answer) {
        return grader.key(answer);
    }

    @Override
    public String sameness(String answer, String other) {
        return answer.equals(other) ? "identical text" : grader.sameness(answer, other);
    }

    @Override
    public CompletableFuture<Verdict> grade(Problem problem, String answer) {
        var gold = problem.gold();
        if (gold == null) throw new IllegalArgumentException("problem " + problem.id() + " has no gold answer");
        var comparison = grader.grade(gold, answer);
        return CompletableFuture.completedFuture(Verdict.of(comparison.accepted(), comparison.rule()));
    }

    @Override
    public boolean noAnswerMayWin() {
        return grader.noAnswerMayWin();
    }
}
