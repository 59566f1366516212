package dev.espalier.experiment.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import dev.espalier.answer.Extraction;
import dev.espalier.model.Generation;
import dev.espalier.problem.Problem;
import dev.espalier.problem.Variant;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.store.RunRecord;
import dev.espalier.store.RunStore;
import dev.espalier.task.Task;
import dev.espalier.task.Verdict;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GradingTest {
    private static final Problem PROBLEM = new Problem("p", "Which?", "gold", null, "", 0, "slow", "");

    @TempDir
    Path folder;

    private final Slow slow = new Slow();
    private RunStore store;

    /// A grader that the test controls.
    private static final class Slow implements Task {
        private final ConcurrentLinkedDeque<Runnable> waiting = new ConcurrentLinkedDeque<>();
        private int asked;
        private int version = 1;
        private boolean broken;

        @Override
        public String name() {
            return "slow";
        }

        @Override
        public String label() {
            return "Slow";
        }

        @Override
        public int graderVersion() {
            return version;
        }

        @Override
        public @Nullable Extraction extract(Problem problem, String text, boolean finished, Variant variant) {
            return null;
        }

        @Override
        public String key(String answer) {
            return answer;
        }

        @Override
        public String sameness(String answer, String other) {
            return "the same";
        }

        @Override
        public CompletableFuture<Verdict> grade(Problem problem, String answer) {
            asked++;
            var verdict = new CompletableFuture<Verdict>();
            waiting.add(() -> {
                if (broken) verdict.completeExceptionally(new EspalierException("The tests could not be run."));
                else
                    verdict.complete(new Verdict(
                            answer.equals("gold") ? 1 : 0.25, answer.equals("gold"), "as told", "3 of 4 tests"));
            });
            return verdict;
        }

        void finish() {
            for (var job = waiting.poll(); job != null; job = waiting.poll()) job.run();
        }
    }

    @BeforeEach
    void open() {
        store = RunStore.open(folder.resolve("runs.db"));
        var config = new SearchConfig(
                "greedy", Parameters.NONE, Generation.DEFAULT, Reduction.LAST, 1, "policy", "", "", "");
        store.createSearch(
                store.createRun(new RunRecord(0, "run", "", "", config, Instant.EPOCH, "0", "CPU")), PROBLEM);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void anAnswerHasNoVerdictUntilTheGraderIsDoneAndThenListenersRun() {
        var grading = new Grading(store);
        var told = new AtomicInteger();
        grading.whenGraded(told::incrementAndGet);
        assertThat(grading.of(PROBLEM, slow, "gold")).isNull();
        assertThat(grading.of(PROBLEM, slow, "gold")).isNull();
        assertThat(slow.asked).as("asked once").isEqualTo(1);
        slow.finish();
        assertThat(told).hasPositiveValue();
        assertThat(grading.of(PROBLEM, slow, "gold")).isEqualTo(new Verdict(1, true, "as told", "3 of 4 tests"));
        assertThat(slow.asked).isEqualTo(1);
    }

    @Test
    void aListenerRunsOncePerVerdict() {
        var grading = new Grading(store);
        var told = new AtomicInteger();
        grading.whenGraded(told::incrementAndGet);
        for (int picture = 0; picture < 15; picture++) {
            grading.of(PROBLEM, slow, "gold");
            grading.of(PROBLEM, slow, "wrong");
        }
        slow.finish();
        assertThat(told).hasValue(2);
    }

    @Test
    void aVerdictIsReadFromTheDatabaseByTheNextEspalier() {
        var first = new Grading(store);
        first.of(PROBLEM, slow, "wrong");
        slow.finish();
        store.close();
        store = RunStore.open(folder.resolve("runs.db"));
        assertThat(new Grading(store).of(PROBLEM, slow, "wrong"))
                .isEqualTo(new Verdict(0.25, false, "as told", "3 of 4 tests"));
        assertThat(slow.asked).isEqualTo(1);
    }

    @Test
    void verdictsOfAnOlderGraderAreNotUsed() {
        new Grading(store).of(PROBLEM, slow, "wrong");
        slow.finish();
        store.flush();
        slow.version = 2;
        assertThat(new Grading(store).of(PROBLEM, slow, "wrong")).isNull();
        assertThat(slow.asked).isEqualTo(2);
    }

    @Test
    void aFailedGraderGivesNoVerdict() {
        slow.broken = true;
        var grading = new Grading(store);
        assertThat(grading.of(PROBLEM, slow, "gold")).isNull();
        slow.finish();
        assertThat(grading.of(PROBLEM, slow, "gold")).isNull();
        assertThatThrownBy(() -> grading.waiting().of(PROBLEM, slow, "gold"))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("could not be graded");
        store.flush();
        assertThat(store.verdicts(PROBLEM, slow)).isEmpty();
    }

    @Test
    void waitingCallersGetTheSameVerdict() throws Exception {
        var grading = new Grading(store);
        var seen = new ArrayList<@Nullable Verdict>();
        var waiting = Thread.ofVirtual().start(() -> seen.add(grading.waiting().of(PROBLEM, slow, "gold")));
        while (slow.waiting.isEmpty()) Thread.onSpinWait();
        slow.finish();
        waiting.join();
        assertThat(seen).containsExactly(grading.of(PROBLEM, slow, "gold")).doesNotContainNull();
    }
}
