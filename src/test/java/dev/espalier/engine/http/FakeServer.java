package dev.espalier.engine.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A scripted server in this process.
public final class FakeServer implements AutoCloseable {
    /// Answers a request to one path.
    @FunctionalInterface
    public interface Handler {
        void answer(Request request) throws IOException;
    }

    /// @param number counts the requests to its path, from 1
    public record Request(HttpExchange exchange, JsonNode body, int number, FakeServer server) {
        public String header(String name) {
            return exchange.getRequestHeaders().getFirst(name);
        }

        public void json(int status, Object document, String... headers) throws IOException {
            text(
                    status,
                    document instanceof String text ? text : JsonMapper.shared().writeValueAsString(document),
                    "application/json",
                    headers);
        }

        public void text(int status, String text, String type, String... headers) throws IOException {
            for (int i = 0; i < headers.length; i += 2)
                exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
            exchange.getResponseHeaders().add("Content-Type", type);
            var bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        }

        /// Sends the pieces of a stream; with `whole` also its end, otherwise breaks the connection after them.
        public void stream(List<?> pieces, boolean whole) throws IOException {
            begin(pieces);
            if (!whole) throw new IOException("the test breaks off here");
            exchange.getResponseBody().write("data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8));
            exchange.close();
        }

        /// Begins a stream and leaves it open.
        public void begin(List<?> pieces) throws IOException {
            exchange.getResponseHeaders().add("Content-Type", "text/event-stream; charset=utf-8");
            exchange.sendResponseHeaders(200, 0);
            var body = exchange.getResponseBody();
            for (var piece : pieces) {
                body.write((": alive\n\ndata: " + JsonMapper.shared().writeValueAsString(piece) + "\n\n")
                        .getBytes(StandardCharsets.UTF_8));
                body.flush();
            }
        }

        /// Does not answer until the server is closed.
        public void hang() throws IOException {
            try {
                server.closed.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new IOException("the server is closed");
        }
    }

    private final HttpServer server;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Map<String, Handler> handlers = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();
    /// Bodies of the requests so far, by path.
    private final Map<String, ConcurrentLinkedQueue<JsonNode>> bodies = new ConcurrentHashMap<>();

    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private volatile boolean seesProbes;

    public FakeServer(String owner, String... models) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        on(
                "/v1/models",
                request -> request.json(
                        200,
                        Map.of(
                                "data",
                                java.util.Arrays.stream(models)
                                        .map(name -> Map.of("id", name, "owned_by", owner, "max_model_len", 4096))
                                        .toList())));
        server.start();
    }

    public FakeServer on(String path, Handler handler) {
        handlers.put(path, handler);
        return this;
    }

    /// Leaves the probe for repeated turns to the handler. Otherwise the server answers it like one that does not
    /// repeat, and does not count it.
    public FakeServer seeingProbes() {
        seesProbes = true;
        return this;
    }

    public URI url() {
        return URI.create("http://localhost:" + server.getAddress().getPort() + "/v1");
    }

    /// The number of requests to a path.
    public int count(String path) {
        return counts.getOrDefault(path, new AtomicInteger()).get();
    }

    public List<JsonNode> bodies(String path) {
        return List.copyOf(bodies.getOrDefault(path, new ConcurrentLinkedQueue<>()));
    }

    /// The `Authorization` headers of all requests that had one.
    public List<String> authorizations() {
        return List.copyOf(authorizations);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var path = exchange.getRequestURI().getPath();
            var authorization = exchange.getRequestHeaders().getFirst("Authorization");
            if (authorization != null) authorizations.add(authorization);
            var sent = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            var body = sent.isEmpty()
                    ? JsonMapper.shared().createObjectNode()
                    : JsonMapper.shared().readTree(sent);
            if (!seesProbes && sent.contains(JsonMapper.shared().writeValueAsString(RepeatingServers.TURN))) {
                new Request(exchange, body, 0, this)
                        .json(
                                200,
                                "{\"choices\": [{\"message\": {\"content\": \"And\"}, \"finish_reason\": \"length\"}]}");
                return;
            }
            bodies.computeIfAbsent(path, _ -> new ConcurrentLinkedQueue<>()).add(body);
            int number = counts.computeIfAbsent(path, _ -> new AtomicInteger()).incrementAndGet();
            var request = new Request(exchange, body, number, this);
            var handler = handlers.get(path);
            if (handler == null) request.json(404, Map.of("detail", "Not Found"));
            else handler.answer(request);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
    }
}
