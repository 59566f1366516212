package dev.espalier.engine.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import dev.espalier.engine.Models;
import dev.espalier.engine.device.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFolderTest {
    @TempDir
    private Path temporary;

    private static AbstractThrowableAssert<?, ?> refused(Path folder) {
        return assertThatThrownBy(() ->
                        Models.policy(ModelFolder.read(folder), Device.CPU, 1).close())
                .isInstanceOf(EspalierException.class);
    }

    private static void replace(Path folder, String old, String now) throws IOException {
        var file = folder.resolve(ModelFolder.FILE);
        var text = Files.readString(file);
        assertThat(text).contains(old);
        Files.writeString(file, text.replace(old, now));
    }

    @Test
    void aSampleModelOpensWithItsCard() {
        var folder = SampleModels.folder("policy-small");
        try (var policy = Models.policy(folder, Device.AUTO, 1)) {
            var card = policy.card();
            assertThat(card.name()).isEqualTo("policy-small");
            assertThat(card.sha256()).isEqualTo(folder.fingerprint()).hasSize(64);
            assertThat(card.context()).isEqualTo(512);
            assertThat(card.separator()).isEqualTo("\n\n");
            assertThat(card.parameters()).isPositive();
            assertThat(card.device()).isEqualTo("CPU, 1 thread, f32");
        }
    }

    @Test
    void theStandardPrecisionFollowsFromSizeDeviceAndWhatTheFolderHas() throws IOException {
        var tiny = Path.of("src/test/resources/dev/espalier/engine/models/tiny-random", ModelFolder.FILE);
        Files.copy(tiny, temporary.resolve(ModelFolder.FILE));
        // f32 and below precisions int8, int4, int8-block
        assertThat(standard()).isEqualTo("CPU f32, GPU f32");
        replace(
                temporary,
                "\"parameters\": " + ModelFolder.read(temporary).shape().parameters(),
                "\"parameters\": 10000000");
        assertThat(standard()).isEqualTo("CPU int8, GPU f32");
        replace(temporary, "\"int4\": {", "\"f16\": {");
        assertThat(standard()).isEqualTo("CPU int8, GPU f16");
        replace(temporary, "\"int8\": {", "\"int4\": {");
        assertThat(standard()).isEqualTo("CPU f32, GPU f16");
    }

    private String standard() {
        var folder = ModelFolder.read(temporary);
        return "CPU " + folder.standardPrecision(false) + ", GPU " + folder.standardPrecision(true);
    }

    @Test
    void policiesAndRewardModelsAreNotMixedUp() {
        var policy = SampleModels.folder("policy-small");
        refused(SampleModels.folder("prm").path()).hasMessage("prm is a reward model, not a policy; choose a policy.");
        assertThatThrownBy(() -> Models.reward(policy, Device.CPU, 1))
                .isInstanceOf(EspalierException.class)
                .hasMessage("policy-small is a policy, not a reward model; choose a reward model.");
    }

    @Test
    void aMissingFolderOrDescriptionIsNamed() throws IOException {
        refused(temporary.resolve("none"))
                .hasMessageContaining("There is no model folder " + temporary.resolve("none"));
        refused(Files.createDirectory(temporary.resolve("empty"))).hasMessageContaining("holds no espalier.json");
    }

    @Test
    void brokenJsonIsNamed() throws IOException {
        Files.writeString(temporary.resolve(ModelFolder.FILE), "{\"format\":1,");
        refused(temporary).hasMessageContaining("espalier.json is not valid JSON");
    }

    @Test
    void unknownKindsAndFieldsOutOfRangeAreNamed() throws IOException {
        var folder = SampleModels.copy("policy-small", temporary);
        replace(folder, "\"policy\"", "\"oracle\"");
        refused(folder).hasMessageContaining("the kind \"oracle\" is unknown");
        replace(folder, "\"oracle\"", "\"policy\"");
        replace(folder, "\"context\": 512", "\"context\": 0");
        refused(folder).hasMessageContaining("\"context\" must be a whole number of at least 8");
        replace(folder, "\"context\": 0", "\"context\": 512");
        replace(folder, "\"tokenizer\": \"tokenizer.json\"", "\"tokenizer\": \"../tokenizer.json\"");
        refused(folder).hasMessageContaining("\"tokenizer\" must name a file of the folder");
    }

    /// The current hash of a file.
    private static void described(Path folder, String file) throws IOException {
        var text = Files.readString(folder.resolve(ModelFolder.FILE));
        Files.writeString(
                folder.resolve(ModelFolder.FILE),
                text.replaceAll("(\"" + file + "\": \")[0-9a-f]{64}", "$1" + Hashes.of(folder.resolve(file))));
    }

    @Test
    void filesThatAreDescribedAndStillWrongAreNamedInPlainWords() throws IOException {
        var folder = SampleModels.copy("policy-small", temporary);
        var tokenizer = folder.resolve("tokenizer.json");
        var own = Files.readString(tokenizer);
        Files.copy(
                ExportedModels.path("gemma").resolve("tokenizer.json"),
                tokenizer,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(tokenizer, Files.readString(tokenizer).replaceFirst("\"id\": ?\\d+", "\"id\": 2000"));
        described(folder, "tokenizer.json");
        refused(folder)
                .hasMessageContaining(
                        "tokenizer.json has 2001 ids and the graph fused.onnx 768. They belong to different models. Copy both again.");
        Files.writeString(tokenizer, own.substring(0, own.length() / 2));
        described(folder, "tokenizer.json");
        refused(folder).hasMessageContaining("tokenizer.json is not valid JSON");
        Files.writeString(tokenizer, own);
        described(folder, "tokenizer.json");
        var weights = folder.resolve("weights.bin");
        Files.write(weights, java.util.Arrays.copyOf(Files.readAllBytes(weights), 100_000));
        described(folder, "weights.bin");
        refused(folder)
                .hasMessageContaining("weights.bin has 100,000 bytes, and fused.onnx expects at least 4,47")
                .hasMessageContaining("the copy was cut off");
        var graph = folder.resolve("fused.onnx");
        Files.write(graph, java.util.Arrays.copyOf(Files.readAllBytes(graph), 5000));
        described(folder, "fused.onnx");
        refused(folder)
                .hasMessageContaining("fused.onnx ends too early or is no ONNX graph: a whole ONNX file is expected.");
    }

    @Test
    void invalidFieldsAreNamedAtOnce() throws IOException {
        var folder = SampleModels.copy("policy-small", temporary);
        replace(folder, "\"max_new_tokens\": 320", "\"max_new_tokens\": \"many\"");
        refused(folder).hasMessageContaining("\"max_new_tokens\" must be a whole number of at least 1");
        replace(folder, "\"max_new_tokens\": \"many\"", "\"max_new_tokens\": 320");
        replace(folder, "\"layers\": 5", "\"layers\": 6");
        refused(folder)
                .hasMessageContaining("has no input \"past_key_values.5.key\" (it has input_ids, attention_mask,")
                .hasMessageContaining("… 12 in all)");
        replace(folder, "\"layers\": 6", "\"layers\": 5");
        replace(folder, "\"context\": 512", "\"context\": 2147483647");
        refused(folder).hasMessageContaining("espalier.json: a context of 2,147,483,647 tokens is too large");
    }

    @Test
    void aMissingOrChangedFileIsNamed() throws IOException {
        var folder = SampleModels.copy("policy-small", temporary);
        var weights = folder.resolve("weights.bin");
        var bytes = Files.readAllBytes(weights);
        bytes[1000] ^= 1;
        Files.write(weights, bytes);
        refused(folder).hasMessageContaining(weights + " is not the file that espalier.json describes");
        Files.delete(weights);
        refused(folder).hasMessageContaining("The file " + weights + " is missing");
    }

    @Test
    void aGraphThatDoesNotFitItsDescriptionIsNamed() throws IOException {
        var folder = SampleModels.copy("policy-small", temporary);
        replace(folder, "\"layers\": 5", "\"layers\": 6");
        refused(folder).hasMessageContaining("has no input \"past_key_values.5.key\"");
        replace(folder, "\"layers\": 6", "\"layers\": 4");
        refused(folder).hasMessageContaining("where 10 are expected");
        replace(folder, "\"layers\": 4", "\"layers\": 5");
        replace(folder, "\"head_dim\": 32", "\"head_dim\": 64");
        refused(folder).hasMessageContaining("of shape [-1, 4, -1, 32] where [-1, 4, -1, 64] is expected");
    }

    @Test
    void cudaWithoutCudaSaysWhatToDo() {
        org.junit.jupiter.api.Assumptions.assumeFalse(
                ai.onnxruntime.OrtEnvironment.getAvailableProviders().contains(ai.onnxruntime.OrtProvider.CUDA),
                "this build has CUDA");
        var folder = SampleModels.folder("policy-small");
        assertThatThrownBy(() -> Models.policy(folder, Device.CUDA, 1))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("This build of ONNX Runtime does not include CUDA")
                .hasMessageContaining("choose the CPU");
    }
}
