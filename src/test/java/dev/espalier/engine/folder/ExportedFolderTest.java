package dev.espalier.engine.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import dev.espalier.engine.Models;
import dev.espalier.engine.device.Device;
import dev.espalier.engine.graph.GraphLayout;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExportedFolderTest {
    @TempDir
    private Path temporary;

    private static AbstractThrowableAssert<?, ?> refused(Path folder) {
        return assertThatThrownBy(() -> {
                    var model = ModelFolder.read(folder);
                    if (model.kind() == ModelFolder.Kind.POLICY)
                        Models.policy(model, Device.CPU, 1).close();
                    else Models.reward(model, Device.CPU, 1).close();
                })
                .isInstanceOf(EspalierException.class);
    }

    private static void replace(Path file, String old, String now) throws IOException {
        var text = Files.readString(file);
        assertThat(text).contains(old);
        Files.writeString(file, text.replace(old, now));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "llama-3.2          | policy | REWRITTEN    | llama-3  | 2 | 16 | 384 | f32",
                "llama-3.2-f16      | policy | REWRITTEN    | llama-3  | 2 | 16 | 384 | f16",
                "qwen2.5-genai      | policy | SHARED       | qwen2.5  | 2 | 16 | 384 | f32",
                "qwen2.5-genai-f16  | policy | SHARED       | qwen2.5  | 2 | 16 | 384 | f16",
                "qwen2.5-genai-int4 | policy | SHARED       | qwen2.5  | 2 | 16 | 384 | 4/8-bit weights",
                "qwen3              | policy | REWRITTEN    | qwen3    | 4 | 16 | 384 | f32",
                "gemma              | policy | CONCATENATED | gemma    | 1 | 16 | 512 | f32",
                "rlhflow-prm        | prm    | CONCATENATED | llama-3 dialogue of steps | 2 | 16 | 384 | f32",
                "qwen-prm           | prm    | WHOLE        | qwen2.5-math | 1 | 1 | 384 | f32"
            })
    void aFolderIsRecognised(
            String name,
            String kind,
            GraphLayout layout,
            String chat,
            int kvHeads,
            int headDim,
            int vocabulary,
            String precision) {
        var model = ExportedModels.folder(name);
        assertThat(model.kind().word()).isEqualTo(kind);
        assertThat(model.execution().layout()).isEqualTo(layout);
        assertThat(model.prompting().chat().name()).isEqualTo(chat);
        assertThat(new int[] {
                    model.shape().kvHeads(),
                    model.shape().headDim(),
                    model.shape().vocabulary(),
                    model.shape().context()
                })
                .containsExactly(kvHeads, headDim, vocabulary, 512);
        assertThat(model.execution().precision()).isEqualTo(precision);
        assertThat(model.notes()).isNotEmpty();
        assertThat(model.shape().parameters()).isBetween(20_000L, 80_000L);
        assertThat(model.fingerprint())
                .isEqualTo(ExportedModels.folder(name).fingerprint())
                .hasSize(64);
    }

    @Test
    void everyEndTokenCounts() {
        assertThat(ExportedModels.folder("llama-3.2").prompting().endIds()).hasSize(3);
        assertThat(ExportedModels.folder("qwen2.5-genai").prompting().endIds()).hasSize(2);
        assertThat(ExportedModels.folder("gemma").prompting().endIds()).hasSize(2);
    }

    @Test
    void espaliersOwnFileOverrides() throws IOException {
        var folder = ExportedModels.copy("qwen3", temporary);
        Files.writeString(folder.resolve(ModelFolder.FILE), """
            {"format": 1, "kind": "policy", "name": "mine", "context": 128, "max_new_tokens": 20, "separator": "\\n", "end_ids": [7], "system_prompt": "Think.",
             "chat": {"name": "qwen3-direct"}}""");
        var model = ModelFolder.read(folder);
        assertThat(model.name()).isEqualTo("mine");
        assertThat(model.shape().context()).isEqualTo(128);
        assertThat(model.prompting().maxNewTokens()).isEqualTo(20);
        assertThat(model.prompting().separator()).isEqualTo("\n");
        assertThat(model.prompting().endIds()).containsExactly(7);
        assertThat(model.prompting().systemPrompt()).isEqualTo("Think.");
        assertThat(model.prompting().chat()).isEqualTo(ChatFormat.QWEN_3_DIRECT);
    }

    @Test
    void espaliersOwnFileMakesALanguageModelARewardModel() throws IOException {
        var folder = ExportedModels.copy("llama-3.2", temporary);
        Files.writeString(folder.resolve(ModelFolder.FILE), """
            {"format": 1, "kind": "prm", "chat": {"name": "asked", "prompt": "{problem}\\n"},
             "prm": {"kind": "sign-tokens", "tokens": ["+", 12], "step": "{step}", "mark": " ok", "after": "\\n"}}""");
        var prm = ModelFolder.read(folder).prm();
        assertThat(prm).isNotNull();
        assertThat(prm.readOut()).isInstanceOf(SignTokens.class);
        assertThat(((SignTokens) prm.readOut()).bad()).isEqualTo(12);
        assertThat(prm.mark()).isEqualTo(" ok");
        replace(folder.resolve(ModelFolder.FILE), "sign-tokens", "oracle");
        refused(folder).hasMessageContaining("the reward model kind \"oracle\" is unknown; known are");
        Files.writeString(
                folder.resolve(ModelFolder.FILE),
                "{\"format\": 1, \"kind\": \"prm\", \"prm\": {\"kind\": \"sign-tokens\", \"tokens\": [\"good\", \"bad\"]}}");
        refused(folder).hasMessageContaining("the tokenizer has no token \"good\"");
    }

    @Test
    void otherFamiliesOfRewardModelsAreGuessedToo() throws IOException {
        var classes = ExportedModels.copy("qwen-prm", temporary);
        replace(classes.resolve("tokenizer.json"), "<extra_0>", "<extra_1>");
        var trl = ModelFolder.read(classes);
        assertThat(trl.prm())
                .isEqualTo(new PrmFormat(
                        TokenClasses.KIND, new TokenClasses(2, 1), "{step}", "{step}", "\n", "", true, false));
        assertThat(trl.prompting().chat().prompt()).isEqualTo("{problem}");
        var signs =
                Files.move(ExportedModels.copy("gemma", temporary), temporary.resolve("math-shepherd-mistral-7b-prm"));
        replace(signs.resolve("tokenizer.json"), "\"Z\": ", "\"-\": ");
        var shepherd = ModelFolder.read(signs);
        assertThat(shepherd.kind()).isEqualTo(ModelFolder.Kind.PRM);
        assertThat(shepherd.prm()).isNotNull();
        assertThat(shepherd.prm().mark()).isEqualTo(" ки");
        assertThat(shepherd.prompting().chat().prompt()).isEqualTo("<bos>{problem}");
        Models.reward(shepherd, Device.CPU, 1).close();
    }

    @Test
    void graphsOfSeveralPrecisionsBesideEachOtherAreOneModel() throws IOException {
        var folder = ExportedModels.copy("llama-3.2", temporary);
        Files.copy(ExportedModels.path("llama-3.2-f16").resolve("model.onnx"), folder.resolve("model_fp16.onnx"));
        Files.writeString(folder.resolve("model_q4.onnx"), "not fetched");
        var model = ModelFolder.read(folder);
        assertThat(model.precisions()).containsExactly("f16", "f32", "q4");
        assertThat(model.execution().precision()).isEqualTo("f32");
        var half = model.at("f16");
        assertThat(half.at("f32")).isEqualTo(model);
        assertThat(half.fingerprint()).isNotEqualTo(model.fingerprint());
        try (var policy = Models.policy(half, Device.CPU, 1)) {
            assertThat(policy.card().device()).isEqualTo("CPU, 1 thread, f16");
        }
        assertThatThrownBy(() -> model.at("q4"))
                .hasMessageContaining("model_q4.onnx ends too early or is no ONNX graph");
        // A named graph selects exactly that one.
        Files.writeString(
                folder.resolve(ModelFolder.FILE), "{\"format\": 1, \"graphs\": {\"hub\": \"model_fp16.onnx\"}}");
        assertThat(ModelFolder.read(folder).precisions()).containsExactly("f16");
        Files.delete(folder.resolve(ModelFolder.FILE));
        Files.delete(folder.resolve("model.onnx"));
        assertThat(ModelFolder.read(folder).precisions()).containsExactly("f16", "q4");
    }

    @Test
    void missingFilesAreNamed() throws IOException {
        var folder = ExportedModels.copy("llama-3.2", temporary);
        Files.move(folder.resolve("tokenizer.json"), folder.resolve("elsewhere.json"));
        refused(folder).hasMessageContaining("tokenizer.json is missing");
        Files.move(folder.resolve("elsewhere.json"), folder.resolve("tokenizer.json"));
        Files.delete(folder.resolve("model.onnx_data"));
        refused(folder).hasMessageContaining("model.onnx_data is missing; model.onnx expects its weights there");
        Files.delete(folder.resolve("model.onnx"));
        refused(folder).hasMessageContaining("holds no espalier.json, no genai_config.json and no model.onnx");
    }

    @Test
    void truncatedFilesAreNamedWithWhatWasExpected() throws IOException {
        var folder = ExportedModels.copy("llama-3.2", temporary);
        var data = folder.resolve("model.onnx_data");
        long size = Files.size(data);
        try (var file = new RandomAccessFile(data.toFile(), "rw")) {
            file.setLength(size - 4096);
        }
        refused(folder)
                .hasMessageContaining(
                        "%s has %,d bytes, and model.onnx expects at least %,d".formatted(data, size - 4096, size));
        var graph = folder.resolve("model.onnx");
        Files.write(graph, Arrays.copyOf(Files.readAllBytes(graph), 2000));
        refused(folder).hasMessageContaining(graph + " ends too early or is no ONNX graph");
        Files.writeString(graph, "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n");
        refused(folder).hasMessageContaining(graph + " ends too early or is no ONNX graph");
    }

    @Test
    void aGraphThatIsNotALanguageModelIsNamed() throws IOException {
        var folder = ExportedModels.copy("llama-3.2", temporary);
        Files.copy(
                ExportedModels.path("skywork-prm").resolve("model.onnx"),
                folder.resolve("model.onnx"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(folder.resolve(ModelFolder.FILE), "{\"format\": 1, \"kind\": \"policy\"}");
        refused(folder).hasMessageContaining("has no KV inputs (\"past_key_values.0.key\"), which a policy needs");
    }

    @Test
    void missingGraphNamesAreReported() throws IOException {
        var folder = ExportedModels.copy("qwen2.5-genai", temporary);
        replace(folder.resolve("genai_config.json"), "\"logits\": \"logits\"", "\"logits\": \"scores\"");
        refused(folder).hasMessageContaining("has no output \"scores\" (it has logits, present.0.key");
        replace(folder.resolve("genai_config.json"), "\"logits\": \"scores\"", "\"logits\": \"logits\"");
        replace(folder.resolve("genai_config.json"), "present.%d.value", "present.%d.v");
        refused(folder).hasMessageContaining("has no output \"present.0.v\"");
        replace(folder.resolve("genai_config.json"), "present.%d.v", "present.%d.value");
        replace(folder.resolve("genai_config.json"), "\"filename\": \"model.onnx\"", "\"filename\": \"other.onnx\"");
        refused(folder).hasMessageContaining("other.onnx is missing");
    }

    @Test
    void inputsOfTheWrongTypeOrShapeAreNamed() throws IOException {
        var folder = ExportedModels.copy("qwen2.5-genai", temporary);
        var config = folder.resolve("genai_config.json");
        replace(config, "\"attention_mask\": \"attention_mask\"", "\"attention_mask\": \"past_key_values.0.key\"");
        refused(folder)
                .hasMessageContaining(
                        "has \"past_key_values.0.key\" as f32[-1, 2, -1, 16] where i64[-1, -1] is expected (-1 is any)");
        replace(config, "\"attention_mask\": \"past_key_values.0.key\"", "\"attention_mask\": \"attention_mask\"");
        replace(config, "past_key_values.%d.value", "past_key_values.%d.key");
        refused(folder)
                .hasMessageContaining(
                        "has the inputs past_key_values.0.value, past_key_values.1.value, which Espalier does not know");
    }

    @Test
    void aTensorThatIsMissingIsNamed() throws IOException {
        var folder = ExportedModels.copy("qwen3", temporary);
        var graph = folder.resolve("model.onnx");
        var bytes = new String(Files.readAllBytes(graph), java.nio.charset.StandardCharsets.ISO_8859_1);
        int at = bytes.lastIndexOf("model.norm");
        Files.write(
                graph,
                (bytes.substring(0, at) + "model.nome" + bytes.substring(at + 10))
                        .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        refused(folder)
                .hasMessageContaining(graph + " was refused by ONNX Runtime")
                .hasMessageContaining("model.norm");
    }

    /// The weights are at the file's start; the rest is a hole.
    @Test
    void externalDataOfGigabytesOpensAtOnce() throws IOException {
        org.junit.jupiter.api.Assumptions.assumeTrue(
                Files.getFileStore(temporary).getUsableSpace() > 8L << 30,
                "skipped: too little room for a file with a hole of 3 GiB");
        var folder = ExportedModels.copy("llama-3.2", temporary);
        try (var file = new RandomAccessFile(folder.resolve("model.onnx_data").toFile(), "rw")) {
            file.setLength(3L << 30);
        }
        var model = ModelFolder.read(folder);
        assertThat(model.fingerprint())
                .isNotEqualTo(ExportedModels.folder("llama-3.2").fingerprint());
        assertThat(model.notes())
                .contains(
                        "model.onnx_data is larger than 1 GiB; its hash covers its size and 64 samples, not every byte");
        Files.writeString(
                folder.resolve(ModelFolder.FILE), "{\"sha256\": {\"model.onnx_data\": \"" + "0".repeat(64) + "\"}}");
        assertThat(ModelFolder.read(folder).notes())
                .contains(
                        "model.onnx_data is larger than 1 GiB; its hash covers its size and 64 samples, not every byte; its SHA-256 in espalier.json is not compared");
        try (var policy = Models.policy(model, Device.CPU, 1)) {
            assertThat(policy.card().sha256()).isEqualTo(model.fingerprint());
        }
    }

    @Test
    void aTokenizerOfAnotherModelIsNamed() throws IOException {
        var folder = ExportedModels.copy("llama-3.2", temporary);
        var sample = SampleModels.folder("policy-small");
        Files.copy(
                sample.path().resolve("tokenizer.json"),
                folder.resolve("tokenizer.json"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        refused(folder)
                .hasMessageContaining(
                        "tokenizer.json has 768 ids and the graph model.onnx 384. They belong to different models");
    }

    @Test
    void brokenJsonAndStrangeFieldsAreNamed() throws IOException {
        var folder = ExportedModels.copy("qwen2.5-genai", temporary);
        Files.writeString(folder.resolve("config.json"), "{");
        refused(folder).hasMessageContaining("config.json is not valid JSON");
        Files.writeString(folder.resolve("config.json"), "{}");
        Files.writeString(folder.resolve(ModelFolder.FILE), "{\"format\": 1, \"context\": \"long\"}");
        refused(folder).hasMessageContaining("\"context\" must be a whole number");
        Files.writeString(folder.resolve(ModelFolder.FILE), "{\"format\": 1, \"chat\": {\"name\": \"klingon\"}}");
        refused(folder).hasMessageContaining("the chat format \"klingon\" is unknown");
        Files.writeString(folder.resolve(ModelFolder.FILE), "{\"format\": 1, \"end_ids\": [5000]}");
        refused(folder).hasMessageContaining("The end token 5000");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            value = {
                "config.json ; [] ; config.json is no JSON object",
                "genai_config.json ; [1] ; genai_config.json is no JSON object",
                "espalier.json ; '' ; espalier.json is empty",
                "genai_config.json ; { ; genai_config.json is not valid JSON (line 1); correct it or copy the model folder again.",
                "genai_config.json ; {'model': *} ; genai_config.json is not valid JSON (line 1); correct it or copy the model folder again.",
                "genai_config.json ; {'model': 'a\tb'} ; genai_config.json is not valid JSON (line 1); correct it or copy the model folder again.",
                "espalier.json ; {'format': 1, 'context': 2147483647} ; espalier.json: a context of 2,147,483,647 tokens is too large",
            })
    void filesThatSayNothingUsefulAreNamed(String file, String text, String words) throws IOException {
        var folder = ExportedModels.copy("qwen2.5-genai", temporary);
        Files.writeString(folder.resolve(file), text.equals("''") ? "" : text.replace('\'', '"'));
        refused(folder).hasMessageContaining(words).message().doesNotContain("StreamReadFeature");
    }

    @Test
    void aFileThatIsNestedTooDeepIsNamedInWordsOfOurs() throws IOException {
        var folder = ExportedModels.copy("qwen2.5-genai", temporary);
        Files.writeString(folder.resolve("genai_config.json"), "[".repeat(10_000));
        refused(folder)
                .hasMessageContaining(
                        "genai_config.json is nested deeper, or has a longer number, name or text, than is read; correct it or copy the model folder again.");
    }

    @Test
    void aTokenizerOfFarFewerIdsIsNamedToo() throws IOException {
        var folder = ExportedModels.copy("llama-3.2", temporary);
        var tokenizer = folder.resolve("tokenizer.json");
        var root = (tools.jackson.databind.node.ObjectNode)
                tools.jackson.databind.json.JsonMapper.shared().readTree(tokenizer);
        var vocabulary =
                (tools.jackson.databind.node.ObjectNode) root.path("model").path("vocab");
        vocabulary.removeIf(id -> id.asInt() >= 150);
        ((tools.jackson.databind.node.ArrayNode) root.path("added_tokens"))
                .removeIf(token -> token.path("id").asInt() >= 150);
        Files.writeString(tokenizer, root.toString());
        refused(folder).hasMessageContaining("ids and the graph model.onnx 384. They belong to different models");
    }

    @Test
    void largeFilesAreHashedBySamplesAndTheirSize() throws IOException {
        var bytes = new byte[5_000_000];
        var file = Files.write(temporary.resolve("weights"), bytes);
        var whole = Hashes.of(file);
        var sampled = Hashes.of(file, 1000);
        assertThat(sampled).isNotEqualTo(whole).isEqualTo(Hashes.of(file, 1000));
        bytes[bytes.length - 1] = 1;
        Files.write(file, bytes);
        assertThat(Hashes.of(file, 1000)).isNotEqualTo(sampled);
        Files.write(file, new byte[5_000_001]);
        assertThat(Hashes.of(file, 1000)).isNotEqualTo(sampled);
    }
}
