package dev.espalier.engine.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Requests with a JSON body or none; answers as one JSON document or as a stream of them. What goes wrong becomes a [Failure] that says whether to ask again.
final class Wire implements AutoCloseable {
    private static final int LONGEST_MESSAGE = 300;
    private static final Duration TAIL = Duration.ofSeconds(1);
    /// For what a server can say without computing.
    private static final Duration QUICK = Duration.ofSeconds(15);

    private final ApiKey key;
    private final Endpoint.Patience patience;
    private final LongSupplier clock;
    private final HttpClient client;

    Wire(ApiKey key, Endpoint.Patience patience) {
        this(key, patience, System::nanoTime);
    }

    /// @param clock nanoseconds, by which requests take too long
    Wire(ApiKey key, Endpoint.Patience patience, LongSupplier clock) {
        this.key = key;
        this.patience = patience;
        this.clock = clock;
        // HTTP/1.1: some servers mistake the offer of HTTP/2 for a body. No redirects: a key is meant for one address.
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).followRedirects(HttpClient.Redirect.NEVER).connectTimeout(patience.connect()).build();
    }

    /// Takes a document of an answer; says whether further ones are wanted.
    @FunctionalInterface
    interface Taker {
        boolean take(JsonNode document) throws Failure;
    }

    JsonNode get(URI url) throws Failure, InterruptedException {
        return document(HttpRequest.newBuilder(url).GET(), QUICK.compareTo(patience.silence()) < 0 ? QUICK : patience.silence());
    }

    JsonNode post(URI url, JsonNode body) throws Failure, InterruptedException {
        return document(HttpRequest.newBuilder(url).header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body.toString())), patience.silence());
    }

    /// Posts and takes the answer's documents as they arrive: the pieces of a stream, or the one document of a server that does not stream.
    ///
    /// @param taker where it wants no more, the connection is closed and the server stops
    void stream(URI url, JsonNode body, Taker taker) throws Failure, InterruptedException {
        long until = tooLate();
        var request = HttpRequest.newBuilder(url).header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body.toString()));
        var response = send(request, patience.silence(), until);
        try (var arriving = response.body()) {
            check(response, until);
            if (response.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream")) events(arriving, until, taker);
            else taker.take(parse(arriving.rest(patience.silence(), until)));
        }
    }

    private long tooLate() {
        return clock.getAsLong() + patience.whole().toNanos();
    }

    /// Server-sent events: lines `data: …`, an empty line behind each event, lines with a leading colon as signs of life. A stream that goes on may go on for as long
    /// as it takes: each document grants it the time of a request anew, and signs of life alone do not.
    private void events(Arriving arriving, long untilFirst, Taker taker) throws Failure, InterruptedException {
        long until = untilFirst;
        var data = new StringBuilder();
        while (true) {
            var line = arriving.line(patience.silence(), until);
            if (line != null && line.startsWith("data:")) {
                data.append(data.isEmpty() ? "" : "\n").append(line.substring(line.startsWith("data: ") ? 6 : 5));
                continue;
            }
            if (line != null && !line.isEmpty() || line == null && data.isEmpty()) {
                if (line == null) return;
                continue;
            }
            var event = data.toString();
            data.setLength(0);
            if (event.equals("[DONE]")) {
                // Reads what is left, so that the connection can be used again.
                drain(arriving);
                return;
            }
            if (!event.isBlank()) {
                var document = parse(event);
                if (document.has("error")) throw inStream(document);
                if (!taker.take(document)) return;
                until = tooLate();
            }
            if (line == null) return;
        }
    }

    private void drain(Arriving arriving) throws InterruptedException {
        try {
            arriving.rest(TAIL, clock.getAsLong() + TAIL.toNanos());
        } catch (Failure _) {
            // All that counts was read; the connection is closed instead.
        }
    }

    private Failure inStream(JsonNode document) {
        int code = document.path("error").path("code").asInt(500);
        return new Failure(code >= 400 && code < 500 ? Failure.Kind.FINAL : Failure.Kind.AGAIN, "gave up in the middle of its answer" + quoted(document.toString()));
    }

    private JsonNode document(HttpRequest.Builder request, Duration silence) throws Failure, InterruptedException {
        long until = tooLate();
        var response = send(request, silence, until);
        try (var arriving = response.body()) {
            check(response, until);
            return parse(arriving.rest(silence, until));
        }
    }

    private HttpResponse<Arriving> send(HttpRequest.Builder request, Duration silence, long until) throws Failure, InterruptedException {
        key.sign(request);
        var sent = client.sendAsync(request.build(), _ -> new Arriving(clock));
        try {
            return sent.get(Math.min(silence.toNanos(), until - clock.getAsLong()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            abandon(sent);
            throw new Failure(Failure.Kind.AGAIN, "did not answer within " + Arriving.words(silence), e);
        } catch (InterruptedException e) {
            abandon(sent);
            throw e;
        } catch (ExecutionException e) {
            throw of(e.getCause() == null ? e : e.getCause());
        }
    }

    private static void abandon(CompletableFuture<HttpResponse<Arriving>> sent) {
        sent.cancel(true);
        // It may have arrived just then.
        var _ = sent.thenAccept(response -> response.body().close());
    }

    private static Failure of(Throwable cause) {
        for (var reason = cause; reason != null; reason = reason.getCause()) {
            if (reason instanceof UnresolvedAddressException) return new Failure(Failure.Kind.DOWN, "has a host name that nobody knows", cause);
            if (reason instanceof HttpConnectTimeoutException) return new Failure(Failure.Kind.DOWN, "did not take the connection in time", cause);
            if (reason instanceof ConnectException) return new Failure(Failure.Kind.DOWN, "takes no connection", cause);
        }
        if (cause instanceof IOException) return new Failure(Failure.Kind.AGAIN, "broke the connection off before it answered", cause);
        return new Failure(Failure.Kind.FINAL, "could not be asked (" + cause + ")", cause);
    }

    private void check(HttpResponse<Arriving> response, long until) throws Failure, InterruptedException {
        int status = response.statusCode();
        if (status >= 200 && status < 300) return;
        var said = quoted(said(response.body(), until));
        var after = response.headers().firstValue("Retry-After").map(Wire::after).orElse(null);
        var kind = switch (status) {
            case 429 -> Failure.Kind.BUSY;
            case 503 -> after != null ? Failure.Kind.BUSY : Failure.Kind.AGAIN;
            case 408, 425, 500, 502, 504, 529 -> Failure.Kind.AGAIN;
            default -> Failure.Kind.FINAL;
        };
        var what = switch (status) {
            case 401, 403 -> "refuses the key (%d%s; %s)".formatted(status, said, key.source());
            case 404 -> "does not know the model or has no %s (404%s)".formatted(response.uri().getPath(), said);
            case 429 -> "has too many requests (429%s)".formatted(said);
            default -> "%s (%d%s)".formatted(kind == Failure.Kind.FINAL ? "refuses the request" : kind == Failure.Kind.BUSY ? "is busy" : "failed", status, said);
        };
        throw new Failure(kind, what, status, after);
    }

    private String said(Arriving body, long until) throws InterruptedException {
        String text;
        try {
            text = body.rest(patience.silence(), until);
        } catch (Failure _) {
            return "";
        }
        try {
            var root = JsonMapper.shared().readTree(text);
            for (var node : new JsonNode[] {root.path("error").path("message"), root.path("error"), root.path("message"), root.path("detail")})
                if (!node.isMissingNode() && !node.isNull()) return node.isString() ? node.asString() : node.toString();
        } catch (JacksonException _) {
            // Then as it is.
        }
        return text.startsWith("<") ? "" : text;
    }

    private String quoted(String said) {
        var line = key.scrub(said).replaceAll("\\s+", " ").strip();
        if (line.isEmpty()) return "";
        return ": " + (line.length() > LONGEST_MESSAGE ? line.substring(0, LONGEST_MESSAGE) + "…" : line);
    }

    /// Seconds or a date (RFC 9110, 10.2.3); null where it is neither.
    static @Nullable Duration after(String value) {
        try {
            if (value.strip().matches("\\d{1,9}")) return Duration.ofSeconds(Long.parseLong(value.strip()));
            var wait = Duration.between(Instant.now(), ZonedDateTime.parse(value.strip(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
            return wait.isNegative() ? Duration.ZERO : wait;
        } catch (DateTimeException e) {
            return null;
        }
    }

    private JsonNode parse(String text) throws Failure {
        try {
            var document = JsonMapper.shared().readTree(text);
            if (document.isObject()) return document;
        } catch (JacksonException e) {
            throw new Failure(Failure.Kind.AGAIN, text.stripLeading().startsWith("<") ? "answers with a web page, not with JSON" : "sent JSON that is cut off or broken", e);
        }
        throw new Failure(Failure.Kind.AGAIN, "sent JSON that is cut off or broken");
    }

    @Override
    public void close() {
        client.shutdownNow();
        client.close();
    }
}
