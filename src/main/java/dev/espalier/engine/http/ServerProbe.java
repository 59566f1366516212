package dev.espalier.engine.http;

import dev.espalier.EspalierException;
import dev.espalier.engine.http.endpoint.Endpoint;
import dev.espalier.engine.http.endpoint.ServerKind;
import dev.espalier.engine.http.endpoint.ServerKinds;
import dev.espalier.engine.http.wire.Failure;
import dev.espalier.engine.http.wire.HttpTransport;
import dev.espalier.engine.http.wire.ServerPool;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What the servers of an endpoint report in `/v1/models`.
///
/// @param model      the model's name on the servers
/// @param context    0 if unknown
/// @param parameters 0 if unknown
/// @param urls       the servers that have the model, and those that are down and may have it
record ServerProbe(ServerKind server, String model, int context, long parameters, List<URI> urls) {
    private static final String LATEST = ":latest";
    private static final int MOST_NAMES = 20;
    private static final int LONGEST_NAME = 100;
    private static final System.Logger LOG = System.getLogger(ServerProbe.class.getName());

    /// One server's report, or its failure.
    private record Reply(
            URI url, @Nullable JsonNode models, @Nullable Failure failure) {}

    /// Asks all servers at once. Succeeds if one is usable; logs the faults of the others.
    static ServerProbe of(Endpoint endpoint, HttpTransport transport) {
        @Nullable EspalierException reason = null;
        @Nullable ServerProbe first = null;
        var urls = new ArrayList<URI>();
        for (var reply : ask(endpoint, transport)) {
            try {
                var found = of(endpoint, reply, transport);
                if (first == null) first = found;
                urls.add(reply.url);
            } catch (EspalierException e) {
                boolean mayComeBack = reply.failure != null && reply.failure.kind != Failure.Kind.FINAL;
                if (mayComeBack) urls.add(reply.url);
                if (endpoint.urls().size() > 1) LOG.log(Level.WARNING, e.getMessage());
                reason = e;
            }
        }
        if (first != null)
            return new ServerProbe(first.server, first.model, first.context, first.parameters, List.copyOf(urls));
        throw reason == null ? new EspalierException("The endpoint " + endpoint.name() + " has no address.") : reason;
    }

    /// Asks all servers for the user. Succeeds if one is usable; the message includes the faults of the others.
    static Endpoints.Answer answer(Endpoint endpoint, HttpTransport transport) {
        var replies = ask(endpoint, transport);
        var names = replies.stream()
                .filter(reply -> reply.models != null)
                .flatMap(reply -> names(reply.models, transport).stream())
                .distinct()
                .toList();
        @Nullable ServerProbe first = null;
        Endpoints.@Nullable Part part = null;
        var errors = new ArrayList<String>();
        for (var reply : replies) {
            try {
                var found = of(endpoint, reply, transport);
                if (first == null) first = found;
            } catch (EspalierException e) {
                errors.add(e.getMessage());
                if (part == null)
                    part = reply.failure == null
                            ? Endpoints.Part.MODEL
                            : reply.failure.locked() ? Endpoints.Part.KEY : Endpoints.Part.ADDRESS;
            }
        }
        if (first == null)
            return new Endpoints.Answer(
                    part, errors.isEmpty() ? "The endpoint has no address." : errors.getFirst(), names);
        errors.addFirst("%s answers with %s%s."
                .formatted(
                        first.server.word(),
                        first.model,
                        first.context == 0 ? "" : ", up to %d tokens".formatted(first.context)));
        return new Endpoints.Answer(null, String.join(" ", errors), names);
    }

    private static List<Reply> ask(Endpoint endpoint, HttpTransport transport) {
        try (var each = Executors.newVirtualThreadPerTaskExecutor()) {
            var asked = endpoint.urls().stream()
                    .map(url -> (Callable<Reply>) () -> ask(url, transport))
                    .map(each::submit)
                    .toList();
            try {
                var replies = new ArrayList<Reply>();
                for (var reply : asked) replies.add(reply.get());
                return replies;
            } catch (InterruptedException e) {
                asked.forEach(reply -> reply.cancel(true));
                Thread.currentThread().interrupt();
                throw new EspalierException(
                        "The endpoint " + endpoint.name() + " was not opened: opening was interrupted.", e);
            } catch (ExecutionException e) {
                throw new EspalierException(
                        "The endpoint %s could not be asked: an internal error, please report it with the log."
                                .formatted(endpoint.name()),
                        e);
            }
        }
    }

    private static Reply ask(URI url, HttpTransport transport) throws InterruptedException {
        try {
            return new Reply(url, transport.get(Endpoint.under(url, "models")), null);
        } catch (Failure failure) {
            return new Reply(url, null, failure);
        }
    }

    private static ServerProbe of(Endpoint endpoint, Reply reply, HttpTransport transport) {
        if (reply.failure != null || reply.models == null) {
            // Some servers have no list of models.
            boolean noList = reply.failure != null && reply.failure.status == 404;
            if (noList && !endpoint.model().isEmpty())
                return new ServerProbe(
                        endpoint.server() == null ? ServerKinds.OPENAI : endpoint.server(),
                        endpoint.model(),
                        0,
                        0,
                        List.of());
            throw ServerPool.error(
                    endpoint.name(),
                    reply.url,
                    reply.failure == null ? new Failure(Failure.Kind.FINAL, "does not answer") : reply.failure);
        }
        var list = reply.models.path("data").valueStream().toList();
        var names = names(reply.models, transport);
        var name = endpoint.model();
        if (name.isEmpty() && names.size() == 1) name = names.getFirst();
        if (name.isEmpty())
            throw wrong(
                    endpoint,
                    reply.url,
                    "has %s; name one (\"model\" in its file, or behind # in its address)".formatted(shown(names)));
        int at = names.indexOf(name);
        // Ollama omits the tag "latest" where it is understood.
        if (at < 0 && !name.contains(":")) at = names.indexOf(name + LATEST);
        if (at < 0 && name.endsWith(LATEST)) at = names.indexOf(name.substring(0, name.length() - LATEST.length()));
        if (at < 0) throw wrong(endpoint, reply.url, "has no model \"%s\"; it has %s".formatted(name, shown(names)));
        name = names.get(at);
        var model = list.get(at);
        var server = endpoint.server() != null
                ? endpoint.server()
                : ServerKinds.of(model.path("owned_by").asString(""));
        return new ServerProbe(
                server,
                name,
                Math.max(0, model.path("max_model_len").asInt(0)),
                Math.max(0, model.path("meta").path("n_params").asLong(0)),
                List.of());
    }

    private static List<String> names(JsonNode models, HttpTransport transport) {
        return models.path("data")
                .valueStream()
                .map(model -> transport.words(model.path("id").asString("")))
                .toList();
    }

    private static String shown(List<String> names) {
        if (names.isEmpty()) return "no models";
        var first = names.stream()
                .limit(MOST_NAMES)
                .map(name -> name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) + "…" : name)
                .collect(Collectors.joining(", "));
        return "the models " + first
                + (names.size() > MOST_NAMES ? " and %d more".formatted(names.size() - MOST_NAMES) : "");
    }

    private static EspalierException wrong(Endpoint endpoint, URI url, String what) {
        return new EspalierException("The endpoint %s of %s %s.".formatted(Endpoint.shown(url), endpoint.name(), what));
    }
}
