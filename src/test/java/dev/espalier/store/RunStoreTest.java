package dev.espalier.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import dev.espalier.model.Cost;
import dev.espalier.model.Finish;
import dev.espalier.model.ModelCard;
import dev.espalier.model.Step;
import dev.espalier.problem.Problem;
import dev.espalier.search.log.Candidate;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.log.TokensProcessed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunStoreTest {
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

    private void reopenFile() {
        store.close();
        open();
    }

    @Test
    void aRunComesBackEqual() {
        long id = store.createRun(Logs.run("first"));
        reopenFile();
        assertThat(store.run(id)).isEqualTo(Logs.withId(Logs.run("first"), id));
    }

    @Test
    void runsAreListedNewestFirstWithTheirCounts() {
        long older = store.createRun(Logs.run("older"));
        long newer = store.createRun(Logs.run("newer"));
        var searches = store.createSearches(
                older, List.of(Logs.problem(1), Logs.problem(2), Logs.problem(3), Logs.problem(4)));
        Logs.store(store, searches.get(0), Logs.bestOfN(Logs.problem(1), 2, 3, 10, 1));
        Logs.append(store, searches.get(1), 0, new SearchEvent.Failed("no server"), 0.5);
        store.finish(searches.get(1), SearchStatus.FAILED, 1);
        store.finish(searches.get(2), SearchStatus.CANCELLED, 2);
        store.flush();

        assertThat(store.runs())
                .containsExactly(
                        new RunSummary(
                                Logs.withId(Logs.run("newer"), newer),
                                0,
                                0,
                                0,
                                0,
                                0,
                                Cost.NONE,
                                Cost.NONE,
                                new TokensProcessed(0, 0),
                                0),
                        new RunSummary(
                                Logs.withId(Logs.run("older"), older),
                                4,
                                1,
                                1,
                                1,
                                2,
                                new Cost(60, 180),
                                new Cost(0, 600),
                                TokensProcessed.NOTHING_KNOWN,
                                10 * 0.25 + 1 + 2,
                                new Owner(ProcessHandle.current().pid(), "", true),
                                ""));
    }

    @Test
    void aSearchComesBackWithItsLogItsTimesAndItsCosts() {
        var problem = new Problem("set/1", "text", null, "a solution", "", 0);
        var log = Logs.bestOfN(problem, 3, 4, 20, 5);
        long run = store.createRun(Logs.run("run"));
        long search = store.createSearch(run, problem);
        Logs.store(store, search, log);
        reopenFile();

        assertThat(store.events(search)).isEqualTo(log);
        assertThat(store.events(search, 5)).isEqualTo(log.subList(5, log.size()));
        assertThat(store.log(search, 3).getFirst()).isEqualTo(new StoredEvent(3, log.get(3), 0.75));
        assertThat(store.search(search))
                .isEqualTo(new SearchSummary(
                        search,
                        run,
                        problem,
                        SearchStatus.FINISHED,
                        log.size(),
                        3,
                        new Cost(240, 420),
                        new Cost(0, 900),
                        TokensProcessed.NOTHING_KNOWN,
                        log.size() * 0.25,
                        ""));
        assertThat(store.searches(run)).containsExactly(store.search(search));
    }

    @Test
    void processedTokensAreTheSumOfAllSessionsOrUnknown() {
        long run = store.createRun(Logs.run("run").madeBy(card(7), card(3)));
        long search = store.createSearch(run, Logs.problem(1));
        Logs.append(store, search, 0, new SearchEvent.Failed("no server"), 0.5);
        store.finish(search, SearchStatus.FAILED, 1, new TokensProcessed(10, 20));
        assertThat(store.reopen(search)).isEmpty();
        Logs.append(store, search, 0, new SearchEvent.Failed("again"), 0.5);
        store.finish(search, SearchStatus.FAILED, 1, new TokensProcessed(5, TokensProcessed.UNKNOWN));
        store.flush();
        var summary = store.search(search);
        assertThat(summary.executed()).isEqualTo(new TokensProcessed(15, TokensProcessed.UNKNOWN));
        assertThat(summary.usage(store.run(run)).policyFlopsExecuted()).isEqualTo(2 * 7 * 15);
        assertThat(store.runs().getFirst().usage().rewardFlopsExecuted()).isNaN();

        store.reopen(search);
        Logs.append(store, search, 0, new SearchEvent.Warned("cut off in the middle"), 0.5);
        reopenFile();
        store.reopen(search);
        assertThat(store.search(search).executed()).isEqualTo(TokensProcessed.NOTHING_KNOWN);
    }

    private static ModelCard card(long parameters) {
        return new ModelCard("model", "", parameters, 512, "CPU", "\n\n", 320);
    }

    @Test
    void everyKindOfEventIsStored() {
        long search = store.createSearch(store.createRun(Logs.run("run")), Logs.problem(1));
        var log = new ArrayList<>(Logs.bestOfN(Logs.problem(1), 2, 2, 5, 9));
        log.add(
                log.size() - 1,
                new SearchEvent.Selected(
                        0,
                        List.of(new SearchEvent.Choice(2, 0, 0.5, "rank 1 of 2")),
                        List.of(new SearchEvent.Choice(4, 1, Double.NaN, "rank 2 of 2"))));
        log.set(log.size() - 1, new SearchEvent.Failed("half a pair: \ud83d"));
        Logs.append(store, search, 0, log);
        store.flush();
        assertThat(store.events(search)).isEqualTo(log);
        assertThat(RunStore.logicalHash(store.events(search)))
                .isEqualTo(RunStore.logicalHash(log))
                .matches("[0-9a-f]{64}");
    }

    @Test
    void theLogicalHashTellsLogsApart() {
        var log = Logs.bestOfN(Logs.problem(1), 2, 2, 5, 9);
        assertThat(RunStore.logicalHash(log))
                .isNotEqualTo(RunStore.logicalHash(Logs.bestOfN(Logs.problem(1), 2, 2, 5, 10)))
                .isNotEqualTo(RunStore.logicalHash(log.subList(0, log.size() - 1)));
    }

    @Test
    void candidatesAreWhatTheTreeOfTheLogSays() {
        long run = store.createRun(Logs.run("run"));
        var expected = new ArrayList<CandidateRow>();
        for (int p = 1; p <= 3; p++) {
            var problem = Logs.problem(p);
            long search = store.createSearch(run, problem);
            var log = Logs.bestOfN(problem, 4, p, 6, p);
            Logs.store(store, search, log);
            var tree = SearchTree.of(log);
            for (var node : tree.candidates()) {
                expected.add(new CandidateRow(
                        search,
                        problem.id(),
                        problem.gold(),
                        problem.level(),
                        problem.subject(),
                        node.candidate(),
                        node.id(),
                        Finish.STOP,
                        6 * p,
                        tree.text(node.id()),
                        node.pathScores(),
                        Candidate.logProb(tree, node.id()),
                        ""));
            }
        }
        assertThat(store.candidates(run)).isEqualTo(expected);
    }

    @Test
    void scoresThatComeAfterTheEndReachTheCandidate() {
        long run = store.createRun(Logs.run("run"));
        long search = store.createSearch(run, Logs.problem(1));
        var step = Step.of("All.", new int[] {1}, new float[] {-1});
        var log = List.<SearchEvent>of(
                new SearchEvent.Started(Logs.CONFIG, "p", "t"),
                new SearchEvent.Sampled(0, 0, 0, 1, List.of(step, step), Finish.STOP, Cost.NONE),
                new SearchEvent.Ended(0, 2, Finish.STOP),
                new SearchEvent.Scored(1, 2, List.of(0.5, Double.NaN), Cost.NONE));
        Logs.append(store, search, 0, log.subList(0, 3));
        store.flush();
        assertThat(store.candidates(run)).singleElement().returns(List.of(), CandidateRow::scores);
        Logs.append(store, search, 3, log);
        store.flush();
        assertThat(store.candidates(run))
                .singleElement()
                .returns(List.of(0.5, Double.NaN), CandidateRow::scores)
                .returns("All.All.", CandidateRow::text);
    }

    @Test
    void howPromptsAreMadeIsKept() {
        var policy = new ModelCard("p", "", 7, 100, "CPU", "\n\n", 50, "chat format qwen2.5");
        long run = store.createRun(Logs.run("run").madeBy(policy, null));
        reopenFile();
        assertThat(store.run(run).prompts()).isEqualTo("chat format qwen2.5");
        assertThat(store.run(store.createRun(Logs.run("older"))).prompts()).isEmpty();
    }

    @Test
    void theLastDeviceIsThatOfTheNewestRunThatWasMadeHere() {
        assertThat(store.lastDevice()).isEmpty();
        var run = Logs.run("run");
        store.createRun(new RunRecord(0, "older", "", "", run.config(), run.created(), run.version(), "cuda:0"));
        store.createRun(new RunRecord(0, "newer", "", "", run.config(), run.created(), run.version(), "cpu"));
        store.createRun(new RunRecord(
                0, "imported", "", "", run.config(), run.created(), run.version(), "not known", null, "file"));
        assertThat(store.lastDevice()).isEqualTo("cpu");
    }

    @Test
    void anEventWithTheTreeOfAnotherMomentIsRefused() {
        long search = store.createSearch(store.createRun(Logs.run("run")), Logs.problem(1));
        assertThatThrownBy(() -> store.append(search, 0, new SearchEvent.Warned("x"), new SearchTree(), 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("tree of 0 events");
    }

    @Test
    void aResumedSearchContinuesAtTheEndOfItsLog() {
        var log = Logs.bestOfN(Logs.problem(1), 3, 2, 5, 1);
        long run = store.createRun(Logs.run("run"));
        long search = store.createSearch(run, Logs.problem(1));
        Logs.append(store, search, 0, log.subList(0, 6));
        store.finish(search, SearchStatus.CANCELLED, 2);
        reopenFile();

        assertThat(store.reopen(search)).isEqualTo(log.subList(0, 6));
        assertThat(store.search(search).status()).isEqualTo(SearchStatus.RUNNING);
        Logs.append(store, search, 0, log); // tells its log from the start
        store.finish(search, SearchStatus.FINISHED, 5);
        store.flush();

        assertThat(store.events(search)).isEqualTo(log);
        assertThat(store.search(search))
                .returns(7.0, SearchSummary::seconds)
                .returns(3, SearchSummary::candidates)
                .returns(new Cost(30, 210), SearchSummary::policy);
        assertThat(store.log(search, 6).getFirst().seconds()).isEqualTo(2 + 6 * 0.25);
        assertThat(store.candidates(run)).hasSize(3);
    }

    @Test
    void aFailureIsTakenOutOfTheLogOnResuming() {
        var log = Logs.bestOfN(Logs.problem(1), 3, 2, 5, 1);
        long search = store.createSearch(store.createRun(Logs.run("run")), Logs.problem(1));
        Logs.append(store, search, 0, log.subList(0, 6));
        Logs.append(store, search, 6, new SearchEvent.Failed("no server"), 1.5);
        store.finish(search, SearchStatus.FAILED, 2);
        store.flush();
        assertThat(store.search(search))
                .returns("no server", SearchSummary::failure)
                .returns(7L, SearchSummary::events);

        assertThat(store.reopen(search)).isEqualTo(log.subList(0, 6));
        assertThat(store.search(search)).returns("", SearchSummary::failure).returns(6L, SearchSummary::events);
        Logs.append(store, search, 6, log);
        store.flush();
        assertThat(store.events(search)).isEqualTo(log);
    }

    @Test
    void aFinishedSearchIsNotReopened() {
        long search = store.createSearch(store.createRun(Logs.run("run")), Logs.problem(1));
        Logs.store(store, search, Logs.bestOfN(Logs.problem(1), 1, 1, 1, 1));
        assertThatThrownBy(() -> store.reopen(search))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("finished");
    }

    @Test
    void creatingTheSearchesOfARunAgainGivesTheSameOnes() {
        var log = Logs.bestOfN(Logs.problem(2), 3, 2, 5, 1);
        long run = store.createRun(Logs.run("run"));
        var problems = List.of(Logs.problem(1), Logs.problem(2), Logs.problem(3));
        var searches = store.createSearches(run, problems);
        Logs.store(store, searches.get(0), Logs.bestOfN(Logs.problem(1), 1, 1, 1, 1));
        Logs.append(store, searches.get(1), 0, log.subList(0, 4)); // and is interrupted
        reopenFile();

        assertThat(store.createSearches(run, problems)).isEqualTo(searches);
        Logs.append(store, searches.get(1), 4, log);
        store.flush();
        assertThat(store.events(searches.get(1))).isEqualTo(log);
        assertThat(store.searches(run))
                .extracting(SearchSummary::status)
                .containsExactly(SearchStatus.FINISHED, SearchStatus.RUNNING, SearchStatus.RUNNING);
    }

    @Test
    void aChangedProblemIsNotMixedIntoAnOldRun() {
        long run = store.createRun(Logs.run("run"));
        store.createSearch(run, new Problem("1", "two plus two", "4", null, "", 0));
        assertThatThrownBy(() -> store.createSearch(run, new Problem("1", "two plus two", "5", null, "", 0)))
                .isInstanceOf(EspalierException.class)
                .hasMessage(
                        "Problem 1 has changed since run %d was started. Start a new run for the changed problem.",
                        run);
    }

    @Test
    void aMissingEventIsRefusedAtOnce() {
        long search = store.createSearch(store.createRun(Logs.run("run")), Logs.problem(1));
        assertThatThrownBy(() -> Logs.append(store, search, 1, new SearchEvent.Failed(""), 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("where 0 was due");
        assertThatThrownBy(() -> Logs.append(store, search + 1, 0, new SearchEvent.Failed(""), 0))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void missingRunsAndSearchesAreReported() {
        assertThatThrownBy(() -> store.run(9))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("no run 9");
        assertThatThrownBy(() -> store.search(9))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("no search 9");
        assertThatThrownBy(() -> store.createSearch(9, Logs.problem(1)))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("no run 9");
        assertThatThrownBy(() -> store.rename(9, "x"))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("no run 9");
        assertThat(store.failure()).isNull();
    }

    @Test
    void aRunIsRenamedAndDeletedWithAllThatBelongsToIt() {
        long kept = store.createRun(Logs.run("kept"));
        long deleted = store.createRun(Logs.run("deleted"));
        long keptSearch = store.createSearch(kept, Logs.problem(1));
        var searches = store.createSearches(deleted, List.of(Logs.problem(1), Logs.problem(2)));
        Logs.store(store, searches.get(0), Logs.bestOfN(Logs.problem(1), 2, 2, 5, 1));
        Logs.append(store, searches.get(1), 0, new SearchEvent.Failed("x"), 0);
        assertThatThrownBy(() -> store.delete(deleted))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("still running");

        store.finish(searches.get(1), SearchStatus.CANCELLED, 0);
        store.delete(deleted);
        store.rename(kept, "renamed");

        assertThat(store.runs())
                .singleElement()
                .returns("renamed", summary -> summary.run().name());
        assertThat(store.events(searches.get(0))).isEmpty();
        assertThat(store.search(keptSearch).problem()).isEqualTo(Logs.problem(1));
    }

    @Test
    void aRunWhoseSearchesNeverBeganCanBeDeleted() {
        long run = store.createRun(Logs.run("run"));
        long search = store.createSearch(run, Logs.problem(1));
        store.delete(run);
        assertThat(store.runs()).isEmpty();
        assertThatThrownBy(() -> Logs.append(store, search, 0, new SearchEvent.Failed("x"), 0))
                .isInstanceOf(IllegalStateException.class);
        assertThat(store.failure()).isNull();
    }

    @Test
    void readersSeeGrowingPrefixesWhileManySearchesAreWritten() throws Exception {
        long run = store.createRun(Logs.run("run"));
        int count = 4;
        var logs = new ArrayList<List<SearchEvent>>();
        var searches = new ArrayList<Long>();
        for (int i = 0; i < count; i++) {
            logs.add(Logs.bestOfN(Logs.problem(i), 60, 3, 8, i));
            searches.add(store.createSearch(run, Logs.problem(i)));
        }
        var written = new CountDownLatch(count);
        // Platform threads: readers that never pause would starve virtual writers of carrier threads.
        try (var threads = Executors.newCachedThreadPool()) {
            var readers = new ArrayList<Future<Integer>>();
            for (int i = 0; i < count; i++) {
                int index = i;
                threads.submit(() -> {
                    Logs.append(store, searches.get(index), 0, logs.get(index));
                    store.finish(searches.get(index), SearchStatus.FINISHED, 1);
                    written.countDown();
                });
                readers.add(threads.submit(() -> {
                    int seen = 0;
                    while (written.getCount() > 0) {
                        var events = store.events(searches.get(index));
                        assertThat(events.size()).isGreaterThanOrEqualTo(seen);
                        assertThat(events).isEqualTo(logs.get(index).subList(0, events.size()));
                        seen = events.size();
                        store.runs();
                    }
                    return seen;
                }));
            }
            for (var reader : readers) reader.get();
        }
        store.flush();
        for (int i = 0; i < count; i++)
            assertThat(store.events(searches.get(i))).isEqualTo(logs.get(i));
        assertThat(store.candidates(run)).hasSize(count * 60);
    }

    @Test
    void aClosedStoreSaysSo() {
        store.close();
        assertThatThrownBy(() -> store.runs())
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> store.flush())
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("closed");
    }
}
