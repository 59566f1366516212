package dev.espalier.experiment.run;

import dev.espalier.EspalierException;
import dev.espalier.problem.Problem;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.vote.Answers;
import dev.espalier.search.vote.Tally;
import dev.espalier.store.RunStore;
import dev.espalier.task.Task;
import dev.espalier.task.Verdict;
import dev.espalier.task.Verdicts;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// Grades each answer of a problem once per version of its task's grader, and stores the verdict in the database.
/// Thread-safe. Do not call it on the window's thread: it can read the database and grade.
public final class Grading implements Verdicts {
    private static final System.Logger LOG = System.getLogger(Grading.class.getName());
    /// Maximum number of problems whose verdicts are in memory.
    private static final int HELD = 2_000;

    private final RunStore store;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final LinkedHashMap<Subject, Known> held = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Subject, Known> eldest) {
            return size() > HELD;
        }
    };

    private record Subject(Problem problem, String task) {}

    /// Verdicts on the answers of one problem.
    ///
    /// @param stored   verdicts read from the database, by answer hash
    /// @param answers  verdicts by answer; incomplete while the grader works
    /// @param awaited  answers whose caller got no verdict yet
    private record Known(
            Map<String, Verdict> stored,
            ConcurrentHashMap<String, CompletableFuture<Optional<Verdict>>> answers,
            Set<String> awaited) {}

    public Grading(RunStore store) {
        this.store = store;
    }

    /// Groups a tree's candidates by answer, by the rules of its mode, and grades them if the problem has a gold
    /// answer. Waits for graders.
    public Tally tally(SearchTree tree, Problem problem, Reduction reduction) {
        return new Answers(problem, tree.mode().task(problem)).tally(tree, reduction, waiting());
    }

    /// As [#tally], without waiting: an answer whose grader is not done has no verdict yet.
    public Tally tallySoFar(SearchTree tree, Answers answers, Reduction reduction) {
        return answers.tally(tree, reduction, this);
    }

    /// Sets a callback, on any thread, for verdicts that arrive after [#tallySoFar] or [#of] returned without them.
    public void whenGraded(Runnable listener) {
        listeners.add(listener);
    }

    /// Returns null while a slow grader works.
    @Override
    public @Nullable Verdict of(Problem problem, Task task, String answer) {
        if (!task.gradable(problem)) return null;
        var known = known(problem, task);
        var verdict = grade(known, problem, task, answer);
        if (!verdict.isDone() && known.awaited.add(answer)) {
            var _ = verdict.thenRun(() -> listeners.forEach(Runnable::run));
        }
        return verdict.getNow(Optional.empty()).orElse(null);
    }

    /// The same verdicts, for callers that wait for the grader.
    ///
    /// Throws [EspalierException] if the grader failed: the answer then has no verdict.
    public Verdicts waiting() {
        return (problem, task, answer) -> {
            if (!task.gradable(problem)) return null;
            var verdict = grade(known(problem, task), problem, task, answer).join();
            if (verdict.isEmpty())
                throw new EspalierException("An answer to problem %s could not be graded (%s); the log has the details."
                        .formatted(problem.id(), task.label()));
            return verdict.get();
        };
    }

    /// Empty if the grader failed.
    private CompletableFuture<Optional<Verdict>> grade(Known known, Problem problem, Task task, String answer) {
        var found = known.answers.get(answer);
        if (found != null) return found;
        var mine = new CompletableFuture<Optional<Verdict>>();
        var first = known.answers.putIfAbsent(answer, mine);
        if (first != null) return first;
        var stored = known.stored.isEmpty() ? null : known.stored.get(RunStore.answerHash(answer));
        if (stored != null) mine.complete(Optional.of(stored));
        else ask(problem, task, answer, mine);
        return mine;
    }

    private void ask(Problem problem, Task task, String answer, CompletableFuture<Optional<Verdict>> into) {
        try {
            var _ = task.grade(problem, answer).whenComplete((verdict, failure) -> {
                if (failure == null) {
                    keep(problem, task, answer, verdict);
                    into.complete(Optional.of(verdict));
                } else {
                    failed(problem, task, failure);
                    into.complete(Optional.empty());
                }
            });
        } catch (RuntimeException | Error broken) {
            failed(problem, task, broken);
            into.complete(Optional.empty());
        }
    }

    private static void failed(Problem problem, Task task, Throwable failure) {
        LOG.log(
                Level.WARNING,
                "the grader of " + task.name() + " failed at an answer to problem " + problem.id(),
                failure instanceof CompletionException wrapped ? wrapped.getCause() : failure);
    }

    /// Keeps the verdict in memory if the store refuses it.
    private void keep(Problem problem, Task task, String answer, Verdict verdict) {
        try {
            store.keep(problem, task, answer, verdict);
        } catch (EspalierException unwritten) {
            LOG.log(Level.DEBUG, "could not store a verdict", unwritten);
        }
    }

    private Known known(Problem problem, Task task) {
        var subject = new Subject(problem, task.name());
        synchronized (held) {
            var known = held.get(subject);
            if (known != null) return known;
        }
        var read = new Known(stored(problem, task), new ConcurrentHashMap<>(), ConcurrentHashMap.newKeySet());
        synchronized (held) {
            var known = held.putIfAbsent(subject, read);
            return known == null ? read : known;
        }
    }

    private Map<String, Verdict> stored(Problem problem, Task task) {
        try {
            return store.verdicts(problem, task);
        } catch (EspalierException unreadable) {
            LOG.log(Level.DEBUG, "could not read verdicts", unreadable);
            return Map.of();
        }
    }
}
