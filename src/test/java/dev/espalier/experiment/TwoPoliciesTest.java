package dev.espalier.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import dev.espalier.experiment.run.Outcome;
import dev.espalier.experiment.run.SearchSpec;
import dev.espalier.search.log.Intervention;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.log.UsedModel;
import dev.espalier.search.log.UsedModel.Role;
import dev.espalier.store.RunRecord;
import dev.espalier.store.RunStore;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Searches of the workbench whose configuration names two policies and two reward models.
class TwoPoliciesTest {
    private static final List<UsedModel> FURTHER =
            List.of(new UsedModel(Role.POLICY, "policy-strong", ""), new UsedModel(Role.REWARD, "prm-weak", ""));

    @TempDir
    Path folder;

    private static SearchSpec spec(Workbench workbench) {
        return SampleBench.spec(workbench, SampleBench.problems(1).getFirst(), "best-of-n", Map.of("N", 2))
                .with(FURTHER);
    }

    @Test
    void aSearchNamesEveryModelAndReplaysRerunsAndForksWithAllOfThem() throws Exception {
        try (var workbench = SampleBench.open(folder.resolve("runs.db"))) {
            var live = workbench.searches().start(spec(workbench));
            assertThat(live.done().get(2, TimeUnit.MINUTES)).isEqualTo(new Outcome(Outcome.End.FINISHED, ""));
            var stored = workbench.runs().search(live.id());
            assertThat(stored.run().config().models())
                    .extracting(model -> model.role() + " " + model.name().replaceFirst("@.*", ""))
                    .containsExactly("POLICY policy-small", "POLICY policy-strong", "REWARD prm", "REWARD prm-weak");
            assertThat(stored.run().config().models())
                    .extracting(UsedModel::sha256)
                    .doesNotContain("")
                    .doesNotHaveDuplicates();
            assertThat(workbench.searches().replay(live.id())).isEqualTo(stored.events());
            assertThat(workbench.searches().rerun(live.id())).isEqualTo(stored.events());
            var fork = workbench
                    .searches()
                    .fork(live.id(), stored.events().size(), new Intervention.Resample(0, 1), false);
            assertThat(fork.done().get(2, TimeUnit.MINUTES)).isEqualTo(new Outcome(Outcome.End.FINISHED, ""));
            assertThat(workbench.runs().search(fork.id()).run().config())
                    .isEqualTo(stored.run().config());
        }
    }

    @Test
    void modelsThatNoRequestNamesChangeNoResult() throws Exception {
        try (var workbench = SampleBench.open(folder.resolve("runs.db"))) {
            var both = workbench.searches().start(spec(workbench));
            var alone = workbench.searches().start(spec(workbench).with(List.of()));
            both.done().get(2, TimeUnit.MINUTES);
            alone.done().get(2, TimeUnit.MINUTES);
            assertThat(both.drain().stream().skip(1).toList())
                    .isEqualTo(alone.drain().stream().skip(1).toList())
                    .isNotEmpty();
        }
    }

    @Test
    void aRunOverManyProblemsIsFoundAgainByAllItsModelsAndResumes() throws Exception {
        var problems = SampleBench.problems(2);
        var config = config();
        long id = stored(config);
        try (var workbench = SampleBench.open(folder.resolve("runs.db"))) {
            var spec = spec(workbench);
            assertThat(workbench.searches().unfinished(spec.with(List.of()), problems, "dev"))
                    .isNull();
            assertThat(workbench.searches().unfinished(spec, problems, "dev"))
                    .isNotNull()
                    .satisfies(found -> assertThat(found.run().id()).isEqualTo(id));
            for (var live : workbench.searches().resumeAll(id, spec, problems))
                assertThat(live.done().get(2, TimeUnit.MINUTES)).isEqualTo(new Outcome(Outcome.End.FINISHED, ""));
        }
    }

    @Test
    void aSearchResumesOnlyWithTheSameWeightsOfItsFurtherModels() throws Exception {
        var config = config();
        for (int changed = 0; changed < config.models().size(); changed++) {
            var models = new ArrayList<>(config.models());
            var model = models.get(changed);
            models.set(changed, new UsedModel(model.role(), model.name(), "00"));
            long run = stored(new SearchConfig(
                    config.strategy(),
                    config.parameters(),
                    config.mode(),
                    config.sampling(),
                    config.reduction(),
                    config.seed(),
                    models));
            try (var workbench = SampleBench.open(folder.resolve("runs.db"))) {
                var outcome = workbench
                        .searches()
                        .resume(workbench.runs().searches(run).getFirst().id())
                        .done()
                        .get(2, TimeUnit.MINUTES);
                assertThat(outcome.end()).isEqualTo(Outcome.End.FAILED);
                assertThat(outcome.message()).contains("other weights of " + model.name());
            }
        }
        long run = stored(config);
        try (var workbench = SampleBench.open(folder.resolve("runs.db"))) {
            assertThat(workbench
                            .searches()
                            .resume(workbench.runs().searches(run).getFirst().id())
                            .done()
                            .get(2, TimeUnit.MINUTES))
                    .isEqualTo(new Outcome(Outcome.End.FINISHED, ""));
        }
    }

    /// The configuration of [#spec].
    private SearchConfig config() throws Exception {
        try (var workbench = SampleBench.open(folder.resolve("config.db"))) {
            var live = workbench.searches().start(spec(workbench));
            live.done().get(2, TimeUnit.MINUTES);
            return workbench.runs().search(live.id()).run().config();
        }
    }

    /// Stores a run whose searches have not begun.
    private long stored(SearchConfig config) {
        try (var store = RunStore.open(folder.resolve("runs.db"))) {
            long run = store.createRun(new RunRecord(0, "run", "", "dev", config, Instant.EPOCH, "0", "CPU"));
            store.createSearches(run, SampleBench.problems(2));
            return run;
        }
    }

    @Test
    void aFurtherRewardModelNeedsAFirstOne() {
        try (var workbench = SampleBench.open(folder.resolve("runs.db"))) {
            var spec = spec(workbench);
            assertThatThrownBy(() -> workbench.searches().start(spec.with("policy-small", "")))
                    .isInstanceOf(EspalierException.class)
                    .hasMessage(
                            "A further reward model was chosen, but no first one. Choose the first reward model too.");
        }
    }
}
