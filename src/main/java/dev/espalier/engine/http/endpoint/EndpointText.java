package dev.espalier.engine.http.endpoint;

import dev.espalier.EspalierException;
import dev.espalier.engine.folder.ChatFormat;
import dev.espalier.engine.folder.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Locale;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Writes an endpoint in the form that [EndpointFile] reads. Omits default values.
public final class EndpointText {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private EndpointText() {}

    /// Writes the description into a folder, created if missing. Keeps an existing different description beside it
    /// with the extension `.before`, because the user may have written it by hand.
    public static void write(Endpoint endpoint, Path folder) {
        var file = folder.resolve(ModelFolder.FILE);
        try {
            Files.createDirectories(folder);
            var text = JSON.writeValueAsString(of(endpoint, folder.getFileName().toString())) + "\n";
            if (Files.exists(file) && !Files.readString(file).equals(text))
                Files.move(file, folder.resolve(ModelFolder.FILE + ".before"), StandardCopyOption.REPLACE_EXISTING);
            var temporary = Files.createTempFile(folder, "espalier", ".tmp");
            Files.writeString(temporary, text);
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new EspalierException(
                    file + " cannot be written (" + e.getMessage()
                            + "); check the folder's permissions and the space on its disk.",
                    e);
        }
    }

    private static ObjectNode of(Endpoint endpoint, String folder) {
        var root = JSON.createObjectNode().put("kind", endpoint.kind().word());
        text(root, "name", endpoint.name(), folder);
        text(root, "description", endpoint.description(), "");
        if (endpoint.parameters() != 0) root.put("parameters", endpoint.parameters());
        number(root, "context", endpoint.context(), 0);
        number(root, "max_new_tokens", endpoint.maxNewTokens(), 2048);
        text(root, "separator", endpoint.separator(), "\n\n");
        text(root, "system_prompt", endpoint.systemPrompt(), "");
        var chat = endpoint.chat();
        if (chat != null) {
            var written = root.putObject("chat").put("name", chat.name());
            if (!ChatFormat.known(chat.name()).equals(java.util.Optional.of(chat)))
                written.put("prompt", chat.prompt());
        }
        var node = root.putObject("endpoint");
        if (endpoint.urls().size() == 1)
            node.put("url", endpoint.urls().getFirst().toString());
        else endpoint.urls().forEach(url -> node.withArray("urls").add(url.toString()));
        text(node, "model", endpoint.model(), "");
        if (endpoint.server() != null) node.put("server", endpoint.server().word());
        if (endpoint.api() != null) node.put("api", word(endpoint.api()));
        text(node, "stop", word(endpoint.stop()), word(Endpoint.Stop.AUTO));
        text(node, "key", endpoint.key(), "");
        var limits = endpoint.limits();
        number(node, "concurrency", limits.concurrency(), Endpoint.Limits.DEFAULT.concurrency());
        number(node, "requests_per_minute", limits.requestsPerMinute(), 0);
        number(node, "samples_per_request", limits.samplesPerRequest(), 1);
        var timeouts = endpoint.timeouts();
        var usual = Endpoint.Timeouts.DEFAULT;
        seconds(node, "connect_seconds", timeouts.connect(), usual.connect());
        seconds(node, "silence_seconds", timeouts.silence(), usual.silence());
        seconds(node, "whole_seconds", timeouts.whole(), usual.whole());
        number(node, "attempts", timeouts.attempts(), usual.attempts());
        seconds(node, "back_off_seconds", timeouts.backOff(), usual.backOff());
        seconds(node, "give_up_seconds", timeouts.giveUp(), usual.giveUp());
        if (!endpoint.stream()) node.put("stream", false);
        if (!endpoint.extra().isEmpty()) node.set("extra", JSON.readTree(endpoint.extra()));
        if (!endpoint.scores().equals(Endpoint.Scores.DEFAULT)) scores(node.putObject("scores"), endpoint.scores());
        return root;
    }

    private static void scores(ObjectNode node, Endpoint.Scores scores) {
        var usual = Endpoint.Scores.DEFAULT;
        text(node, "route", scores.route(), usual.route());
        node.put("step_end", scores.stepEnd());
        text(node, "rows", word(scores.rows()), word(usual.rows()));
        number(node, "step_token", scores.stepToken(), usual.stepToken());
        number(node, "column", scores.column(), usual.column());
        text(node, "activation", word(scores.activation()), word(usual.activation()));
        text(node, "suffix", scores.suffix(), usual.suffix());
    }

    private static void text(ObjectNode node, String field, String value, String usual) {
        if (!value.equals(usual)) node.put(field, value);
    }

    private static void number(ObjectNode node, String field, int value, int usual) {
        if (value != usual) node.put(field, value);
    }

    private static void seconds(ObjectNode node, String field, Duration value, Duration usual) {
        if (!value.equals(usual)) node.put(field, value.toNanos() * 1e-9);
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
