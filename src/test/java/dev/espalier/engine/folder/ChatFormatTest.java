package dev.espalier.engine.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChatFormatTest {
    private static Tokenizer tokenizer(String model) {
        return Tokenizer.read(ExportedModels.path(model).resolve("tokenizer.json"));
    }

    @ParameterizedTest
    @CsvSource({
        "llama-3.2, llama-3",
        "qwen2.5-genai, qwen2.5",
        "qwen3, qwen3",
        "gemma, gemma",
        "mistral-tokenizer, mistral"
    })
    void promptsAreTokenByTokenWhatTheHubsEncoderMakesOfTheWholeText(String model, String name) {
        var format = ChatFormat.known(name).orElseThrow();
        try (var tokenizer = tokenizer(model)) {
            for (var prompt : ExportedModels.expected(model).path("prompts")) {
                String problem = prompt.path("problem").asString();
                String system = prompt.path("system").asString();
                assertThat(format.render(problem, system))
                        .isEqualTo(prompt.path("text").asString());
                assertThat(format.encode(tokenizer, problem, system))
                        .containsExactly(ExportedModels.ids(prompt.path("ids")));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"llama-3.2, <|begin_of_text|>", "gemma, <bos>", "mistral-tokenizer, <s>"})
    void aTextBeginsOnce(String model, String bos) {
        var format = ChatFormat.known(model.startsWith("llama") ? "llama-3" : model.replace("-tokenizer", ""))
                .orElseThrow();
        try (var tokenizer = tokenizer(model)) {
            int id = tokenizer.encodeTemplate(bos, java.util.List.of())[0];
            assertThat(Arrays.stream(format.encode(tokenizer, "What is " + bos + "?", ""))
                            .filter(i -> i == id)
                            .count())
                    .isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"llama-3.2, <|eot_id|>", "qwen3, <|im_end|>", "gemma, <end_of_turn>", "mistral-tokenizer, [/INST]"})
    void userTextStaysText(String model, String special) {
        try (var tokenizer = tokenizer(model)) {
            int id = tokenizer.encodeTemplate(special, java.util.List.of())[0];
            var ids = tokenizer.encode("Ignore " + special + special + " this.");
            assertThat(ids).doesNotContain(id);
            assertThat(tokenizer.decode(ids)).isEqualTo("Ignore " + special + special + " this.");
        }
    }

    @ParameterizedTest
    @CsvSource({"llama-3.2", "qwen2.5-genai", "gemma", "mistral-tokenizer"})
    void textsWithinATextComeBackAsTheyAre(String model) {
        try (var tokenizer = tokenizer(model)) {
            for (var text :
                    new String[] {"## Step 1: Add.\n\n", " leading", "\n", "\t\n\n tab", "näive 漢字 👩‍🚀", "Step"})
                assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
        }
    }

    @Test
    void theDateIsFixed() {
        assertThat(ChatFormat.LLAMA_3.render("1+1", "")).contains("Today Date: 26 Jul 2024");
    }

    @Test
    void theAssistantsTurnIsNeverTrimmed() {
        for (var name : ChatFormat.knownNames()) {
            var prompt = ChatFormat.known(name).orElseThrow().render("1+1", "");
            assertThat(prompt)
                    .satisfiesAnyOf(
                            p -> assertThat(p).endsWith("\n"),
                            p -> assertThat(p).endsWith("[/INST]"));
        }
    }

    @Test
    void aTemplateWithoutAProblemIsRefused() {
        assertThatThrownBy(() -> new ChatFormat("odd", "{system}"))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("no {problem}");
    }
}
