package dev.espalier.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.engine.device.Device;
import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.backends.Backends;
import dev.espalier.engine.folder.ExportedModels;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.folder.Tokenizer;
import dev.espalier.model.RewardModel;
import dev.espalier.model.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class ExportedRewardModelTest {
    DeviceBackend backend() {
        return Backends.of(Device.CPU);
    }

    private static RewardModel.Call call(JsonNode path) {
        return new RewardModel.Call(
                path.path("problem").asString(),
                path.path("steps")
                        .valueStream()
                        .map(text -> Step.of(text.asString(), new int[0], new float[0]))
                        .toList(),
                path.path("ended").asBoolean());
    }

    @ParameterizedTest
    @ValueSource(strings = {"rlhflow-prm", "skywork-prm", "qwen-prm", "orm"})
    void aPathHasTheTokensOfItsFamily(String name) {
        var model = ExportedModels.folder(name);
        try (var tokenizer = Tokenizer.read(model.path().resolve("tokenizer.json"))) {
            for (var path : ExportedModels.expected(name).path("paths")) {
                var read = PathText.of(model, tokenizer, call(path));
                assertThat(read.ids()).containsExactly(ExportedModels.ids(path.path("ids")));
                var positions = ExportedModels.ids(path.path("positions"));
                for (int i = 0; i < positions.length; i++)
                    assertThat(read.ends()[i + 1] - 1).isEqualTo(positions[i]);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"rlhflow-prm, 1", "skywork-prm, 1", "qwen-prm, 0", "orm, 0"})
    void aTrailingSeparatorAddsAnEmptyStepAsInTheToolkit(String name, int more) {
        var model = ExportedModels.folder(name);
        try (var tokenizer = Tokenizer.read(model.path().resolve("tokenizer.json"))) {
            var path = List.of(
                    Step.of("One.\n\n", new int[0], new float[0]),
                    Step.of("Two.\n\n", new int[0], new float[0]),
                    Step.Text.EMPTY);
            var read = PathText.of(model, tokenizer, new RewardModel.Call("What?", path, false));
            var without = PathText.of(model, tokenizer, new RewardModel.Call("What?", path.subList(0, 2), false));
            assertThat(without.steps()).isEqualTo(2);
            assertThat(read.steps()).isEqualTo(2 + more);
            assertThat(Arrays.copyOf(read.ids(), without.ids().length)).isEqualTo(without.ids());
        }
    }

    @ParameterizedTest
    @CsvSource({"rlhflow-prm, sign-tokens", "skywork-prm, value-head", "qwen-prm, token-classes", "orm, outcome"})
    void scoresEqualPyTorchs(String name, String kind) {
        var model = ExportedModels.folder(name);
        assertThat(model.prm()).isNotNull();
        assertThat(model.prm().kind().word()).isEqualTo(kind);
        for (long cacheBytes : new long[] {0, 8 << 20}) {
            try (var prm = new OnnxRewardModel(model, backend(), 1, cacheBytes)) {
                for (var path : ExportedModels.expected(name).path("paths")) {
                    var scores = prm.score(call(path)).join().scores();
                    var expected = ExportedModels.numbers(path.path("scores"));
                    assertThat(scores).hasSize(path.path("steps").size());
                    for (int i = 0; i < scores.size(); i++)
                        assertThat(scores.get(i))
                                .isCloseTo(expected[Math.min(i, expected.length - 1)], Offset.offset(1e-4));
                }
            }
        }
    }

    @Test
    void aPathThatGrowsCostsItsNewStepOnlyIfTheGraphHasKv() {
        var paths = ExportedModels.expected("rlhflow-prm").path("paths");
        try (var prm = new OnnxRewardModel(ExportedModels.folder("rlhflow-prm"), backend(), 1, 8 << 20)) {
            var one = prm.score(call(paths.get(0))).join();
            long before = prm.executed();
            var three = prm.score(call(paths.get(1))).join();
            assertThat(prm.executed() - before)
                    .isEqualTo(three.cost().processed() - one.cost().processed());
            assertThat(three.scores().getFirst()).isEqualTo(one.scores().getFirst());
        }
    }

    @Test
    void aPathWithoutStepsHasNoScores() {
        try (var prm = new OnnxRewardModel(ExportedModels.folder("qwen-prm"), backend(), 1, 0)) {
            assertThat(prm.score(new RewardModel.Call("x", List.of(), true))
                            .join()
                            .scores())
                    .isEmpty();
        }
    }

    @Test
    void aKindOfReaderThatIsOneClassAndOneLineScores(@TempDir Path temporary) throws IOException {
        var folder = ExportedModels.copy("qwen-prm", temporary);
        Files.writeString(
                folder.resolve(ModelFolder.FILE),
                "{\"format\": 1, \"kind\": \"prm\", \"prm\": {\"kind\": \"clipped-margin\", \"width\": 2, \"mark\": \"<extra_0>\"}}");
        var model = ModelFolder.read(folder);
        var expected = ExportedModels.expected("qwen-prm").path("paths").get(1);
        double[] margins;
        try (var classes = new OnnxRewardModel(ModelFolder.read(classesOf(temporary)), backend(), 1, 0)) {
            margins = classes.score(call(expected)).join().scores().stream()
                    .mapToDouble(p -> Math.log(p / (1 - p)))
                    .toArray();
        }
        try (var prm = new OnnxRewardModel(model, backend(), 1, 0)) {
            var scores = prm.score(call(expected)).join().scores();
            assertThat(scores).hasSize(margins.length);
            for (int i = 0; i < margins.length; i++)
                assertThat(scores.get(i)).isCloseTo((Math.clamp(margins[i], -2, 2) + 2) / 4, Offset.offset(1e-4));
        }
        Files.writeString(
                folder.resolve(ModelFolder.FILE),
                "{\"format\": 1, \"kind\": \"prm\", \"prm\": {\"kind\": \"clipped-margin\", \"width\": 0}}");
        assertThatThrownBy(() -> ModelFolder.read(folder))
                .hasMessageContaining("\"prm.width\" must be above 0, not 0.0");
    }

    /// The same model under the kind that it is of, asked in the same way.
    private static Path classesOf(Path temporary) throws IOException {
        var folder = ExportedModels.copy("qwen-prm", Files.createDirectories(temporary.resolve("classes")));
        Files.writeString(
                folder.resolve(ModelFolder.FILE),
                "{\"format\": 1, \"kind\": \"prm\", \"chat\": {\"name\": \"question and steps\", \"prompt\": \"{problem}\"}, \"prm\": {\"kind\": \"token-classes\"}}");
        return folder;
    }
}
