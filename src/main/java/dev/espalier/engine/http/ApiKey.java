package dev.espalier.engine.http;

import dev.espalier.EspalierException;
import java.net.http.HttpRequest;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A secret that a server asks for. It leaves this class only as a request's header; everything else sees where it came from.
final class ApiKey {
    /// The variable that is read where the endpoint names none.
    static final String VARIABLE = "ESPALIER_API_KEY";
    static final ApiKey NONE = new ApiKey("", "no key");

    private static final String KEYRING = "keyring:";

    private final String secret;
    private final String source;

    private ApiKey(String secret, String source) {
        this.secret = secret;
        this.source = source;
    }

    /// @param source      the name of an environment variable, `keyring:ACCOUNT` for the system's store, or "" for [#VARIABLE] where it is set
    /// @param environment reads a variable
    /// @param keyring     reads the system's store by account
    static ApiKey read(String source, Function<String, @Nullable String> environment, Function<String, String> keyring) {
        if (source.isEmpty()) {
            var found = environment.apply(VARIABLE);
            return found == null || found.isBlank() ? NONE : of(found, VARIABLE);
        }
        checkName(source);
        if (source.startsWith(KEYRING)) return of(keyring.apply(source.substring(KEYRING.length())), source);
        var found = environment.apply(source);
        if (found == null || found.isBlank()) throw new EspalierException("The environment variable %s, which should hold the endpoint's key, is not set; set it and start again.".formatted(source));
        return of(found, source);
    }

    /// Only names that are meant for keys like this one: a model folder that somebody copied must not be able to send other secrets to its address.
    static void checkName(String source) {
        if (isName(source)) return;
        throw new EspalierException("\"%s\" is no name for a key: give an environment variable that begins with ESPALIER_ or ends with _API_KEY, or keyring:ACCOUNT.".formatted(source));
    }

    static boolean isName(String source) {
        return source.isEmpty() || source.matches(KEYRING + "[A-Za-z0-9._@-]+") || source.matches("ESPALIER_[A-Z0-9_]+|[A-Z][A-Z0-9_]*_API_KEY");
    }

    private static ApiKey of(String found, String source) {
        var secret = found.strip();
        if (secret.isEmpty()) throw new EspalierException("The key from %s is empty; store it again.".formatted(source));
        if (!secret.chars().allMatch(c -> c > ' ' && c < 127)) throw new EspalierException("The key from %s holds characters that no key has; store it again.".formatted(source));
        return new ApiKey(secret, source);
    }

    void sign(HttpRequest.Builder request) {
        if (!secret.isEmpty()) request.header("Authorization", "Bearer " + secret);
    }

    /// The text without the secret, where a server repeats it.
    String scrub(String text) {
        return secret.isEmpty() ? text : text.replace(secret, "…");
    }

    /// Where it came from.
    String source() {
        return source;
    }

    @Override
    public String toString() {
        return "key from " + source;
    }
}
