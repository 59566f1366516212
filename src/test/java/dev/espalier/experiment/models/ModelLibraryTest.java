package dev.espalier.experiment.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import dev.espalier.engine.device.Device;
import dev.espalier.engine.device.DeviceChoice;
import dev.espalier.engine.folder.ExportedModels;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.model.Generation;
import dev.espalier.problem.Problem;
import dev.espalier.search.SearchControl;
import dev.espalier.task.Tasks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelLibraryTest {
    private static final ModelFolder.Kind POLICY = ModelFolder.Kind.POLICY;

    @TempDir
    Path folder;

    private void endpoint(String place, String name, String kind, String host) throws IOException {
        var model = Files.createDirectories(folder.resolve(place).resolve(name));
        Files.writeString(
                model.resolve(ModelFolder.FILE),
                "{\"kind\": \"%s\", \"max_new_tokens\": 77, \"endpoint\": {\"url\": \"http://%s:1\"}}"
                        .formatted(kind, host));
    }

    private ModelLibrary shelf() {
        return new ModelLibrary(folder.resolve("models"), folder.resolve("endpoints"), DeviceChoice.of(Device.AUTO));
    }

    /// The tiny model with another declared parameter count.
    private void model(String name, long parameters) throws IOException {
        var from = Path.of("src/test/resources/dev/espalier/engine/models/tiny-random");
        var to = Files.createDirectories(folder.resolve("models").resolve(name));
        try (var files = Files.list(from)) {
            for (var file : files.toList()) Files.copy(file, to.resolve(file.getFileName()));
        }
        Files.writeString(
                to.resolve(ModelFolder.FILE),
                Files.readString(from.resolve(ModelFolder.FILE))
                        .replaceFirst("\"parameters\": \\d+", "\"parameters\": " + parameters));
    }

    @Test
    void aModelIsListedInEachOfItsPrecisionsAndTheStandardOneIsTheFirst() throws IOException {
        model("large", 110_000_000);
        model("small", 9_999_999);
        assertThat(shelf().entries())
                .extracting(ModelEntry::name)
                .containsExactly(
                        "large@int8",
                        "large@f32",
                        "large@int4",
                        "large@int8-block",
                        "small@f32",
                        "small@int4",
                        "small@int8",
                        "small@int8-block");
        assertThat(shelf().entries()).extracting(ModelEntry::precision).startsWith("int8", "f32", "int4");
        assertThat(shelf().named("large", POLICY)).isEqualTo("large@int8");
        assertThat(shelf().named("large@f32", POLICY)).isEqualTo("large@f32");
        assertThat(shelf().named("large@f32", "int4", POLICY)).isEqualTo("large@int4");
        assertThatThrownBy(() -> shelf().named("large", "int3", POLICY))
                .isInstanceOf(EspalierException.class)
                .hasMessage("The model tiny-random has no precision \"int3\"; it has f32, int4, int8, int8-block.");
    }

    @Test
    void failuresDuringClosingCountAsCancelled() {
        try (var shelf = shelf()) {
            assertThatThrownBy(() -> shelf.opening(new SearchControl(), () -> {
                        throw new IllegalStateException("not because of that");
                    }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("not because of that");
            assertThatThrownBy(() -> shelf.opening(new SearchControl(), () -> {
                        shelf.stopOpening();
                        throw new UnsatisfiedLinkError("the library is gone");
                    }))
                    .isInstanceOf(CancellationException.class);
        }
    }

    @Test
    void anUnreadablePrecisionLeavesTheOthers() throws IOException {
        var from = Path.of("src/test/resources/dev/espalier/engine/models/qwen3");
        var to = Files.createDirectories(folder.resolve("models/hub"));
        for (var file : java.util.List.of("model.onnx", "config.json", "tokenizer.json", "tokenizer_config.json"))
            Files.copy(from.resolve(file), to.resolve(file));
        Files.writeString(to.resolve("model_q4.onnx"), "not fetched");
        assertThat(shelf().entries())
                .extracting(entry -> entry.name() + " " + entry.usable())
                .containsExactly("hub@f32 true", "hub@q4 false");
        assertThat(shelf().madeWith("hub", shelf().policyFolder("hub").fingerprint(), POLICY))
                .isEqualTo("hub@f32");
    }

    @Test
    void aSearchStoredBeforeGraphsWereRewrittenContinuesWithTheGraphAsExported() throws IOException {
        var from = Path.of("src/test/resources/dev/espalier/engine/models/torch-eager");
        for (var name : java.util.List.of("hub", "two")) {
            var to = Files.createDirectories(folder.resolve("models").resolve(name));
            for (var file : java.util.List.of("model.onnx", "config.json", "tokenizer.json", "tokenizer_config.json"))
                Files.copy(from.resolve(file), to.resolve(file));
        }
        Files.copy(from.resolve("model.onnx"), folder.resolve("models/two/model_q4.onnx"));
        try (var shelf = shelf()) {
            assertThat(shelf.entries())
                    .extracting(ModelEntry::name)
                    .as("not listed apart")
                    .containsExactly("hub", "two@f32", "two@q4");
            var stored = shelf.policyFolder("hub@f32-exported").fingerprint();
            var now = shelf.policyFolder("hub").fingerprint();
            assertThat(now).isNotEqualTo(stored);
            assertThat(shelf.madeWith("hub", now, POLICY)).isEqualTo("hub");
            assertThat(shelf.madeWith("hub", stored, POLICY)).isEqualTo("hub@f32-exported");
            assertThat(shelf.madeWith("two@f32", stored, POLICY)).isEqualTo("two@f32-exported");
            assertThat(shelf.madeWith("two@f32", shelf.policyFolder("two").fingerprint(), POLICY))
                    .isEqualTo("two@f32");
            assertThat(shelf.policy("hub@f32-exported").card().sha256()).isEqualTo(stored);
            assertThat(shelf.policy("hub").card().sha256()).isEqualTo(now);
            assertThat(shelf.named("hub", "f32-exported", POLICY)).isEqualTo("hub@f32-exported");
        }
    }

    @Test
    void aModelIsOpenedInThePrecisionThatItsNameTells() throws IOException {
        model("large", 110_000_000);
        try (var shelf = shelf()) {
            assertThat(shelf.policy("large").card().device()).endsWith(", int8");
            assertThat(shelf.policy("large")).isSameAs(shelf.policy("large@int8"));
            assertThat(shelf.policy("large@int4").card().device()).endsWith(", int4");
        }
    }

    @Test
    void aSearchStoredBeforeNamesHadPrecisionsFindsItsModel() throws IOException {
        model("large", 110_000_000);
        var stored = shelf().policyFolder("large@f32").fingerprint();
        assertThat(shelf().madeWith("large", stored, POLICY)).isEqualTo("large@f32");
        assertThat(shelf().madeWith("large@int4", stored, POLICY)).isEqualTo("large@int4");
        assertThat(shelf().madeWith("large", "of another model", POLICY)).isEqualTo("large");
    }

    @Test
    void anEndpointHasNoPrecisionToChoose() throws IOException {
        endpoint("endpoints", "box", "policy", "far");
        assertThatThrownBy(() -> shelf().named("box", "int8", POLICY))
                .isInstanceOf(EspalierException.class)
                .hasMessage("box runs on a server, which has its own precision; name none.");
    }

    @Test
    void theUsersEndpointsAreListedWithEveryModelsFolderAndReplaceItsOwn() throws IOException {
        endpoint("models", "box", "policy", "near");
        endpoint("endpoints", "box", "policy", "far");
        endpoint("endpoints", "judge", "prm", "far");
        Files.createDirectories(folder.resolve("endpoints/nothing"));
        assertThat(shelf().entries())
                .extracting(entry -> entry.name() + " " + entry.kind() + " " + entry.endpoint() + " " + entry.usable())
                .containsExactly("box policy http://far:1 true", "judge prm http://far:1 true");
        assertThat(shelf().generation("box").maxNewTokens()).isEqualTo(77);
    }

    @Test
    void aStoppedModelIsReopenedForTheNextSearch() {
        var sample = dev.espalier.engine.folder.SampleModels.folder("policy-small")
                .path()
                .getParent();
        try (var shelf = new ModelLibrary(sample, folder, DeviceChoice.of(Device.AUTO))) {
            var policy = shelf.policy("policy-small");
            var reward = shelf.reward("prm");
            assertThat(shelf.policy("policy-small")).isSameAs(policy);
            policy.close();
            reward.close();
            assertThat(shelf.policy("policy-small")).isNotSameAs(policy).matches(again -> !again.stopped());
            assertThat(shelf.reward("prm")).isNotSameAs(reward).matches(again -> !again.stopped());
        }
    }

    @Test
    void anEndpointIsUsedOnlyForItsKind() throws IOException {
        endpoint("endpoints", "judge", "prm", "far");
        assertThatThrownBy(() -> shelf().generation("judge"))
                .isInstanceOf(EspalierException.class)
                .hasMessage("The endpoint \"judge\" is a prm, and a policy is needed here.");
        assertThatThrownBy(() -> shelf().generation("other")).hasMessageContaining("There is no model \"other\"");
        assertThat(shelf().generation("http://box:8000/v1#m").separator()).isEqualTo("\n\n");
    }

    @Test
    void theTaskGivesTheSystemPromptWhereTheFolderHasNone() throws IOException {
        var models = Files.createDirectories(folder.resolve("models"));
        var room = ExportedModels.copy("llama-3.2", Files.createDirectories(folder.resolve("made")));
        Files.move(room, models.resolve("instructed"));
        Files.writeString(
                models.resolve("instructed").resolve("config.json"),
                Files.readString(models.resolve("instructed").resolve("config.json"))
                        .replaceFirst("\"max_position_embeddings\": *\\d+", "\"max_position_embeddings\": 4096"));
        var choice = List.of(new Problem("p", "Which?", "A", null, "", 0).withTask("choice"));
        var mathematics = List.of(new Problem("p", "1 + 1", "2", null, "", 0).withTask("mathematics"));
        assertThat(shelf().generation("instructed", mathematics).systemPrompt())
                .isEqualTo(Tasks.MATHEMATICS.systemPrompt());
        assertThat(shelf().generation("instructed", choice).systemPrompt())
                .isEqualTo(Tasks.named("choice").systemPrompt());
        var typed = Generation.DEFAULT.withTemperature(0.3);
        assertThat(shelf().prompted(typed, "instructed", choice))
                .isEqualTo(typed.withSystemPrompt(Tasks.named("choice").systemPrompt()));
        Files.writeString(models.resolve("instructed").resolve(ModelFolder.FILE), "{\"system_prompt\": \"Think.\"}");
        assertThat(shelf().generation("instructed", choice).systemPrompt()).isEqualTo("Think.");
        Files.writeString(models.resolve("instructed").resolve(ModelFolder.FILE), "{\"system_prompt\": \"\"}");
        assertThat(shelf().generation("instructed", mathematics).systemPrompt())
                .as("the folder asks for none")
                .isEmpty();
    }
}
