package dev.espalier.engine.http.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import dev.espalier.engine.folder.ChatFormat;
import dev.espalier.engine.folder.ModelFolder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

public class EndpointFileTest {
    @TempDir
    Path folder;

    private Endpoint read(String json) throws IOException {
        Files.writeString(folder.resolve(ModelFolder.FILE), json);
        return EndpointFile.read(folder);
    }

    public static Endpoint rename(Endpoint e, String model) {
        return new Endpoint(
                e.name(),
                e.kind(),
                "",
                e.urls(),
                model,
                e.server(),
                e.api(),
                e.stop(),
                e.key(),
                e.limits(),
                e.timeouts(),
                e.stream(),
                e.extra(),
                e.chat(),
                e.separator(),
                "",
                200,
                0,
                0,
                e.scores());
    }

    @Test
    void aShortFileIsEnough() throws IOException {
        var endpoint = read("{\"kind\": \"policy\", \"endpoint\": {\"url\": \"http://box:8000\"}}");
        assertThat(endpoint)
                .isEqualTo(new Endpoint(
                        folder.getFileName().toString(),
                        ModelFolder.Kind.POLICY,
                        "",
                        List.of(URI.create("http://box:8000/v1")),
                        "",
                        null,
                        null,
                        Endpoint.Stop.AUTO,
                        "",
                        Endpoint.Limits.DEFAULT,
                        Endpoint.Timeouts.DEFAULT,
                        true,
                        "",
                        null,
                        "\n\n",
                        "",
                        2048,
                        0,
                        0,
                        Endpoint.Scores.DEFAULT));
        assertThat(EndpointFile.describes(folder)).isTrue();
        Files.writeString(folder.resolve(ModelFolder.FILE), "{\"kind\": \"policy\"}");
        assertThat(EndpointFile.describes(folder)).isFalse();
    }

    /// Writing and reading gives an equal endpoint; the file omits default values.
    private void assertWritten(Endpoint endpoint) {
        var written = folder.resolve("written/" + endpoint.name());
        EndpointText.write(endpoint, written);
        assertThat(EndpointFile.read(written)).isEqualTo(endpoint);
        EndpointText.write(endpoint, written);
        assertThat(written)
                .as("and nothing half-written beside it")
                .isDirectoryContaining("glob:**.json")
                .isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void aHandWrittenFileStaysBesideItsReplacement() throws IOException {
        var byHand =
                "{\"kind\": \"policy\", \"note\": \"ask Ann before using\", \"endpoint\": {\"url\": \"http://box:8000\"}}";
        var endpoint = read(byHand);
        EndpointText.write(endpoint, folder);
        EndpointText.write(endpoint, folder);
        assertThat(folder.resolve(ModelFolder.FILE + ".before")).hasContent(byHand);
        assertThat(EndpointFile.read(folder)).isEqualTo(endpoint);
    }

    @Test
    void everyFieldIsRead() throws IOException {
        assertWritten(read("{\"kind\": \"policy\", \"endpoint\": {\"url\": \"http://box:8000\"}}"));
        assertWritten(
                read(
                        "{\"kind\": \"policy\", \"chat\": {\"name\": \"qwen2.5\"}, \"endpoint\": {\"url\": \"http://box:8000\", \"api\": \"completions\"}}"));
        assertWritten(
                read(
                        "{\"kind\": \"prm\", \"name\": \"judge\", \"chat\": {\"name\": \"qwen2.5\"}, \"endpoint\": {\"url\": \"http://box:8000\", \"scores\": {\"route\": \"classify\", \"column\": 0}}}"));
        var endpoint = read("""
            {"format": 1, "name": "two boxes", "kind": "prm", "description": "d", "parameters": 7000000000, "context": 4096, "separator": "\\n", "system_prompt": "s", "max_new_tokens": 99,
             "chat": {"name": "plain", "prompt": "<{system}>{problem}:"},
             "endpoint": {"urls": ["http://a:1/v1/", "https://b/x"], "model": "m", "server": "llama.cpp", "api": "completions", "stop": "cut", "key": "OPENROUTER_API_KEY", "concurrency": 3,
              "requests_per_minute": 90, "samples_per_request": 4, "connect_seconds": 1, "silence_seconds": 2.5, "whole_seconds": 30, "attempts": 2, "give_up_seconds": 60, "back_off_seconds": 0.1,
              "stream": false, "extra": {"task": "token_classify"},
              "scores": {"route": "pooling", "step_end": "<s>", "rows": "tokens", "step_token": 12, "column": 0, "activation": "sigmoid", "suffix": "<e>"}}}""");
        assertThat(endpoint)
                .isEqualTo(new Endpoint(
                        "two boxes",
                        ModelFolder.Kind.PRM,
                        "d",
                        List.of(URI.create("http://a:1/v1"), URI.create("https://b/x")),
                        "m",
                        ServerKinds.LLAMA_CPP,
                        Endpoint.Api.COMPLETIONS,
                        Endpoint.Stop.CUT,
                        "OPENROUTER_API_KEY",
                        new Endpoint.Limits(3, 90, 4),
                        new Endpoint.Timeouts(
                                Duration.ofSeconds(1),
                                Duration.ofMillis(2500),
                                Duration.ofSeconds(30),
                                2,
                                Duration.ofSeconds(60),
                                Duration.ofMillis(100)),
                        false,
                        "{\"task\":\"token_classify\"}",
                        new ChatFormat("plain", "<{system}>{problem}:"),
                        "\n",
                        "s",
                        99,
                        4096,
                        7_000_000_000L,
                        new Endpoint.Scores(
                                "pooling",
                                "<s>",
                                Endpoint.Scores.Rows.TOKENS,
                                12,
                                0,
                                Endpoint.Scores.Activation.SIGMOID,
                                "<e>")));
        assertWritten(endpoint);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"kind\": \"policy\", \"endpoint\": 3}|\"endpoint\" must be an object",
                "{\"endpoint\": {\"url\": \"http://a\"}}|\"kind\" is missing",
                "{\"kind\": \"judge\", \"endpoint\": {\"url\": \"http://a\"}}|\"kind\" is \"judge\"; known are policy, prm",
                "{\"kind\": \"policy\", \"endpoint\": {}}|needs \"url\"",
                "{\"kind\": \"policy\", \"endpoint\": {\"url\": \"ftp://a\"}}|is not the address of an endpoint",
                "{\"kind\": \"policy\", \"endpoint\": {\"url\": \"http://a\", \"api_key\": \"sk-1\"}}|would hold a secret",
                "{\"kind\": \"policy\", \"endpoint\": {\"url\": \"http://a\", \"extra\": {\"token\": \"x\"}}}|would hold a secret",
                "{\"kind\": \"policy\", \"endpoint\": {\"url\": \"http://a\", \"key\": \"AWS_SECRET_ACCESS_KEY\"}}|is not the name of a key",
                "{\"kind\": \"policy\", \"endpoint\": {\"url\": \"http://a\", \"concurency\": 3}}|\"endpoint.concurency\" is unknown",
                "{\"kind\": \"policy\", \"endpoint\": {\"url\": \"http://a\", \"attempts\": 0}}|\"attempts\" must be a whole number of at least 1",
                "{\"kind\": \"policy\", \"endpoint\": {\"url\": \"http://a\", \"silence_seconds\": -1}}|\"silence_seconds\" must be a number of seconds",
                "{\"kind\": \"policy\", \"chat\": {\"prompt\": \"x\"}, \"endpoint\": {\"url\": \"http://a\"}}|has no {problem}",
                "{\"kind\": \"policy\", \"chat\": {\"name\": \"lama\"}, \"endpoint\": {\"url\": \"http://a\"}}|the chat format \"lama\" is unknown; known are llama-3",
                "{\"kind\": \"prm\", \"endpoint\": {\"url\": \"http://a\", \"scores\": {\"rows\": \"tokens\"}}}|needs \"step_token\"",
                "{\"kind\": \"policy\", \"endpoint\": {\"url\": hunter2}}|is not valid JSON (line 1); correct it",
                "{\"kind\": \"pol|is not valid JSON"
            })
    void errorsNameTheirFile(String json, String message) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("espalier.json")
                .hasMessageNotContaining("hunter2")
                .hasMessageNotContaining("AWS");
    }

    @Test
    void aPasswordOrKeyInAnAddressIsRefusedAndNotRepeated() {
        for (var address : List.of(
                "http://me:hunter2@box/v1",
                "http://me:hunter2@bo x/v1",
                "http://box/v1?key=hunter2",
                "http://bo x/v1?key=hunter2",
                "HTTPS://hunter2@box")) {
            assertThatThrownBy(() -> Endpoint.named(address))
                    .isInstanceOf(EspalierException.class)
                    .hasMessageNotContaining("hunter2");
            assertThatThrownBy(() -> read("{\"kind\": \"policy\", \"endpoint\": {\"url\": \"" + address + "\"}}"))
                    .isInstanceOf(EspalierException.class)
                    .hasMessageNotContaining("hunter2");
        }
    }

    @Test
    void anAddressNamesServerAndModel() {
        var named = Endpoint.named("http://box:8000/v1#Qwen/Qwen2.5-7B");
        assertThat(named.urls()).containsExactly(URI.create("http://box:8000/v1"));
        assertThat(named.model()).isEqualTo("Qwen/Qwen2.5-7B");
        assertThat(Endpoint.named("https://box").model()).isEmpty();
        assertThat(Endpoint.isAddress("policy-small")).isFalse();
        assertThat(Endpoint.named("HTTP://Box:80#m").urls()).containsExactly(URI.create("http://Box:80/v1"));
    }
}
