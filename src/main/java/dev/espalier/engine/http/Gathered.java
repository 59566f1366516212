package dev.espalier.engine.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What has come of one answer, from one document or from the pieces of a stream, of `/v1/completions` or `/v1/chat/completions`.
final class Gathered {
    /// @param bytes   its text, exact where the server gives bytes
    /// @param id      -1 where the server does not say
    /// @param logProb not a number where the server does not say
    record Token(byte[] bytes, int id, float logProb) {}

    /// One of the `n` texts.
    static final class Choice {
        private final StringBuilder text = new StringBuilder();
        private final List<Token> tokens = new ArrayList<>();
        private final List<Integer> ids = new ArrayList<>();
        private String finish = "";
        private String stoppedAt = "";
        private int pieces;

        String text() {
            return text.toString();
        }

        boolean holds(String part) {
            return text.indexOf(part) >= 0;
        }

        /// Tokens with the ids that were given apart, where both lists are of one length.
        List<Token> tokens() {
            if (ids.isEmpty()) return tokens;
            if (tokens.isEmpty()) return ids.stream().map(id -> new Token(new byte[0], id, Float.NaN)).toList();
            if (ids.size() != tokens.size()) return tokens;
            var both = new ArrayList<Token>();
            for (int i = 0; i < ids.size(); i++) both.add(new Token(tokens.get(i).bytes, ids.get(i), tokens.get(i).logProb));
            return both;
        }

        /// As the server words it, "" before the end.
        String finish() {
            return finish;
        }

        /// The stop text that the server says it met, "" for none.
        String stoppedAt() {
            return stoppedAt;
        }

        /// Pieces that held text: about one a token where the server streams.
        int pieces() {
            return pieces;
        }

        private void take(JsonNode choice) {
            var message = choice.path(choice.has("delta") ? "delta" : "message");
            var piece = choice.has("text") ? choice.path("text").asString("") : message.path("content").asString("");
            text.append(piece);
            if (!piece.isEmpty()) pieces++;
            logProbs(choice.path("logprobs"));
            for (var id : choice.path("token_ids")) ids.add(id.asInt(-1));
            if (choice.path("finish_reason").isString()) finish = choice.path("finish_reason").asString();
            for (var reason : List.of("stop_reason", "matched_stop")) if (choice.path(reason).isString()) stoppedAt = choice.path(reason).asString();
        }

        private void logProbs(JsonNode logProbs) {
            // Chat, and llama.cpp throughout.
            for (var entry : logProbs.path("content")) tokens.add(new Token(bytes(entry), entry.path("id").asInt(-1), number(entry.path("logprob"))));
            var texts = logProbs.path("tokens");
            var numbers = logProbs.path("token_logprobs");
            for (int i = 0; i < texts.size(); i++) tokens.add(new Token(texts.get(i).asString("").getBytes(StandardCharsets.UTF_8), -1, number(numbers.path(i))));
        }
    }

    private final List<@Nullable Choice> choices = new ArrayList<>();
    private int promptTokens = -1;
    private int completionTokens = -1;

    /// @param choices how many were asked for
    Gathered(int choices) {
        for (int i = 0; i < choices; i++) this.choices.add(null);
    }

    void take(JsonNode document) throws Failure {
        var given = document.path("choices");
        var usage = document.path("usage");
        if (!given.isArray() && !usage.isObject()) throw new Failure(Failure.Kind.FINAL, "answers with JSON that has no \"choices\": it is no OpenAI-compatible server");
        for (var choice : given) {
            int index = choice.path("index").asInt(0);
            if (index < 0 || index >= choices.size()) continue;
            var known = choices.get(index);
            if (known == null) choices.set(index, known = new Choice());
            known.take(choice);
        }
        if (usage.path("prompt_tokens").isInt()) promptTokens = usage.path("prompt_tokens").asInt();
        if (usage.path("completion_tokens").isInt()) completionTokens = usage.path("completion_tokens").asInt();
    }

    /// Null where nothing of it has come.
    @Nullable Choice choice(int index) {
        return choices.get(index);
    }

    /// -1 where the server does not say.
    int promptTokens() {
        return promptTokens;
    }

    /// Of all choices together; -1 where the server does not say.
    int completionTokens() {
        return completionTokens;
    }

    static byte[] bytes(JsonNode entry) {
        var given = entry.path("bytes");
        if (!given.isArray()) return entry.path("token").asString("").getBytes(StandardCharsets.UTF_8);
        var bytes = new byte[given.size()];
        for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) given.get(i).asInt(0);
        return bytes;
    }

    private static float number(JsonNode node) {
        return node.isNumber() ? (float) node.asDouble() : Float.NaN;
    }
}
