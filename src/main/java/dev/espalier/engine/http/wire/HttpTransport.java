package dev.espalier.engine.http.wire;

import dev.espalier.engine.http.endpoint.ApiKey;
import dev.espalier.engine.http.endpoint.Endpoint;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Sends requests with a JSON body or none; reads answers as one JSON document or as a stream of documents. An error
/// becomes a [Failure] that says whether to retry. Thread-safe.
public final class HttpTransport implements AutoCloseable {
    private static final int LONGEST_MESSAGE = 300;
    /// Of a message in which code looks for a reason.
    private static final int LONGEST_SAID = 8000;
    private static final Duration TAIL = Duration.ofSeconds(1);
    /// Limits for answers that need no computation: until the next byte, and in total.
    private static final Duration QUICK = Duration.ofSeconds(15);
    private static final Duration QUICK_WHOLE = Duration.ofSeconds(30);
    /// Maximum number of consecutive empty pieces in a stream. Characters of several tokens and stop texts cause
    /// some.
    private static final int MOST_EMPTY = 512;

    private final ApiKey key;
    private final Endpoint.Timeouts timeouts;
    private final Time time;
    private final HttpClient client;
    private volatile boolean answered;

    public HttpTransport(ApiKey key, Endpoint.Timeouts timeouts) {
        this(key, timeouts, Time.REAL);
    }

    public HttpTransport(ApiKey key, Endpoint.Timeouts timeouts, Time time) {
        this.key = key;
        this.timeouts = timeouts;
        this.time = time;
        // HTTP/1.1: some servers mistake the offer of HTTP/2 for a body. No redirects: a key belongs to one
        // address.
        client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeouts.connect())
                .build();
    }

    /// What a document added to an answer.
    public enum Taken {
        SOMETHING,
        NOTHING,
        ENOUGH
    }

    /// Takes a document of an answer.
    public @FunctionalInterface interface DocumentHandler {
        Taken take(JsonNode document) throws Failure;
    }

    /// Fetches a list that needs no computation.
    public JsonNode get(URI url) throws Failure, InterruptedException {
        return object(document(
                HttpRequest.newBuilder(url).GET(),
                Allowance.LIST,
                shorter(QUICK, timeouts.silence()),
                shorter(QUICK_WHOLE, timeouts.whole())));
    }

    /// @return token ids or numbers of the sent text
    public JsonNode post(URI url, JsonNode body) throws Failure, InterruptedException {
        return object(postForAny(url, body));
    }

    /// As [#post], for answers that are an array on some servers.
    public JsonNode postForAny(URI url, JsonNode body) throws Failure, InterruptedException {
        var bytes = bytes(body);
        var document = document(
                post(url, bytes),
                Allowance.numbers(bytes.length),
                timeouts().silence(),
                timeouts().whole());
        answered = true;
        return document;
    }

    /// Posts a request and passes on the answer's documents as they arrive: the events of a stream, or the one
    /// document of a server that does not stream.
    ///
    /// @param n       the number of requested texts
    /// @param tokens  the maximum number of tokens per text
    /// @param handler when it has enough, the connection is closed and the server stops
    /// @return whether the server declared the end of its answer: by the end of a stream or in one document
    public boolean stream(URI url, JsonNode body, int n, int tokens, DocumentHandler handler)
            throws Failure, InterruptedException {
        long until = time.now() + timeouts().whole().toNanos();
        var bytes = bytes(body);
        var response = send(
                post(url, bytes),
                url,
                Allowance.texts(bytes.length, n, tokens),
                timeouts().silence(),
                until);
        try (var incoming = response.body()) {
            check(response, until);
            if (response.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream"))
                return events(incoming, until, handler);
            var document = object(incoming.rest(timeouts().silence(), until));
            if (ErrorDocument.isIn(document, "choices")) throw reported(document, "answers with an error");
            if (handler.take(document) != Taken.NOTHING) answered = true;
            return true;
        }
    }

    /// Whether the endpoint has ever given a useful answer.
    public boolean answered() {
        return answered;
    }

    private Endpoint.Timeouts timeouts() {
        return answered ? timeouts : timeouts.first();
    }

    private static byte[] bytes(JsonNode body) {
        return body.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static HttpRequest.Builder post(URI url, byte[] body) {
        return HttpRequest.newBuilder(url)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    /// Reads server-sent events: lines `data: …`, an empty line after each event, and heartbeat lines with a
    /// leading colon. A stream may last as long as it takes: each document that adds something restarts the
    /// request's time limit. Heartbeats and empty documents do not.
    ///
    /// @return whether the stream has the usual end
    private boolean events(ResponseBody incoming, long untilFirst, DocumentHandler handler)
            throws Failure, InterruptedException {
        long until = untilFirst;
        int empty = 0;
        var data = new StringBuilder();
        while (true) {
            var line = incoming.line(timeouts().silence(), until);
            if (line != null && line.startsWith("data:")) {
                data.append(data.isEmpty() ? "" : "\n").append(line.substring(line.startsWith("data: ") ? 6 : 5));
                continue;
            }
            if (line != null && !line.isEmpty() || line == null && data.isEmpty()) {
                if (line == null) return false;
                continue;
            }
            var event = data.toString();
            data.setLength(0);
            if (event.equals("[DONE]")) {
                // Read the rest, so that the connection can be reused.
                drain(incoming);
                return true;
            }
            if (!event.isBlank()) {
                var document = object(event);
                if (ErrorDocument.isIn(document, "choices"))
                    throw reported(document, "stopped in the middle of its answer");
                switch (handler.take(document)) {
                    case ENOUGH -> {
                        answered = true;
                        return true;
                    }
                    case SOMETHING -> {
                        answered = true;
                        until = time.now() + timeouts.whole().toNanos();
                        empty = 0;
                    }
                    case NOTHING -> {
                        if (++empty > MOST_EMPTY)
                            throw new Failure(Failure.Kind.FINAL, "sends parts of an answer without text");
                    }
                }
            }
            if (line == null) return false;
        }
    }

    private void drain(ResponseBody incoming) throws InterruptedException {
        try {
            incoming.rest(TAIL, time.now() + TAIL.toNanos());
        } catch (Failure _) {
            // Everything needed was read; close the connection instead.
        }
    }

    /// The failure that an error document with status 200 means.
    private Failure reported(JsonNode document, String what) {
        var error = ErrorDocument.of(document);
        return new Failure(error.kind(), what + quoted(error.message())).saying(said(document.toString()));
    }

    private String said(String text) {
        var cut = text.length() > LONGEST_SAID ? text.substring(0, LONGEST_SAID) : text;
        return key.scrub(cut);
    }

    private JsonNode document(HttpRequest.Builder request, Allowance allowance, Duration silence, Duration whole)
            throws Failure, InterruptedException {
        long until = time.now() + whole.toNanos();
        var response = send(request, request.build().uri(), allowance, silence, until);
        try (var incoming = response.body()) {
            check(response, until);
            var document = parse(incoming.rest(silence, until));
            if (ErrorDocument.isIn(document, "")) throw reported(document, "answers with an error");
            return document;
        }
    }

    private HttpResponse<ResponseBody> send(
            HttpRequest.Builder request, URI url, Allowance allowance, Duration silence, long until)
            throws Failure, InterruptedException {
        key.sign(request, url);
        long late = Math.min(time.now() + silence.toNanos(), until);
        var sent = client.sendAsync(request.build(), _ -> new ResponseBody(time, allowance));
        try {
            return time.get(sent, late);
        } catch (TimeoutException _) {
            abandon(sent);
            throw new Failure(Failure.Kind.AGAIN, "did not answer within " + ResponseBody.words(silence));
        } catch (InterruptedException e) {
            abandon(sent);
            throw e;
        } catch (ExecutionException e) {
            throw Unreachable.of(e.getCause() == null ? e : e.getCause());
        }
    }

    private static void abandon(CompletableFuture<HttpResponse<ResponseBody>> sent) {
        sent.cancel(true);
        // The response may have arrived just now.
        var _ = sent.thenAccept(response -> response.body().close());
    }

    private void check(HttpResponse<ResponseBody> response, long until) throws Failure, InterruptedException {
        var status = Status.of(response);
        if (status.good()) return;
        var text = beginning(response.body(), until);
        throw status.failure(quoted(message(text)), key).saying(said(text));
    }

    private String beginning(ResponseBody body, long until) throws InterruptedException {
        try {
            return body.beginning(Allowance.ERROR, timeouts.silence(), until);
        } catch (Failure _) {
            return "";
        }
    }

    private static String message(String text) {
        try {
            return ErrorDocument.message(JsonMapper.shared().readTree(text));
        } catch (JacksonException _) {
            // Then use the text unchanged.
        }
        return text.startsWith("<") ? "" : text;
    }

    private String quoted(String said) {
        var line = words(said);
        return line.isEmpty() ? "" : ": " + line;
    }

    /// A server's text as a part of a sentence: one line, shortened, without the key.
    public String words(String said) {
        var line = key.scrub(said).replaceAll("[\\s\\p{Cc}]+", " ").strip();
        return line.length() > LONGEST_MESSAGE ? line.substring(0, LONGEST_MESSAGE) + "…" : line;
    }

    /// @throws Failure if a text to keep contains the key
    public void checkText(String text) throws Failure {
        if (key.isIn(text))
            throw new Failure(Failure.Kind.FINAL, "repeats the key in its answer; Espalier discarded the answer");
    }

    private static JsonNode parse(String text) throws Failure {
        try {
            var document = JsonMapper.shared().readTree(text);
            if (document.isContainer()) return document;
        } catch (JacksonException _) {
            if (text.stripLeading().startsWith("<"))
                throw new Failure(Failure.Kind.AGAIN, "answers with a web page, not with JSON");
        }
        throw new Failure(Failure.Kind.AGAIN, "sent truncated or invalid JSON");
    }

    private static JsonNode object(String text) throws Failure {
        return object(parse(text));
    }

    private static JsonNode object(JsonNode document) throws Failure {
        if (document.isObject()) return document;
        throw new Failure(Failure.Kind.AGAIN, "sent truncated or invalid JSON");
    }

    @Override
    public void close() {
        client.shutdownNow();
        client.close();
    }
}
