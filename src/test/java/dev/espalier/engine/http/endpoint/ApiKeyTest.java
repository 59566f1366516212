package dev.espalier.engine.http.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeyTest {
    private static final Map<String, String> VARIABLES = Map.of(
            "ESPALIER_API_KEY",
            "sk-one",
            "ESPALIER_BOX",
            " sk-two\n",
            "OPENROUTER_API_KEY",
            "sk-three",
            "ESPALIER_BAD",
            "a\nb");

    private static ApiKey read(String source) {
        return ApiKey.read(source, List.of(URI.create("http://box/v1")), VARIABLES::get, account -> "sk-of-" + account);
    }

    private static List<String> header(ApiKey key) {
        return header(key, "http://box/v1");
    }

    private static List<String> header(ApiKey key, String url) {
        var request = HttpRequest.newBuilder(URI.create(url));
        key.sign(request, URI.create(url));
        return request.build().headers().allValues("Authorization");
    }

    @Test
    void aKeyComesFromTheEnvironmentOrTheSystemsStore() {
        assertThat(header(read(""))).as("none that nobody named").isEmpty();
        assertThat(header(read("ESPALIER_API_KEY"))).containsExactly("Bearer sk-one");
        assertThat(header(read("ESPALIER_BOX"))).containsExactly("Bearer sk-two");
        assertThat(header(read("OPENROUTER_API_KEY"))).containsExactly("Bearer sk-three");
        assertThat(header(read("keyring:box"))).containsExactly("Bearer sk-of-box");
        assertThat(header(ApiKey.read("", List.of(), _ -> null, account -> account)))
                .isEmpty();
    }

    @Test
    void theSecretIsInNoTextOfTheKey() {
        assertThat(read("ESPALIER_BOX")).hasToString("key from ESPALIER_BOX");
        assertThat(read("ESPALIER_API_KEY").scrub("you sent sk-one!")).isEqualTo("you sent …!");
    }

    @Test
    void aKeyIsForTheSchemeHostAndPortThatItWasNamedFor() {
        for (var url : List.of("http://box/v1/models", "http://BOX:80/tokenize"))
            assertThat(header(read("ESPALIER_BOX"), url)).hasSize(1);
        for (var url : List.of("https://box/v1", "http://box:8080/v1", "http://box.evil.org/v1", "http://127.0.0.1/v1"))
            assertThat(header(read("ESPALIER_BOX"), url)).isEmpty();
        assertThat(header(ApiKey.withheld("because"), "http://box/v1")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sk-long-secret-1",
                "SK-LONG-SECRET-1",
                "sk-long\u200b-secret-1",
                "sk-long-\n secret-1",
                "c2stbG9uZy1zZWNyZXQtMQ==",
                "c2stbG9uZy1zZWNyZXQtMQ",
                "736b2d6c6f6e672d7365637265742d31"
            })
    void aSecretIsFoundSplitAndEncoded(String form) {
        var key = ApiKey.read("ESPALIER_KEY", List.of(), _ -> "sk-long-secret-1", account -> account);
        assertThat(key.scrub("you sent " + form + ", which is wrong")).isEqualTo("you sent …, which is wrong");
    }

    @Test
    void aSecretIsFoundInsideOfWhatIsEncoded() {
        var key = ApiKey.read("ESPALIER_KEY", List.of(), _ -> "sk-long-secret-1", account -> account);
        for (var around : List.of("Bearer %s", "u:%s", "me:%s!", "%s")) {
            var text = around.formatted("sk-long-secret-1");
            var encoded = Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
            var left = key.scrub("Authorization: " + encoded);
            assertThat(left).contains("…");
            assertThat(left.length()).as(left).isLessThan("Authorization: ".length() + encoded.length() - 16);
        }
    }

    @Test
    void missingAndInvalidKeysAreReportedWithoutTheSecret() {
        assertThatThrownBy(() -> read("ESPALIER_OTHER"))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("ESPALIER_OTHER")
                .hasMessageContaining("is not set");
        assertThatThrownBy(() -> read("AWS_SECRET_ACCESS_KEY")).hasMessageContaining("is not the name of a key");
        assertThatThrownBy(() -> read("keyring:a; rm -rf")).hasMessageContaining("is not the name of a key");
        assertThatThrownBy(() -> read("ESPALIER_BAD"))
                .hasMessageContaining("contains invalid characters")
                .hasMessageNotContaining("a\nb");
    }

    @Test
    void theKeyringIsReadThroughTheSystemsProgram() {
        assertThat(Keyring.command("box", "Linux"))
                .containsExactly("secret-tool", "lookup", "service", "espalier", "account", "box");
        assertThat(Keyring.command("box", "Mac OS X"))
                .containsExactly("security", "find-generic-password", "-s", "espalier", "-a", "box", "-w");
        assertThat(Keyring.target("box")).isEqualTo("espalier/box");
    }

    /// In the form of `CredReadW`; other systems lack that function.
    @ParameterizedTest
    @CsvSource({"UTF-16LE, sk-one", "UTF-8, sk-one", "UTF-8, sk-odd-1"})
    void aCredentialOfWindowsIsReadAsItIsLaidOut(String charset, String secret) {
        try (var arena = Arena.ofConfined()) {
            var bytes = secret.getBytes(Charset.forName(charset));
            var blob = arena.allocate(bytes.length);
            blob.copyFrom(MemorySegment.ofArray(bytes));
            var credential = arena.allocate(WindowsCredentials.BYTES);
            credential.set(ValueLayout.JAVA_INT, 32, bytes.length);
            credential.set(ValueLayout.ADDRESS, 40, blob);
            assertThat(WindowsCredentials.secret(credential)).isEqualTo(secret);
            credential.set(ValueLayout.JAVA_INT, 32, 0);
            assertThat(WindowsCredentials.secret(credential)).isEmpty();
        }
    }
}
