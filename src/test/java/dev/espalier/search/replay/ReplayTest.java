package dev.espalier.search.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import dev.espalier.search.FakeModels;
import dev.espalier.search.Runs;
import dev.espalier.search.SearchControl;
import dev.espalier.search.SearchDriver;
import dev.espalier.search.SearchModels;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.strategy.Strategies;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class ReplayTest {
    private static final SearchConfig BEAM = Runs.config("beam-search", Map.of("N", 8, "M", 4, "lookahead", 2), 3);

    @Test
    void aStoredSearchRunsAgainWithoutAModel() {
        for (var config : List.of(
                BEAM,
                Runs.config("dvts", Map.of("N", 8, "M", 4), 1),
                Runs.config("greedy", Map.of("N", 1), 1),
                Runs.config("best-of-n", Map.of("N", 6), 2))) {
            var log = Runs.log(config, FakeModels.prompt());
            assertThat(replayed(config, Replay.of(log))).isEqualTo(log);
        }
    }

    @Test
    void aSmallerBudgetReplaysFromTheLogOfALargerOne() {
        var pool = Runs.log(Runs.config("best-of-n", Map.of("N", 8), 2), FakeModels.prompt());
        var smaller = Runs.config("best-of-n", Map.of("N", 3), 2);
        assertThat(replayed(smaller, Replay.of(pool))).isEqualTo(Runs.log(smaller, FakeModels.prompt()));
    }

    @Test
    void aResultThatIsNotInTheLogIsAnErrorAndNotSampled() {
        var log = Runs.log(BEAM, FakeModels.prompt());
        var wider = replayed(Runs.config("beam-search", Map.of("N", 12, "M", 4, "lookahead", 2), 3), Replay.of(log));
        assertThat(wider.getLast())
                .isInstanceOfSatisfying(
                        SearchEvent.Failed.class,
                        failed -> assertThat(failed.reason())
                                .contains("Not in the log")
                                .contains("samples nothing anew"));
        var otherSeed = replayed(Runs.config("beam-search", Map.of("N", 8, "M", 4, "lookahead", 2), 4), Replay.of(log));
        assertThat(otherSeed.getLast())
                .isInstanceOfSatisfying(
                        SearchEvent.Failed.class,
                        failed -> assertThat(failed.reason()).contains("Not in the log"));
    }

    @Test
    void thePolicyIsCalledOnlyForResultsThatAreNotInTheLog() {
        var small = Runs.config("best-of-n", Map.of("N", 3), 2);
        var large = Runs.config("best-of-n", Map.of("N", 8), 2);
        var replay = Replay.of(Runs.log(small, FakeModels.prompt()));
        var models = FakeModels.prompt();
        var log = new ArrayList<SearchEvent>();
        new SearchDriver(
                        Strategies::of,
                        large,
                        Runs.PROBLEM,
                        replay.before(SearchModels.of(models.policy(), models.reward())),
                        new SearchControl(),
                        (_, event, _, _) -> log.add(event),
                        List.of())
                .run();
        assertThat(log).isEqualTo(Runs.log(large, FakeModels.prompt()));
        assertThat(models.samples).hasValue(5);
        assertThat(models.scores).hasValue(5);
    }

    @Test
    void anEmptyLogIsRejected() {
        assertThatThrownBy(() -> Replay.of(List.of()))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("nothing to replay");
    }

    @Test
    void aDamagedLogIsRejected() {
        var log = Runs.log(BEAM, FakeModels.prompt());
        assertThatThrownBy(() -> Replay.of(changed(
                        log,
                        event -> event instanceof SearchEvent.Scored s
                                ? new SearchEvent.Scored(s.request(), 9999, s.scores(), s.rationales(), s.cost())
                                : event)))
                .isInstanceOf(EspalierException.class)
                .hasMessage(
                        "The log of the stored search is damaged: its events contradict each other. Run the search again.");
        assertThatThrownBy(() -> Replay.of(changed(
                        log,
                        event -> event instanceof SearchEvent.Sampled s
                                ? new SearchEvent.Sampled(
                                        s.request(),
                                        s.parent(),
                                        s.childIndex(),
                                        s.firstNode() + 1,
                                        s.steps(),
                                        s.finish(),
                                        s.cost(),
                                        s.variant())
                                : event)))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("its events contradict each other");
    }

    private static List<SearchEvent> changed(List<SearchEvent> log, UnaryOperator<SearchEvent> change) {
        return log.stream().map(change).toList();
    }

    private static List<SearchEvent> replayed(SearchConfig config, Replay replay) {
        var log = new ArrayList<SearchEvent>();
        new SearchDriver(
                        Strategies::of,
                        config,
                        Runs.PROBLEM,
                        replay.models(),
                        new SearchControl(),
                        (_, event, _, _) -> log.add(event),
                        List.of())
                .run();
        return log;
    }
}
