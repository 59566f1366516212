package dev.espalier.engine.http.endpoint;

import dev.espalier.EspalierException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Collection;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A secret that a server requires, and the servers that may receive it. It leaves this class only in the header of a
/// request to one of them. All other code sees only its source.
public final class ApiKey {
    public static final ApiKey NONE = new ApiKey(
            "",
            "no key",
            Set.of(),
            "name the place of its key: --key NAME on the command line, \"Key from\" in the window, \"key\" in the endpoint's file");

    private static final String KEYRING = "keyring:";

    private final String secret;
    private final String source;
    private final Set<String> origins;
    private final String advice;
    private final SecretForms forms;

    private ApiKey(String secret, String source, Set<String> origins, String advice) {
        this.secret = secret;
        this.source = source;
        this.origins = origins;
        this.advice = advice;
        forms = new SecretForms(secret);
    }

    /// @param source      the name of an environment variable, `keyring:ACCOUNT` for the system's keyring, or ""
    ///                    for no key
    /// @param servers     the servers that may receive it; scheme, host and port count
    /// @param environment reads a variable
    /// @param keyring     reads the keyring by account
    public static ApiKey read(
            String source,
            Collection<URI> servers,
            Function<String, @Nullable String> environment,
            Function<String, String> keyring) {
        if (source.isEmpty()) return NONE;
        checkName(source);
        if (source.startsWith(KEYRING)) return of(keyring.apply(source.substring(KEYRING.length())), source, servers);
        var found = environment.apply(source);
        if (found == null || found.isBlank())
            throw new EspalierException(
                    "The environment variable %s, which should hold the endpoint's key, is not set; set it and start again."
                            .formatted(source));
        return of(found, source, servers);
    }

    /// No key, although the endpoint may name one.
    ///
    /// @param why a clause, and what to do
    public static ApiKey withheld(String why) {
        return new ApiKey("", "no key", Set.of(), why);
    }

    /// Accepts only names intended for such keys: a file must not be able to name other secrets.
    static void checkName(String source) {
        if (isName(source)) return;
        // The message omits the text: it may be the key itself.
        throw new EspalierException(
                "This is not the name of a key. Give an environment variable that begins with ESPALIER_ or ends with _API_KEY, or keyring:ACCOUNT.");
    }

    static boolean isName(String source) {
        return source.isEmpty()
                || source.matches(KEYRING + "[A-Za-z0-9._@-]+")
                || source.matches("ESPALIER_[A-Z0-9_]+|[A-Z][A-Z0-9_]*_API_KEY");
    }

    private static ApiKey of(String found, String source, Collection<URI> servers) {
        var secret = found.strip();
        if (secret.isEmpty())
            throw new EspalierException("The key from %s is empty; store it again.".formatted(source));
        if (!secret.chars().allMatch(c -> c > ' ' && c < 127))
            throw new EspalierException(
                    "The key from %s contains invalid characters; store it again.".formatted(source));
        return new ApiKey(
                secret,
                source,
                servers.stream().map(Endpoint::origin).collect(Collectors.toUnmodifiableSet()),
                source.startsWith(KEYRING)
                        ? "store the right key in the system's store"
                        : "set the key's environment variable");
    }

    /// Adds the key to a request to one of its servers. Does nothing for other addresses.
    public void sign(HttpRequest.Builder request, URI url) {
        if (!secret.isEmpty() && origins.contains(Endpoint.origin(url)))
            request.header("Authorization", "Bearer " + secret);
    }

    /// Removes the secret from a text in which a server repeats it.
    public String scrub(String text) {
        return forms.scrub(text);
    }

    /// Whether a text contains the secret.
    public boolean isIn(String text) {
        return !secret.isEmpty() && text.contains(secret);
    }

    public boolean isNone() {
        return secret.isEmpty();
    }

    /// The source of the key.
    public String source() {
        return source;
    }

    /// What to do if a server rejects the key.
    public String advice() {
        return advice;
    }

    @Override
    public String toString() {
        return "key from " + source;
    }
}
