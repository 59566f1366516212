package dev.espalier.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.device.Device;
import dev.espalier.engine.device.DeviceChoice;
import dev.espalier.engine.folder.ExportedModels;
import dev.espalier.engine.folder.SampleModels;
import dev.espalier.engine.onnx.EndlessGraph;
import dev.espalier.experiment.run.LiveSearch;
import dev.espalier.experiment.run.Outcome;
import dev.espalier.experiment.run.SearchSpec;
import dev.espalier.problem.Problem;
import dev.espalier.search.log.Mode;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.log.SearchEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Searches with models whose graphs never end: one during the search, the other while it is opened and compared.
@Timeout(120)
class EndlessModelTest {
    @TempDir
    private Path folder;

    private Workbench workbench() throws IOException {
        var models = Files.createDirectories(folder.resolve("models"));
        EndlessGraph.in(SampleModels.copy("policy-small", models).resolve("fused.onnx"), "logits", -1);
        EndlessGraph.in(ExportedModels.copy("torch-eager", models).resolve("model.onnx"), "logits", -1);
        return Workbench.open(new Workbench.Settings(
                folder.resolve("runs.db"),
                models,
                List.of(),
                DeviceChoice.of(Device.CPU),
                folder.resolve("endpoints")));
    }

    private static LiveSearch begun(Workbench workbench, String policy) {
        var live = workbench
                .searches()
                .start(new SearchSpec(
                        Problem.typed("What is $1 + 1$?", null),
                        policy,
                        "",
                        "best-of-n",
                        Parameters.of(Map.of("N", 2)),
                        Mode.STANDARD,
                        workbench.models().generation(policy),
                        Reduction.LAST,
                        0));
        // The other model is still being opened.
        while (policy.equals("policy-small") && live.drain().stream().noneMatch(SearchEvent.Asked.class::isInstance))
            Thread.onSpinWait();
        return live;
    }

    @ParameterizedTest
    @ValueSource(strings = {"policy-small", "torch-eager"})
    void aCancelledSearchEndsAndSoDoesClosing(String policy) throws Exception {
        try (var workbench = workbench()) {
            var live = begun(workbench, policy);
            live.control().cancel();
            assertThat(live.done().get(1, TimeUnit.MINUTES)).isEqualTo(new Outcome(Outcome.End.CANCELLED, ""));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"policy-small", "torch-eager"})
    void closingEndsWhatRuns(String policy) throws Exception {
        LiveSearch live;
        try (var workbench = workbench()) {
            live = begun(workbench, policy);
        }
        assertThat(live.done().get(1, TimeUnit.MINUTES).end()).isIn(Outcome.End.CANCELLED);
    }
}
