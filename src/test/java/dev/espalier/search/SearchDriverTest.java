package dev.espalier.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.ModelCard;
import dev.espalier.model.Result;
import dev.espalier.search.log.Candidate;
import dev.espalier.search.log.Request;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.strategy.Strategies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SearchDriverTest {
    private static final SearchConfig BEAM = Runs.config("beam-search", Map.of("N", 16, "M", 4), 3);

    @Test
    void aFailingRequestFailsTheSearchWithItsReasonAndKeepsItsEvents() {
        var log = Runs.log(BEAM, FakeModels.prompt().failingAtSample(20));
        assertThat(log.getLast()).isEqualTo(new SearchEvent.Failed("The policy ran out of memory."));
        assertThat(log.subList(0, log.size() - 1))
                .isEqualTo(Runs.log(BEAM, FakeModels.prompt()).subList(0, log.size() - 1));
    }

    @Test
    void stepsOneIterationAtATimeAndResumes() throws Exception {
        var control = new SearchControl();
        control.pause();
        var events = new LinkedBlockingQueue<SearchEvent>();
        var models = FakeModels.prompt();
        var end = CompletableFuture.supplyAsync(
                () -> driver(models, control, events).run(),
                task -> Thread.ofVirtual().start(task));
        assertThat(events.poll(5, TimeUnit.SECONDS)).isInstanceOf(SearchEvent.Started.class);
        for (int iteration = 0; iteration < 2; iteration++) {
            control.stepIteration();
            SearchEvent event;
            do {
                event = events.poll(5, TimeUnit.SECONDS);
                assertThat(event).isNotNull();
            } while (!(event instanceof SearchEvent.Selected));
            assertThat(((SearchEvent.Selected) event).iteration()).isEqualTo(iteration);
        }
        control.run();
        assertThat(end.get(5, TimeUnit.SECONDS)).isEqualTo(SearchDriver.End.FINISHED);
    }

    @Test
    void cancellingEndsASearchThatWaitsForAModel() {
        var control = new SearchControl();
        var models = FakeModels.prompt().silentAfterSamples(10);
        var events = new LinkedBlockingQueue<SearchEvent>();
        var end = CompletableFuture.supplyAsync(
                () -> driver(models, control, events).run(),
                task -> Thread.ofVirtual().start(task));
        control.cancel();
        assertThat(end).succeedsWithin(Duration.ofSeconds(5)).isEqualTo(SearchDriver.End.CANCELLED);
        assertThat(events).noneMatch(SearchEvent.Failed.class::isInstance);
    }

    @Test
    void whoeverListensSeesTheTreeThatTheEventMade() {
        var folded = new SearchTree();
        var driver = new SearchDriver(
                Strategies::of,
                BEAM,
                Runs.PROBLEM,
                FakeModels.prompt().policy(),
                FakeModels.prompt().reward(),
                new SearchControl(),
                (number, event, tree, _) -> {
                    folded.apply(event);
                    assertThat(tree.events()).isEqualTo((int) number + 1);
                    assertThat(Candidate.of(tree)).isEqualTo(Candidate.of(folded));
                    assertThat(tree.nodes()).hasSameSizeAs(folded.nodes());
                },
                List.of());
        assertThat(driver.run()).isEqualTo(SearchDriver.End.FINISHED);
        assertThat(Candidate.of(driver.tree())).isEqualTo(Candidate.of(folded)).isNotEmpty();
    }

    @Test
    void aStoredLogOfAnotherVersionIsRejectedWithoutNewEvents() {
        var log = new ArrayList<>(Runs.log(BEAM, FakeModels.prompt()));
        log.set(1, new SearchEvent.Asked(List.of(new Request.Score(0, 0, false))));
        assertThatThrownBy(() -> Runs.log(BEAM, FakeModels.prompt(), log))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("run it anew");
    }

    @Test
    void aSteeredStrategyWithoutARewardModelIsRejected() {
        assertThatThrownBy(() -> new SearchDriver(
                        Strategies::of,
                        BEAM,
                        Runs.PROBLEM,
                        FakeModels.prompt().policy(),
                        null,
                        new SearchControl(),
                        (_, _, _, _) -> {},
                        List.of()))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("steered by a reward model");
    }

    @Test
    void aPolicyThatRefusesARequestAtOnceFailsTheSearchWithTheReason() {
        var events = new ArrayList<SearchEvent>();
        var config = Runs.config("log-prob-beam", Map.of("N", 2), 1);
        var end = new SearchDriver(
                        Strategies::of,
                        config,
                        Runs.PROBLEM,
                        new WithoutNextTokens(FakeModels.prompt().policy()),
                        null,
                        new SearchControl(),
                        (_, event, _, _) -> events.add(event),
                        List.of())
                .run();
        assertThat(end).isEqualTo(SearchDriver.End.FAILED);
        assertThat(events.getLast())
                .isInstanceOfSatisfying(
                        SearchEvent.Failed.class,
                        failed -> assertThat(failed.reason())
                                .contains("does not return the probabilities of its next tokens"));
    }

    private record WithoutNextTokens(LanguageModel of) implements LanguageModel {
        @Override
        public ModelCard card() {
            return of.card();
        }

        @Override
        public CompletableFuture<Result.Sampled> generate(Call call) {
            return of.generate(call);
        }

        @Override
        public void close() {}
    }

    private static SearchDriver driver(
            FakeModels models, SearchControl control, LinkedBlockingQueue<SearchEvent> events) {
        return new SearchDriver(
                Strategies::of,
                BEAM,
                Runs.PROBLEM,
                models.policy(),
                models.reward(),
                control,
                (_, event, _, _) -> events.add(event),
                List.of());
    }
}
