package dev.espalier.engine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ApiKeyTest {
    private static final Map<String, String> VARIABLES = Map.of("ESPALIER_API_KEY", "sk-one", "ESPALIER_BOX", " sk-two\n", "OPENROUTER_API_KEY", "sk-three", "ESPALIER_BAD", "a\nb");

    private static ApiKey read(String source) {
        return ApiKey.read(source, VARIABLES::get, account -> "sk-of-" + account);
    }

    private static List<String> header(ApiKey key) {
        var request = HttpRequest.newBuilder(URI.create("http://box/v1"));
        key.sign(request);
        return request.build().headers().allValues("Authorization");
    }

    @Test
    void aKeyComesFromTheEnvironmentOrTheSystemsStore() {
        assertThat(header(read(""))).containsExactly("Bearer sk-one");
        assertThat(header(read("ESPALIER_BOX"))).containsExactly("Bearer sk-two");
        assertThat(header(read("OPENROUTER_API_KEY"))).containsExactly("Bearer sk-three");
        assertThat(header(read("keyring:box"))).containsExactly("Bearer sk-of-box");
        assertThat(header(ApiKey.read("", _ -> null, account -> account))).isEmpty();
    }

    @Test
    void theSecretIsInNoTextOfTheKey() {
        assertThat(read("ESPALIER_BOX")).hasToString("key from ESPALIER_BOX");
        assertThat(read("").scrub("you sent sk-one!")).isEqualTo("you sent …!");
    }

    @Test
    void whatIsMissingOrIsNoKeyIsSaidWithoutTheSecret() {
        assertThatThrownBy(() -> read("ESPALIER_OTHER")).isInstanceOf(EspalierException.class).hasMessageContaining("ESPALIER_OTHER").hasMessageContaining("is not set");
        assertThatThrownBy(() -> read("AWS_SECRET_ACCESS_KEY")).hasMessageContaining("is no name for a key");
        assertThatThrownBy(() -> read("keyring:a; rm -rf")).hasMessageContaining("is no name for a key");
        assertThatThrownBy(() -> read("ESPALIER_BAD")).hasMessageContaining("characters that no key has").hasMessageNotContaining("a\nb");
    }

    @Test
    void theStoreIsAskedThroughTheSystemsProgram() {
        assertThat(Keyring.command("box", "Linux")).containsExactly("secret-tool", "lookup", "service", "espalier", "account", "box");
        assertThat(Keyring.command("box", "Mac OS X")).containsExactly("security", "find-generic-password", "-s", "espalier", "-a", "box", "-w");
        assertThatThrownBy(() -> Keyring.command("box", "Windows 11")).hasMessageContaining("environment variable");
    }
}
