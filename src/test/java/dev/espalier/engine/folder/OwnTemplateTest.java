package dev.espalier.engine.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.engine.format.FolderFile;
import dev.espalier.engine.template.TemplateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class OwnTemplateTest {
    private static String template(String model) {
        return FolderFile.objectIfThere(ExportedModels.path(model).resolve("tokenizer_config.json"))
                .path("chat_template")
                .asString();
    }

    @ParameterizedTest
    @CsvSource({
        "llama-3.2, llama-3, <|begin_of_text|>",
        "qwen2.5-genai, qwen2.5, ''",
        "qwen3, qwen3, ''",
        "qwen3, qwen3-direct, ''",
        "gemma, gemma, <bos>"
    })
    void aTemplateThatMakesTheSamePromptsHasNoDifference(String model, String format, String bos) {
        assertThat(new OwnTemplate(template(model), bos, "")
                        .difference(ChatFormat.known(format).orElseThrow()))
                .isEmpty();
    }

    @Test
    void aDifferenceIsShownWithItsPlace() {
        assertThat(new OwnTemplate(template("qwen3"), "", "").difference(ChatFormat.QWEN_2_5))
                .hasValue(
                        ": after \"<|im_start|>\" it has \"user\\n  What is $1 + 1$? <|im_end|>\\n<|im_start|>assistant\\n\""
                                + ", and the format has \"system\\nYou are Qwen, created by Alibaba Cloud. You are a hel…\"");
        // This template omits system prompts.
        assertThat(new OwnTemplate(template("mistral-tokenizer"), "<s>", "</s>")
                        .difference(ChatFormat.MISTRAL)
                        .orElseThrow())
                .startsWith(" with a system prompt: after \"[INST] \" it has");
    }

    /// Shapes of templates in use, and the formats that make the same prompts.
    static Stream<Arguments> families() {
        return Stream.of(
                Arguments.of(
                        "{% for m in messages %}<|{{ m['role'] }}|>\n{{ m['content'] }}<|end|>\n{% endfor %}{% if add_generation_prompt %}<|assistant|>\n{% endif %}",
                        "<|user|>\n{problem}<|end|>\n<|assistant|>\n",
                        "<|system|>\n{system}<|end|>\n<|user|>\n{problem}<|end|>\n<|assistant|>\n"),
                Arguments.of(
                        "{% for m in messages %}{{ '<|' + m.role + '|>\n' + m.content|trim + eos_token + '\n' }}{% endfor %}{{ '<|assistant|>\n' }}",
                        "<|user|>\n{problem|trim}</s>\n<|assistant|>\n",
                        "<|system|>\n{system|trim}</s>\n<|user|>\n{problem|trim}</s>\n<|assistant|>\n"),
                Arguments.of(
                        "{% if messages[0].role == 'system' %}{% set s = '<<SYS>>\n' + messages[0].content + '\n<</SYS>>\n\n' %}{% set rest = messages[1:] %}{% else %}{% set s = '' %}{% set rest = messages %}{% endif %}{% for m in rest %}{{ bos_token + '[INST] ' + (s if loop.first else '') + m.content.strip() + ' [/INST]' }}{% endfor %}",
                        "<s>[INST] {problem|trim} [/INST]",
                        "<s>[INST] <<SYS>>\n{system}\n<</SYS>>\n\n{problem|trim} [/INST]"),
                Arguments.of(
                        "{{ bos_token }}{% for m in messages %}{% if m.role == 'user' %}<｜User｜>{{ m.content }}{% elif m.role == 'system' %}{{ m.content }}{% endif %}{% endfor %}<｜Assistant｜>{{ '<think>\n' }}",
                        "<s><｜User｜>{problem}<｜Assistant｜><think>\n",
                        "<s>{system}<｜User｜>{problem}<｜Assistant｜><think>\n"),
                Arguments.of(
                        "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}USER: {{ m.content }} ASSISTANT:{% endfor %}",
                        "USER: {problem} ASSISTANT:", ""),
                Arguments.of(
                        "{% for m in messages if m.role == 'user' %}### Instruction:\n{{ m.content }}\n\n### Response:\n{% endfor %}",
                        "### Instruction:\n{problem}\n\n### Response:\n", ""),
                Arguments.of(
                        "{% if messages[0].role != 'system' %}<|im_start|>system\nYou are a helpful assistant named Tiny.<|im_end|>\n{% endif %}{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}{{ '<|im_start|>assistant\n' }}",
                        "<|im_start|>system\nYou are a helpful assistant named Tiny.<|im_end|>\n<|im_start|>user\n{problem}<|im_end|>\n<|im_start|>assistant\n",
                        "<|im_start|>system\n{system}<|im_end|>\n<|im_start|>user\n{problem}<|im_end|>\n<|im_start|>assistant\n"),
                Arguments.of(
                        "[gMASK]<sop>{% for m in messages %}<|{{ m.role }}|>\n{{ m.content }}{% endfor %}<|assistant|>",
                        "[gMASK]<sop><|user|>\n{problem}<|assistant|>",
                        "[gMASK]<sop><|system|>\n{system}<|user|>\n{problem}<|assistant|>"),
                Arguments.of(
                        "<|start|>system<|message|>Current date: {{ strftime_now('%Y-%m-%d') }}<|end|>{% for m in messages %}<|start|>{{ 'developer' if m.role == 'system' else m.role }}<|message|>{{ m.content }}<|end|>{% endfor %}<|start|>assistant",
                        "<|start|>system<|message|>Current date: 2024-07-26<|end|><|start|>user<|message|>{problem}<|end|><|start|>assistant",
                        "<|start|>system<|message|>Current date: 2024-07-26<|end|><|start|>developer<|message|>{system}<|end|><|start|>user<|message|>{problem}<|end|><|start|>assistant"),
                Arguments.of(
                        "{% if tools is not none %}TOOLS{% endif %}{% for m in messages %}<|start_of_role|>{{ m.role }}<|end_of_role|>{% if m.content is string %}{{ m.content }}{% else %}{{ m.content[0].text }}{% endif %}<|end_of_text|>\n{% endfor %}<|start_of_role|>assistant<|end_of_role|>",
                        "<|start_of_role|>user<|end_of_role|>{problem}<|end_of_text|>\n<|start_of_role|>assistant<|end_of_role|>",
                        "<|start_of_role|>system<|end_of_role|>{system}<|end_of_text|>\n<|start_of_role|>user<|end_of_role|>{problem}<|end_of_text|>\n<|start_of_role|>assistant<|end_of_role|>"));
    }

    @ParameterizedTest
    @MethodSource("families")
    void aTemplateOfAnyFamilyBecomesAFormat(String template, String prompt, String withSystem) {
        var own = new OwnTemplate(template, "<s>", "</s>");
        var format = own.format();
        assertThat(format.prompt()).isEqualTo(prompt);
        assertThat(format.withSystem()).isEqualTo(withSystem);
        assertThat(own.difference(format)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{{ messages[0].content }} {{ messages[0].content }}; shows the problem twice",
                "Hello!; leaves the problem out",
                "{{ messages[-1].content|upper }}; leaves the problem out",
                "{{ messages[-1].content|replace('$', '') }}; changes the texts",
                "{{ messages[-1].content.rstrip() }}|; changes the texts",
                "{problem} {{ messages[-1].content }}; has a place of Espalier's formats",
                "{{ messages[-1].content }}{{ strftime_now('%Q') }}; the date format \"%Q\" is not supported",
                "{{ raise_exception('no') }}; the template refuses: no",
                "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}; nest more than"
            })
    void aTemplateThatIsNoFormatSaysWhy(String template, String reason) {
        var own = new OwnTemplate(template, "", "");
        assertThatThrownBy(own::format).isInstanceOf(TemplateException.class).hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource({
        "'{% import ''x'' as y %}', the statement \"import\" is not supported",
        "{% for m in messages %}, endfor"
    })
    void aTemplateThatCannotBeReadSaysWhy(String template, String reason) {
        assertThatThrownBy(() -> new OwnTemplate(template, "", ""))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void aNamedFormatStaysAndItsDifferenceIsNoted(@TempDir Path temporary) throws IOException {
        assertThat(ExportedModels.folder("qwen3").notes()).hasSize(1);
        var folder = ExportedModels.copy("qwen3", temporary);
        Files.writeString(folder.resolve(ModelFolder.FILE), "{\"format\": 1, \"chat\": {\"name\": \"qwen2.5\"}}");
        var model = ModelFolder.read(folder);
        assertThat(model.prompting().chat()).isEqualTo(ChatFormat.QWEN_2_5);
        assertThat(model.notes())
                .anyMatch(note -> note.startsWith("its own chat template differs from the format qwen2.5: after"));
    }

    @Test
    void aFoldersOwnTemplateMakesThePromptsWhereNoFormatFits(@TempDir Path temporary) throws IOException {
        var folder = withTemplate(temporary, "Q: {{ messages[-1].content }}\nA:");
        var model = ModelFolder.read(folder);
        assertThat(model.prompting().chat().prompt()).isEqualTo("Q: {problem}\nA:");
        assertThat(model.prompting().description()).isEqualTo("the model's own chat template");
        assertThat(model.prompting().plainText()).isEmpty();
        assertThat(model.notes()).contains("prompts are made by its own chat template");
    }

    @Test
    void theTemplatesOwnFileIsReadFirst(@TempDir Path temporary) throws IOException {
        var folder = withTemplate(temporary, "Q: {{ messages[-1].content }}\nA:");
        Files.writeString(folder.resolve("chat_template.json"), "{\"chat_template\": \"{{ messages[-1].content }}?\"}");
        assertThat(ModelFolder.read(folder).prompting().chat().prompt()).isEqualTo("Q: {problem}\nA:");
        Files.writeString(folder.resolve("chat_template.jinja"), "{{ messages[-1].content }}!\n");
        assertThat(ModelFolder.read(folder).prompting().chat().prompt()).isEqualTo("{problem}!");
        Files.delete(folder.resolve("chat_template.jinja"));
        change(folder.resolve("tokenizer_config.json"), config -> config.remove("chat_template"));
        assertThat(ModelFolder.read(folder).prompting().chat().prompt()).isEqualTo("{problem}?");
    }

    @Test
    void ofSeveralTemplatesTheDefaultIsUsed(@TempDir Path temporary) throws IOException {
        var folder = withTemplate(temporary, "");
        change(folder.resolve("tokenizer_config.json"), config -> {
            var list = config.putArray("chat_template");
            list.addObject().put("name", "rag").put("template", "{{ messages[-1].content }} (rag)");
            list.addObject().put("name", "default").put("template", "{{ messages[-1].content }} (default)");
        });
        assertThat(ModelFolder.read(folder).prompting().chat().prompt()).isEqualTo("{problem} (default)");
    }

    @Test
    void plainTextIsSaidWithItsReason(@TempDir Path temporary) throws IOException {
        var without = ModelFolder.read(plain(withTemplate(temporary.resolve("a"), "")));
        assertThat(without.prompting().plainText()).isEqualTo("it has no chat template, so prompts are plain text");
        assertThat(without.prompting().description()).isEqualTo("plain text");
        var unusable = ModelFolder.read(plain(withTemplate(temporary.resolve("b"), "{{ raise_exception('no') }}")));
        assertThat(unusable.prompting().plainText())
                .isEqualTo("its own chat template could not be used: the template refuses: no; prompts are plain text");
        assertThat(unusable.notes()).contains(unusable.prompting().plainText());
    }

    @Test
    void anEndTokenOfTheTokenizersConfigurationEndsATextToo(@TempDir Path temporary) throws IOException {
        var folder = withTemplate(temporary, "{{ messages[-1].content }}");
        var before = ModelFolder.read(folder).prompting().endIds();
        var tokenizer = JsonMapper.shared().readTree(folder.resolve("tokenizer.json"));
        var other = tokenizer
                .path("added_tokens")
                .valueStream()
                .filter(token -> !before.contains(token.path("id").asInt()))
                .findFirst()
                .orElseThrow();
        change(
                folder.resolve("tokenizer_config.json"),
                config -> config.put("eos_token", other.path("content").asString()));
        assertThat(before).doesNotContain(other.path("id").asInt());
        assertThat(ModelFolder.read(folder).prompting().endIds())
                .containsAll(before)
                .contains(other.path("id").asInt());
        change(folder.resolve("tokenizer_config.json"), config -> config.remove("eos_token"));
        Files.writeString(
                folder.resolve("special_tokens_map.json"),
                JsonMapper.shared()
                        .writeValueAsString(Map.of(
                                "eos_token",
                                Map.of("content", other.path("content").asString()))));
        assertThat(ModelFolder.read(folder).prompting().endIds())
                .contains(other.path("id").asInt());
    }

    @Test
    void addedTokensWithoutLogitsAreTextAndAreNoted(@TempDir Path temporary) throws IOException {
        var folder = ExportedModels.copy("gemma", temporary);
        int vocabulary = ModelFolder.read(folder).shape().vocabulary();
        change(
                folder.resolve("tokenizer.json"),
                root -> ((ArrayNode) root.path("added_tokens"))
                        .addObject()
                        .put("id", vocabulary)
                        .put("content", "<picture>")
                        .put("single_word", false)
                        .put("lstrip", false)
                        .put("rstrip", false)
                        .put("normalized", false)
                        .put("special", true));
        var model = ModelFolder.read(folder);
        assertThat(model.notes())
                .contains(
                        "its tokenizer has 1 more token than the graph has logits (<picture>), which is never generated and stays text in a prompt");
        model.verify();
        try (var tokenizer = Tokenizer.read(folder.resolve("tokenizer.json"), vocabulary);
                var all = Tokenizer.read(folder.resolve("tokenizer.json"))) {
            for (var text : new String[] {"<picture>", "a <picture> b", "<picture><picture>", "<<picture>"}) {
                assertThat(tokenizer.encode(text)).doesNotContain(vocabulary);
                assertThat(tokenizer.encodeTemplate(text, List.of())).doesNotContain(vocabulary);
                assertThat(tokenizer.encodeWithin(text, List.of())).doesNotContain(vocabulary);
                assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
            }
            assertThat(all.encodeTemplate("<picture>", List.of())).hasSize(1);
            assertThat(tokenizer.encodeTemplate("<picture>", List.of())).hasSizeGreaterThan(1);
        }
    }

    @Test
    void anOrdinaryTokenWithoutLogitsIsOfAnotherModel(@TempDir Path temporary) throws IOException {
        var folder = ExportedModels.copy("gemma", temporary);
        int vocabulary = ModelFolder.read(folder).shape().vocabulary();
        change(
                folder.resolve("tokenizer.json"),
                root -> ((ObjectNode) root.path("model").path("vocab")).put("zzz", vocabulary));
        assertThatThrownBy(() -> ModelFolder.read(folder)).hasMessageContaining("They belong to different models");
    }

    @ParameterizedTest
    @CsvSource({
        "model_int8.onnx, q8-signed",
        "model_uint8.onnx, q8-unsigned",
        "model_quantized.onnx, q8",
        "model_q8.onnx, q8",
        "model_fp16.onnx, f16",
        "model_fp32.onnx, f32",
        "model_bnb4.onnx, bnb4",
        "model_q4.onnx, q4",
        "model_q4f16.onnx, q4f16",
        "model_O3.onnx, O3",
        "model_w8a8.onnx, w8a8"
    })
    void graphsAreFoundByTheirExportersNames(String name, String precision, @TempDir Path temporary)
            throws IOException {
        var folder = ExportedModels.copy("qwen3", temporary);
        Files.createDirectories(folder.resolve("onnx"));
        Files.move(folder.resolve("model.onnx"), folder.resolve("onnx").resolve(name));
        var model = ModelFolder.read(folder);
        assertThat(model.files().graph()).isEqualTo("onnx/" + name);
        assertThat(model.execution().precision()).isEqualTo(precision);
    }

    @Test
    void aMergedDecoderBelowOnnxIsToldWhyNot(@TempDir Path temporary) throws IOException {
        var folder = ExportedModels.copy("qwen3", temporary);
        Files.createDirectories(folder.resolve("onnx"));
        Files.move(folder.resolve("model.onnx"), folder.resolve("onnx/decoder_model_merged_quantized.onnx"));
        assertThat(ModelFolder.is(folder)).isTrue();
        assertThatThrownBy(() -> ModelFolder.read(folder)).hasMessageContaining("merged decoder of an old optimum");
    }

    /// A copy of a folder whose format nobody knows from its tokens, with a template.
    private static Path withTemplate(Path temporary, String template) throws IOException {
        var folder = ExportedModels.copy("qwen3", temporary);
        change(folder.resolve("tokenizer_config.json"), config -> {
            if (template.isEmpty()) config.remove("chat_template");
            else config.put("chat_template", template);
        });
        return folder;
    }

    /// Renames the tokens by which a format is guessed.
    private static Path plain(Path folder) throws IOException {
        var file = folder.resolve("tokenizer.json");
        Files.writeString(file, Files.readString(file).replace("<|im_start|>", "<|turn|>"));
        return folder;
    }

    private static void change(Path file, Consumer<ObjectNode> change) throws IOException {
        var root = (ObjectNode) JsonMapper.shared().readTree(file);
        change.accept(root);
        Files.writeString(file, JsonMapper.shared().writeValueAsString(root));
    }
}
