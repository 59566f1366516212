package dev.espalier.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import dev.espalier.analysis.Curve;
import dev.espalier.experiment.run.Outcome;
import dev.espalier.experiment.run.SearchSpec;
import dev.espalier.problem.Problem;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.strategy.Method;
import dev.espalier.store.SearchStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkbenchTest {
    @TempDir
    Path folder;

    @Test
    void aSearchIsStoredAsItRan() throws Exception {
        try (var workbench = SampleBench.open(folder.resolve("runs.db"))) {
            var live = workbench
                    .searches()
                    .start(
                            SampleBench.spec(
                                    workbench,
                                    SampleBench.problems(1).getFirst(),
                                    "beam-search",
                                    Map.of("N", 8, "M", 4)),
                            "dev");
            assertThat(live.done().get(2, TimeUnit.MINUTES)).isEqualTo(new Outcome(Outcome.End.FINISHED, ""));
            var seen = live.drain();
            var stored = workbench.runs().search(live.id());
            assertThat(stored.events()).isEqualTo(seen);
            assertThat(stored.summary().status()).isEqualTo(SearchStatus.FINISHED);
            assertThat(stored.run().problemSet()).isEqualTo("dev");
            assertThat(SearchTree.of(seen).candidates()).hasSize(8);
        }
    }

    @Test
    void aResumedSearchHasTheLogOfAnUninterruptedOne() throws Exception {
        try (var workbench = SampleBench.open(folder.resolve("runs.db"))) {
            var spec = SampleBench.spec(workbench, SampleBench.problems(2).getLast(), "dvts", Map.of("N", 8, "M", 4));
            var whole = workbench.searches().start(spec);
            whole.done().get(2, TimeUnit.MINUTES);
            var cut = workbench.searches().start(spec);
            cut.control().stepIteration();
            var seen = new ArrayList<SearchEvent>();
            while (seen.stream().noneMatch(SearchEvent.Selected.class::isInstance)) {
                seen.addAll(cut.drain());
                Thread.onSpinWait();
            }
            cut.control().cancel();
            assertThat(cut.done().get(1, TimeUnit.MINUTES).end()).isEqualTo(Outcome.End.CANCELLED);
            assertThat(workbench.runs().search(cut.id()).summary().status()).isEqualTo(SearchStatus.CANCELLED);
            var resumed = workbench.searches().resume(cut.id());
            assertThat(resumed.done().get(2, TimeUnit.MINUTES).end()).isEqualTo(Outcome.End.FINISHED);
            assertThat(resumed.drain()).isEqualTo(whole.drain());
            assertThatThrownBy(() -> workbench.searches().resume(cut.id())).hasMessageContaining("nothing to resume");
        }
    }

    @Test
    void aCancelledSweepKeepsItsResultsAndContinues() throws Exception {
        try (var workbench = SampleBench.open(folder.resolve("runs.db"))) {
            var spec = SampleBench.sweep(workbench, 4);
            var first = workbench.sweeps().start(spec);
            first.cancel();
            assertThat(first.done().get(1, TimeUnit.MINUTES).end()).isEqualTo(Outcome.End.CANCELLED);
            var second = workbench.sweeps().start(spec);
            assertThat(second.done().get(3, TimeUnit.MINUTES).end()).isEqualTo(Outcome.End.FINISHED);
            var progress = second.progress();
            assertThat(progress.done()).isEqualTo(progress.total());
            assertThat(progress.curves())
                    .extracting(Curve::strategy)
                    .containsExactly("greedy", "majority", "weighted", "beam-search", "dvts");
            var runs = workbench.runs().list();
            assertThat(runs)
                    .as("greedy, pool, beam search and DVTS at 4 and 8")
                    .hasSize(6)
                    .allMatch(run -> run.complete() && run.failed() == 0);
            var stored = workbench
                    .sweeps()
                    .curves(
                            runs.stream().map(run -> run.run().id()).toList(),
                            List.of(Method.GREEDY, Method.MAJORITY, Method.WEIGHTED, Method.BEAM_SEARCH, Method.DVTS),
                            spec.budgets(),
                            false,
                            _ -> {});
            assertThat(stored)
                    .extracting(curve ->
                            curve.points().stream().map(Curve.Point::accuracy).toList())
                    .isEqualTo(progress.curves().stream()
                            .map(curve -> curve.points().stream()
                                    .map(Curve.Point::accuracy)
                                    .toList())
                            .toList());
        }
    }

    @Test
    void twoSearchesOfOneSeedAreTheSameBesideOtherSearches() throws Exception {
        try (var workbench = SampleBench.open(folder.resolve("runs.db"))) {
            var problems = SampleBench.problems(3);
            var alone = workbench
                    .searches()
                    .start(SampleBench.spec(workbench, problems.getFirst(), "best-of-n", Map.of("N", 6)));
            alone.done().get(2, TimeUnit.MINUTES);
            var together = workbench
                    .searches()
                    .startAll(
                            SampleBench.spec(workbench, problems.getFirst(), "best-of-n", Map.of("N", 6)),
                            problems,
                            "dev");
            for (var live : together) live.done().get(2, TimeUnit.MINUTES);
            assertThat(together.getFirst().drain()).isEqualTo(alone.drain());
        }
    }

    @Test
    void contradictorySpecsAreRefusedAtTheStart() {
        try (var workbench = SampleBench.open(folder.resolve("runs.db"))) {
            var problem = SampleBench.problems(1).getFirst();
            assertThatThrownBy(() -> workbench
                            .searches()
                            .start(SampleBench.spec(workbench, problem, "dvts", Map.of("N", 6, "M", 4))))
                    .isInstanceOf(EspalierException.class)
                    .hasMessageContaining("M must divide N");
            assertThatThrownBy(() -> workbench
                            .searches()
                            .start(SampleBench.spec(workbench, Problem.typed("  ", null), "greedy", Map.of())))
                    .hasMessageContaining("problem is empty");
            assertThat(workbench.runs().list()).isEmpty();
        }
    }

    @Test
    void aProblemLongerThanTheContextFailsItsSearchWithTheReason() throws Exception {
        try (var workbench = SampleBench.open(folder.resolve("runs.db"))) {
            var live = workbench
                    .searches()
                    .start(SampleBench.spec(
                            workbench,
                            Problem.typed("What is $1+1$? ".repeat(200), null),
                            "best-of-n",
                            Map.of("N", 2)));
            var outcome = live.done().get(1, TimeUnit.MINUTES);
            assertThat(outcome.end()).isEqualTo(Outcome.End.FAILED);
            assertThat(outcome.message()).contains("context").contains("512");
            assertThat(workbench.runs().search(live.id()).summary().failure()).isEqualTo(outcome.message());
        }
    }

    @Test
    void aMissingModelIsNamedWithTheAvailableOnes() throws Exception {
        try (var workbench = SampleBench.open(folder.resolve("runs.db"))) {
            var spec = SampleBench.spec(workbench, SampleBench.problems(1).getFirst(), "greedy", Map.of("N", 1));
            var live = workbench
                    .searches()
                    .start(new SearchSpec(
                            spec.problem(),
                            "gpt-9",
                            "prm",
                            "greedy",
                            Parameters.of(Map.of("N", 1)),
                            spec.generation(),
                            spec.reduction(),
                            0));
            assertThat(live.done().get(1, TimeUnit.MINUTES).message())
                    .contains("gpt-9")
                    .contains("policy-small");
        }
    }

    @Test
    void aCorruptModelFolderIsListedWithItsProblemAndDoesNotHideTheOthers() throws Exception {
        var models = Files.createDirectories(folder.resolve("models"));
        Files.writeString(Files.createDirectories(models.resolve("broken")).resolve("espalier.json"), "{ not json");
        try (var workbench = Workbench.open(
                new Workbench.Settings(folder.resolve("runs.db"), models, List.of(folder.resolve("nowhere.jsonl"))))) {
            assertThat(workbench.models().entries()).singleElement().satisfies(entry -> {
                assertThat(entry.usable()).isFalse();
                assertThat(entry.problem()).contains("espalier.json").contains("not valid JSON");
            });
            assertThat(workbench.problems().warnings())
                    .singleElement()
                    .asString()
                    .contains("nowhere.jsonl");
        }
    }

    @Test
    void aCorruptDatabaseIsRefusedAndLeftAlone() throws Exception {
        var file = folder.resolve("runs.db");
        Files.writeString(file, "this is no database, and it was somebody's ".repeat(100));
        var before = Files.readAllBytes(file);
        assertThatThrownBy(() -> Workbench.open(new Workbench.Settings(file, folder, List.of())))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("runs.db");
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }
}
