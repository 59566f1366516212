package dev.espalier.task;

import dev.espalier.answer.Extraction;
import dev.espalier.model.Prompt;
import dev.espalier.problem.Problem;
import dev.espalier.problem.Variant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// A toy task: write a word backwards. Its variant writes the problem in capitals, and its grader is asynchronous. It
/// needs only this class and a line in META-INF/services.
public final class WordReversal implements Task {
    /// Runs the grader; tests replace it.
    static volatile Executor grading = Runnable::run;

    static final Variant CAPITALS = Variant.named("capitals");

    @Override
    public String name() {
        return "word-reversal";
    }

    @Override
    public String label() {
        return "Words backwards";
    }

    @Override
    public int graderVersion() {
        return 1;
    }

    @Override
    public boolean recognises(Problem problem) {
        return problem.text().startsWith("Reverse the word ");
    }

    @Override
    public Prompt prompt(Problem problem, Variant variant) {
        return Prompt.of(
                variant.name().equals(CAPITALS.name()) ? problem.text().toUpperCase(Locale.ROOT) : problem.text());
    }

    @Override
    public List<Variant> variants(Problem problem) {
        return List.of(Variant.IDENTITY, CAPITALS);
    }

    @Override
    public @Nullable Extraction extract(Problem problem, String text, boolean finished, Variant variant) {
        var word = text.strip();
        if (word.isEmpty() || !finished) return null;
        int start = text.indexOf(word);
        return new Extraction(
                variant.name().equals(CAPITALS.name()) ? word.toLowerCase(Locale.ROOT) : word,
                Extraction.Rule.FINAL_ANSWER,
                start,
                start + word.length());
    }

    @Override
    public String key(String answer) {
        return answer;
    }

    @Override
    public String sameness(String answer, String other) {
        return "the same word";
    }

    @Override
    public CompletableFuture<Verdict> grade(Problem problem, String answer) {
        return CompletableFuture.supplyAsync(
                () -> {
                    var gold = String.valueOf(problem.gold());
                    int right = 0;
                    for (int i = 0; i < Math.min(gold.length(), answer.length()); i++)
                        if (gold.charAt(i) == answer.charAt(i)) right++;
                    double share = right / (double) Math.max(gold.length(), answer.length());
                    return new Verdict(share, share == 1, right + " letters of " + gold.length(), "");
                },
                grading);
    }

    @Override
    public int attempts() {
        return 2;
    }

    @Override
    public Presentation presentation() {
        return Presentation.PLAIN;
    }
}
