package dev.espalier.engine.folder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.format.FolderFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateCheckTest {
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
        assertThat(TemplateCheck.difference(ChatFormat.known(format).orElseThrow(), template(model), bos, ""))
                .isEmpty();
    }

    @Test
    void aDifferenceIsShownWithItsPlace() {
        assertThat(TemplateCheck.difference(ChatFormat.QWEN_2_5, template("qwen3"), "", ""))
                .hasValue(
                        "its own chat template differs from the format qwen2.5: after \"<|im_start|>\" it has \"user\\n  What is $1 + 1$? <|im_end|>\\n<|im_start|>assistant\\n\""
                                + ", and the format has \"system\\nYou are Qwen, created by Alibaba Cloud. You are a hel…\"");
        // This template omits system prompts.
        assertThat(TemplateCheck.difference(ChatFormat.MISTRAL, template("mistral-tokenizer"), "<s>", "</s>")
                        .orElseThrow())
                .startsWith(
                        "its own chat template differs from the format mistral with a system prompt: after \"[INST] \" it has");
    }

    @Test
    void aTemplateThatCannotBeRenderedSaysWhy() {
        assertThat(TemplateCheck.difference(ChatFormat.CHATML, "{% import 'x' as y %}", "", "")
                        .orElseThrow())
                .endsWith("the statement \"import\" is not supported");
        assertThat(TemplateCheck.difference(ChatFormat.CHATML, "{% for m in messages %}", "", "")
                        .orElseThrow())
                .contains("could not be compared");
        assertThat(TemplateCheck.difference(ChatFormat.CHATML, "{{ raise_exception('no') }}", "", "")
                        .orElseThrow())
                .contains("the template refuses: no");
        assertThat(TemplateCheck.difference(
                                ChatFormat.CHATML, "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "", "")
                        .orElseThrow())
                .contains("could not be compared");
    }

    @Test
    void aFoldersTemplateIsComparedWhenItIsRead(@TempDir Path temporary) throws IOException {
        assertThat(ExportedModels.folder("qwen3").notes()).hasSize(1);
        var folder = ExportedModels.copy("qwen3", temporary);
        Files.writeString(folder.resolve(ModelFolder.FILE), "{\"format\": 1, \"chat\": {\"name\": \"qwen2.5\"}}");
        assertThat(ModelFolder.read(folder).notes())
                .anyMatch(note -> note.startsWith("its own chat template differs from the format qwen2.5"));
    }
}
