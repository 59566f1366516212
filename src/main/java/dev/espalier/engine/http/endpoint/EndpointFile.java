package dev.espalier.engine.http.endpoint;

import dev.espalier.EspalierException;
import dev.espalier.engine.folder.ChatFormat;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.format.FolderFile;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads an `espalier.json` that describes an endpoint, that is, one with a field `endpoint`.
public final class EndpointFile {
    private static final Set<String> FIELDS = Set.of(
            "url",
            "urls",
            "model",
            "server",
            "api",
            "stop",
            "key",
            "concurrency",
            "requests_per_minute",
            "samples_per_request",
            "connect_seconds",
            "silence_seconds",
            "whole_seconds",
            "attempts",
            "give_up_seconds",
            "back_off_seconds",
            "stream",
            "extra",
            "scores");
    private static final Set<String> SCORES =
            Set.of("route", "step_end", "rows", "step_token", "column", "activation", "suffix");

    private final Path file;
    private final JsonNode root;
    private final JsonNode endpoint;

    private EndpointFile(Path file, JsonNode root) {
        this.file = file;
        this.root = root;
        this.endpoint = root.path("endpoint");
    }

    /// Whether a folder describes an endpoint. False for a file that is not JSON; [ModelFolder] reports that.
    public static boolean describes(Path folder) {
        var file = folder.resolve(ModelFolder.FILE);
        try {
            return FolderFile.objectIfThere(file).has("endpoint");
        } catch (EspalierException e) {
            return false;
        }
    }

    /// Reads and checks the description. Asks no server.
    public static Endpoint read(Path folder) {
        var file = folder.resolve(ModelFolder.FILE);
        return new EndpointFile(file, FolderFile.objectIfThere(file))
                .endpoint(folder.getFileName().toString());
    }

    private Endpoint endpoint(String folderName) {
        if (!endpoint.isObject()) throw wrong("\"endpoint\" must be an object");
        checkNames(endpoint, FIELDS, "endpoint");
        var kind =
                choice(root, "kind", List.of(ModelFolder.Kind.POLICY, ModelFolder.Kind.PRM), EndpointFile::word, null);
        if (kind == null) throw wrong("\"kind\" is missing; known are \"policy\" and \"prm\"");
        var key = text(endpoint, "key", "");
        try {
            ApiKey.checkName(key);
        } catch (EspalierException e) {
            throw wrong("\"key\": " + e.getMessage(), e);
        }
        var standard = Endpoint.Timeouts.DEFAULT;
        var timeouts = new Endpoint.Timeouts(
                seconds("connect_seconds", standard.connect()),
                seconds("silence_seconds", standard.silence()),
                seconds("whole_seconds", standard.whole()),
                whole(endpoint, "attempts", standard.attempts(), 1),
                seconds("give_up_seconds", standard.giveUp()),
                seconds("back_off_seconds", standard.backOff()));
        var limits = new Endpoint.Limits(
                whole(endpoint, "concurrency", Endpoint.Limits.DEFAULT.concurrency(), 1),
                whole(endpoint, "requests_per_minute", 0, 0),
                whole(endpoint, "samples_per_request", 1, 1));
        var extra = endpoint.path("extra");
        if (!extra.isMissingNode() && !extra.isObject())
            throw wrong("\"endpoint.extra\" must be an object of request fields");
        for (var name : extra.propertyNames()) checkSecret(name, "endpoint.extra");
        var chat = chat(root.path("chat"));
        var api = choice(endpoint, "api", List.of(Endpoint.Api.values()), EndpointFile::word, null);
        var stop = choice(endpoint, "stop", List.of(Endpoint.Stop.values()), EndpointFile::word, Endpoint.Stop.AUTO);
        return new Endpoint(
                text(root, "name", folderName),
                kind,
                text(root, "description", ""),
                urls(),
                text(endpoint, "model", ""),
                choice(endpoint, "server", ServerKinds.list(), ServerKind::word, null),
                api,
                stop == null ? Endpoint.Stop.AUTO : stop,
                key,
                limits,
                timeouts,
                endpoint.path("stream").asBoolean(true),
                extra.isObject() ? extra.toString() : "",
                chat,
                separator(),
                text(root, "system_prompt", ""),
                whole(root, "max_new_tokens", 2048, 1),
                whole(root, "context", 0, 0),
                root.path("parameters").asLong(0),
                scores(endpoint.path("scores")));
    }

    /// A known chat format by name, or a custom one with `{problem}` in its prompt.
    private @Nullable ChatFormat chat(JsonNode chat) {
        if (chat.isMissingNode()) return null;
        var name = text(chat, "name", "chat");
        try {
            if (chat.has("prompt")) return new ChatFormat(name, text(chat, "prompt", ""));
        } catch (EspalierException e) {
            throw wrong("\"chat\": " + e.getMessage(), e);
        }
        return ChatFormat.known(name)
                .orElseThrow(() -> wrong("the chat format \"%s\" is unknown; known are %s, or give a \"prompt\""
                        .formatted(name, String.join(", ", ChatFormat.knownNames()))));
    }

    private Endpoint.Scores scores(JsonNode scores) {
        var standard = Endpoint.Scores.DEFAULT;
        if (scores.isMissingNode()) return standard;
        if (!scores.isObject()) throw wrong("\"endpoint.scores\" must be an object");
        checkNames(scores, SCORES, "endpoint.scores");
        var route = text(scores, "route", standard.route());
        if (!Set.of("pooling", "classify").contains(route))
            throw wrong("\"endpoint.scores.route\" is \"" + route + "\"; known are \"pooling\" and \"classify\"");
        var rows = choice(scores, "rows", List.of(Endpoint.Scores.Rows.values()), EndpointFile::word, standard.rows());
        var activation = choice(
                scores,
                "activation",
                List.of(Endpoint.Scores.Activation.values()),
                EndpointFile::word,
                standard.activation());
        int stepToken = whole(scores, "step_token", -1, -1);
        if (rows == Endpoint.Scores.Rows.TOKENS && stepToken < 0)
            throw wrong("\"rows\": \"tokens\" needs \"step_token\", the id of the token that ends a step");
        return new Endpoint.Scores(
                route,
                text(scores, "step_end", route.equals("classify") ? "" : standard.stepEnd()),
                rows == null ? standard.rows() : rows,
                stepToken,
                whole(scores, "column", standard.column(), 0),
                activation == null ? standard.activation() : activation,
                text(scores, "suffix", ""));
    }

    private List<URI> urls() {
        var one = endpoint.path("url");
        var several = endpoint.path("urls");
        if (one.isMissingNode() == several.isMissingNode())
            throw wrong("\"endpoint\" needs \"url\", or \"urls\" for several servers of one model");
        if (!several.isMissingNode() && (!several.isArray() || several.isEmpty()))
            throw wrong("\"endpoint.urls\" must be a list of addresses");
        var all = several.isMissingNode() ? List.of(one) : several.valueStream().toList();
        return all.stream()
                .map(url -> Endpoint.url(url.asString(""), file + ": \"" + url.asString("") + "\""))
                .distinct()
                .toList();
    }

    private String separator() {
        var separator = text(root, "separator", "\n\n");
        if (separator.isEmpty()) throw wrong("\"separator\" is empty");
        return separator;
    }

    private <E> @Nullable E choice(
            JsonNode node, String field, List<E> known, Function<E, String> wordOf, @Nullable E standard) {
        if (!node.has(field)) return standard;
        var word = node.path(field).asString("");
        for (var value : known) if (wordOf.apply(value).equals(word)) return value;
        throw wrong("\"%s\" is \"%s\"; known are %s"
                .formatted(
                        field,
                        word,
                        String.join(", ", known.stream().map(wordOf).toList())));
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private String text(JsonNode node, String field, String standard) {
        var value = node.path(field);
        if (value.isMissingNode()) return standard;
        if (!value.isString()) throw wrong("\"" + field + "\" must be a text");
        return value.asString();
    }

    private int whole(JsonNode node, String field, int standard, int least) {
        var value = node.path(field);
        if (value.isMissingNode()) return standard;
        if (!value.isInt() || value.asInt() < least)
            throw wrong("\"" + field + "\" must be a whole number of at least " + least);
        return value.asInt();
    }

    private Duration seconds(String field, Duration standard) {
        var value = endpoint.path(field);
        if (value.isMissingNode()) return standard;
        if (!value.isNumber() || !(value.asDouble() > 0) || value.asDouble() > 86_400)
            throw wrong("\"" + field + "\" must be a number of seconds above 0, a day at most");
        return Duration.ofNanos((long) (value.asDouble() * 1e9));
    }

    private void checkNames(JsonNode node, Set<String> known, String where) {
        for (var name : node.propertyNames()) {
            checkSecret(name, where);
            if (!known.contains(name))
                throw wrong("\"" + where + "." + name + "\" is unknown; known are "
                        + String.join(", ", known.stream().sorted().toList()));
        }
    }

    private void checkSecret(String name, String where) {
        if (name.toLowerCase(Locale.ROOT).matches("api_?key|secret|token|password|authorization"))
            throw wrong("\"" + where + "." + name
                    + "\" would hold a secret; give \"key\", the name of an environment variable, instead");
    }

    private EspalierException wrong(String what) {
        return new EspalierException(file + ": " + what + (what.endsWith(".") ? "" : ". Correct it."));
    }

    private EspalierException wrong(String what, Throwable cause) {
        return new EspalierException(file + ": " + what, cause);
    }
}
