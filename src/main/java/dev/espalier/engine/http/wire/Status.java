package dev.espalier.engine.http.wire;

import dev.espalier.engine.http.endpoint.ApiKey;
import dev.espalier.engine.http.endpoint.Endpoint;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/// An answer's HTTP status, and the failure that an error status means.
///
/// @param after when the server wants a retry; null if it named no time
record Status(int code, URI url, @Nullable Duration after, String location) {
    /// Upper limit for a server's date.
    private static final Duration LONGEST = Duration.ofDays(1);

    static Status of(HttpResponse<?> response) {
        var headers = response.headers();
        return new Status(
                response.statusCode(),
                response.uri(),
                headers.firstValue("Retry-After").map(Status::after).orElse(null),
                headers.firstValue("Location").orElse(""));
    }

    boolean good() {
        return code >= 200 && code < 300;
    }

    /// @param said the server's message as a part of a sentence: "" or ": …"
    Failure failure(String said, ApiKey key) {
        var kind = switch (code) {
            case 429 -> Failure.Kind.BUSY;
            case 503 -> after != null ? Failure.Kind.BUSY : Failure.Kind.AGAIN;
            case 408, 425, 500, 502, 504, 529 -> Failure.Kind.AGAIN;
            default -> Failure.Kind.FINAL;
        };
        var what = switch (code) {
            case 401, 403 ->
                key.isNone()
                        ? "requires a key (%d%s)".formatted(code, said)
                        : "rejects the key (%d%s; %s)".formatted(code, said, key.source());
            case 404 -> "does not know the model or has no %s (404%s)".formatted(route(), said);
            case 429 -> "reports too many requests (429%s)%s".formatted(said, retryTime());
            case 301, 302, 303, 307, 308 ->
                "redirects requests to %s (%d), which Espalier does not follow".formatted(target(), code);
            default ->
                "%s (%d%s)%s"
                        .formatted(
                                kind == Failure.Kind.FINAL
                                        ? "rejects the request"
                                        : kind == Failure.Kind.BUSY ? "is busy" : "failed",
                                code,
                                said,
                                retryTime());
        };
        var advice = switch (code) {
            case 401, 403 -> key.advice();
            case 301, 302, 303, 307, 308 -> "use that address instead, if you trust it";
            default -> "";
        };
        return new Failure(kind, what, advice, this);
    }

    private String retryTime() {
        return after == null || after.compareTo(Duration.ofMinutes(1)) < 0
                ? ""
                : " and asks to be retried after "
                        + (after.compareTo(LONGEST) >= 0 ? "a day or more" : after.toMinutes() + " min");
    }

    /// Without the part before the API's usual path, which may be a secret.
    private String route() {
        return url.getPath().replaceFirst(url.getPath().contains("/v1/") ? "^.+(?=/v1/)" : "^.+(?=/)", "…");
    }

    /// Only the origin: the rest may be confidential.
    private String target() {
        try {
            var there = url.resolve(location);
            return there.getHost() == null || there.getScheme() == null
                    ? "another address"
                    : Endpoint.shown(there).equals(Endpoint.shown(url)) ? "another path" : Endpoint.shown(there);
        } catch (IllegalArgumentException unreadable) {
            return "another address";
        }
    }

    /// Seconds or a date (RFC 9110, 10.2.3), at most a day; null if it is neither.
    static @Nullable Duration after(String value) {
        var text = value.strip();
        if (text.matches("\\d+"))
            return text.length() > 6 ? LONGEST : shorter(Duration.ofSeconds(Long.parseLong(text)));
        try {
            var wait = Duration.between(
                    Instant.now(),
                    ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant());
            return wait.isNegative() ? Duration.ZERO : shorter(wait);
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static Duration shorter(Duration wait) {
        return wait.compareTo(LONGEST) < 0 ? wait : LONGEST;
    }
}
