package dev.espalier.experiment.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.model.LanguageModel;
import dev.espalier.model.ModelCard;
import dev.espalier.model.Result;
import dev.espalier.search.Runs;
import dev.espalier.search.SearchControl;
import dev.espalier.search.SearchDriver;
import dev.espalier.search.SearchModels;
import dev.espalier.search.TwoOfEach;
import dev.espalier.search.log.Request;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.replay.Replay;
import dev.espalier.store.RunRecord;
import dev.espalier.store.RunStore;
import dev.espalier.store.SearchStatus;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A strategy with two policies and two reward models.
class SeveralModelsTest {
    @TempDir
    Path folder;

    private RunStore store;

    @BeforeEach
    void open() {
        store = RunStore.open(folder.resolve("runs.db"));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private long search() {
        long run = store.createRun(new RunRecord(0, "run", "", "", TwoOfEach.CONFIG, Instant.EPOCH, "0", "CPU"));
        return store.createSearch(run, Runs.PROBLEM);
    }

    private List<SearchEvent> run(long search, SearchModels models, List<SearchEvent> stored) {
        var seen = new ArrayList<SearchEvent>();
        new StoredRunner(store, TwoOfEach.strategies())
                .run(
                        search,
                        TwoOfEach.CONFIG,
                        Runs.PROBLEM,
                        models,
                        stored,
                        new SearchControl(),
                        (event, _) -> seen.add(event));
        store.flush();
        return seen;
    }

    private static List<SearchEvent> log(SearchModels models) {
        var events = new ArrayList<SearchEvent>();
        new SearchDriver(
                        TwoOfEach.strategies(),
                        TwoOfEach.CONFIG,
                        Runs.PROBLEM,
                        models,
                        new SearchControl(),
                        (_, event, _, _) -> events.add(event),
                        List.of())
                .run();
        return events;
    }

    @Test
    void requestsNameTheirModels() {
        var log = log(new TwoOfEach().models());
        assertThat(log.getLast()).isInstanceOf(SearchEvent.Finished.class);
        var requests = Runs.of(SearchEvent.Asked.class, log).stream()
                .flatMap(asked -> asked.requests().stream())
                .toList();
        assertThat(requests)
                .filteredOn(Request.Sample.class::isInstance)
                .allMatch(request -> request.model() == ((Request.Sample) request).childIndex() % 2);
        assertThat(requests)
                .filteredOn(Request.LookAhead.class::isInstance)
                .isNotEmpty()
                .allMatch(request -> request.model() == 1);
        assertThat(requests)
                .filteredOn(Request.NextTokens.class::isInstance)
                .isNotEmpty()
                .allMatch(request -> request.model() == 1);
        assertThat(requests)
                .filteredOn(Request.Score.class::isInstance)
                .extracting(Request::model)
                .contains(0, 1);
        assertThat(SearchTree.of(log).nodes().stream()
                        .skip(1)
                        .map(node -> node.step().text()))
                .anyMatch(text -> text.startsWith("plain"))
                .anyMatch(text -> text.startsWith("loud"));
    }

    @Test
    void aStoredSearchReadsBackAsItRan() {
        long search = search();
        var seen = run(search, new TwoOfEach().models(), List.of());
        assertThat(seen).isEqualTo(log(new TwoOfEach().models()));
        assertThat(store.events(search)).isEqualTo(seen);
    }

    @Test
    void anInterruptedSearchResumesToTheLogOfAnUninterruptedOne() {
        var whole = log(new TwoOfEach().models());
        for (int cut = 1; cut < whole.size(); cut += 4) {
            long search = search();
            var tree = new SearchTree();
            for (int event = 0; event < cut; event++) {
                tree.apply(whole.get(event));
                store.append(search, event, whole.get(event), tree, 0);
            }
            store.finish(search, SearchStatus.CANCELLED, 0);
            store.flush();
            assertThat(run(search, new TwoOfEach().models(), store.reopen(search)))
                    .as("interrupted after %d events", cut)
                    .isEqualTo(whole);
            assertThat(store.events(search)).isEqualTo(whole);
        }
    }

    @Test
    void aReplayNeedsNoModels() {
        long search = search();
        var seen = run(search, new TwoOfEach().models(), List.of());
        assertThat(log(Replay.of(store.events(search), Runs.PROBLEM).models())).isEqualTo(seen);
    }

    @Test
    void aReplayInFrontOfTheModelsCallsThemOnlyForResultsThatTheLogLacks() {
        var models = new TwoOfEach();
        var whole = log(models.models());
        int all = models.calls.get();
        var part = whole.subList(0, whole.size() / 2);
        long known = part.stream()
                .filter(event -> event instanceof SearchEvent.Sampled
                        || event instanceof SearchEvent.LookedAhead
                        || event instanceof SearchEvent.NextTokens
                        || event instanceof SearchEvent.Scored)
                .count();
        var others = new TwoOfEach();
        assertThat(log(Replay.of(part, Runs.PROBLEM).before(others.models()))).isEqualTo(whole);
        assertThat(others.calls.get()).isPositive().isEqualTo(all - (int) known);
    }

    @Test
    void aModelThatTheSearchDoesNotHaveFailsItWithTheReason() {
        var two = new TwoOfEach().models();
        assertThat(log(SearchModels.of(two.policy(), two.reward())).getLast())
                .isEqualTo(
                        new SearchEvent.Failed(
                                "The strategy requests policy number 2, but this search has only one. Start the search with more policies, or choose another strategy."));
        assertThat(log(new SearchModels(
                                two.policies(), List.of(two.rewardModels().getLast())))
                        .getLast())
                .as("a strategy can see how many there are")
                .isInstanceOf(SearchEvent.Finished.class);
    }

    @Test
    void aPolicyThatCannotReadTheOthersTextFailsTheSearchWithTheReason() {
        var two = new TwoOfEach().models();
        var unable = new WithoutTokenizer(two.policies().getLast());
        assertThat(log(new SearchModels(List.of(two.policy(), unable), two.rewardModels()))
                        .getLast())
                .isInstanceOfSatisfying(
                        SearchEvent.Failed.class,
                        failed -> assertThat(failed.reason()).contains("loud has no tokenizer"));
    }

    private record WithoutTokenizer(LanguageModel of) implements LanguageModel {
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
}
