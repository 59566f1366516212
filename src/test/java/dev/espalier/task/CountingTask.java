package dev.espalier.task;

import dev.espalier.answer.Extraction;
import dev.espalier.problem.Problem;
import dev.espalier.problem.Variant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Another task that counts what it is asked. For tests of who asks how often.
public final class CountingTask implements Task {
    private final Task of;
    private final Map<String, Integer> extracted = new ConcurrentHashMap<>();
    private final Map<String, Integer> graded = new ConcurrentHashMap<>();
    private final AtomicInteger keyed = new AtomicInteger();

    public CountingTask(Task of) {
        this.of = of;
    }

    /// How often each text was read.
    public Map<String, Integer> extracted() {
        return Map.copyOf(extracted);
    }

    /// How often texts were read in all.
    public int extractions() {
        return extracted.values().stream().mapToInt(Integer::intValue).sum();
    }

    /// How often each answer was graded.
    public Map<String, Integer> graded() {
        return Map.copyOf(graded);
    }

    public int keyed() {
        return keyed.get();
    }

    @Override
    public String name() {
        return of.name();
    }

    @Override
    public String label() {
        return of.label();
    }

    @Override
    public int graderVersion() {
        return of.graderVersion();
    }

    @Override
    public @Nullable Extraction extract(Problem problem, String text, boolean finished, Variant variant) {
        extracted.merge(text, 1, Integer::sum);
        return of.extract(problem, text, finished, variant);
    }

    @Override
    public String key(String answer) {
        keyed.incrementAndGet();
        return of.key(answer);
    }

    @Override
    public String sameness(String answer, String other) {
        return of.sameness(answer, other);
    }

    @Override
    public CompletableFuture<Verdict> grade(Problem problem, String answer) {
        graded.merge(answer, 1, Integer::sum);
        return of.grade(problem, answer);
    }
}
