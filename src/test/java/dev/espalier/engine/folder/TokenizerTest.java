package dev.espalier.engine.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerTest {
    private static Tokenizer tokenizer() {
        var folder = SampleModels.folder("policy-small");
        return Tokenizer.read(folder.path().resolve(folder.files().tokenizer()));
    }

    private static void roundTrips(Tokenizer tokenizer, String text) {
        assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
    }

    @Test
    void anyTextComesBack() {
        try (var tokenizer = tokenizer()) {
            for (var text : new String[] {
                "",
                " ",
                "\n\n\n \t\r\n",
                "## Step 1: $\\frac12+3=3.5$.\n\n",
                "naïve – ½ Ελλάδα 漢字 👩‍🚀 \u0000 \uFFFD ﷽",
                "  a  b  "
            }) roundTrips(tokenizer, text);
            var random = new Random(7);
            for (int i = 0; i < 300; i++) {
                var text = new StringBuilder();
                for (int c = random.nextInt(40); c > 0; c--) {
                    int point = random.nextInt(random.nextBoolean() ? 0x80 : 0x110000);
                    if (point < 0xD800 || point > 0xDFFF) text.appendCodePoint(point);
                }
                roundTrips(tokenizer, text.toString());
            }
        }
    }

    @Test
    void bytesTokenByTokenGiveTheTextEvenWhereACharacterIsSpreadOverTokens() {
        try (var tokenizer = tokenizer()) {
            var out = new ByteArrayOutputStream();
            var ids = tokenizer.encode("🚀");
            for (int id : ids) out.writeBytes(tokenizer.bytes(id));
            assertThat(ids).hasSizeGreaterThan(1);
            assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("🚀");
        }
    }

    @Test
    void textThatSpellsASpecialTokenStaysText() {
        try (var tokenizer = tokenizer()) {
            for (var text : new String[] {"<|end|>", "a<|solution|><|end|>b", "<<|end|>|end|>", "<|<|end|>"}) {
                assertThat(tokenizer.encode(text)).doesNotContain(0, 1, 2, 3);
                roundTrips(tokenizer, text);
            }
        }
    }

    @Test
    void theTemplatesSpecialTokensCountAndTheProblemsDoNot() {
        try (var tokenizer = tokenizer()) {
            var chat = SampleModels.folder("policy-small").prompting().chat();
            var ids = chat.encode(tokenizer, "1<|solution|>2", "");
            assertThat(ids).startsWith(1).endsWith(2);
            assertThat(java.util.Arrays.stream(ids).filter(id -> id < 4).count())
                    .isEqualTo(2);
            assertThat(tokenizer.decode(ids)).isEqualTo("<|problem|>1<|solution|>2<|solution|>");
        }
    }

    @Test
    void aSystemPromptWithoutAPlaceIsAnError() {
        try (var tokenizer = tokenizer()) {
            assertThatThrownBy(() -> new ChatFormat("plain", "{problem}").encode(tokenizer, "1", "Be brief."))
                    .isInstanceOf(EspalierException.class)
                    .hasMessageContaining("no place for a system prompt");
            assertThat(tokenizer.decode(
                            new ChatFormat("with", "{system}\n{problem}!").encode(tokenizer, "1{system}", "Be brief.")))
                    .isEqualTo("Be brief.\n1{system}!");
        }
    }

    @Test
    void theSeparatorIsOneToken() {
        try (var tokenizer = tokenizer()) {
            assertThat(tokenizer.encode("$1+2=3$.\n\n")).endsWith(tokenizer.encode("\n\n")[0]);
            assertThat(tokenizer.encode("\n\n")).hasSize(1);
        }
    }

    @Test
    void aTextThatWouldCrashTheProcessIsRefused() {
        try (var tokenizer = tokenizer()) {
            assertThatThrownBy(() -> tokenizer.encode("x".repeat(2_000_001)))
                    .isInstanceOf(EspalierException.class)
                    .hasMessage("The text has 2,000,001 characters; a tokenizer gets at most 2,000,000. Shorten it.");
        }
    }

    @Test
    void anotherKindOfFileIsRefused(@TempDir Path folder) throws IOException {
        var file = Files.writeString(folder.resolve("tokenizer.json"), "{\"decoder\":{\"type\":\"WordPiece\"}}");
        assertThatThrownBy(() -> Tokenizer.read(file))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("neither a byte-level BPE tokenizer");
        Files.writeString(file, "{");
        assertThatThrownBy(() -> Tokenizer.read(file))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("tokenizer.json is not valid JSON");
        Files.delete(file);
        assertThatThrownBy(() -> Tokenizer.read(file))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("tokenizer.json is missing or cannot be read");
    }
}
