package dev.espalier.ui.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.EspalierException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LatestWinsTest {
    private final ArrayDeque<Runnable> worker = new ArrayDeque<>();
    private final List<String> applied = new ArrayList<>();
    private final LatestWins latest = new LatestWins(Background.of(worker::add, Runnable::run));

    private void submit(String what) {
        latest.submit(() -> what, applied::add, message -> applied.add("failed: " + message));
    }

    private void work() {
        while (!worker.isEmpty()) worker.poll().run();
    }

    @Test
    void onlyTheLatestWaitingJobRuns() {
        submit("a");
        submit("b");
        submit("c");
        assertThat(worker).hasSize(1);
        work();
        assertThat(applied).containsExactly("a", "c");
    }

    @Test
    void discardedResultsAreNotApplied() {
        submit("a");
        submit("b");
        latest.forget();
        work();
        submit("c");
        work();
        assertThat(applied).containsExactly("c");
    }

    @Test
    void anErrorIsReportedAndTheNextJobRuns() {
        latest.submit(
                () -> {
                    throw new EspalierException("No such run.");
                },
                _ -> applied.add("never"),
                message -> applied.add("failed: " + message));
        submit("b");
        work();
        assertThat(applied).containsExactly("failed: No such run.", "b");
    }
}
