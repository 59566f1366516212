package dev.espalier.engine.http;

import dev.espalier.engine.http.FakeServer.Request;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// [Ruled] behind `/v1/chat/completions`: it continues the assistant's unfinished turn, and may repeat it at the head
/// of
/// its answer, as llama.cpp's server of August 2026 does.
///
/// @param repeats repeats the turn
/// @param trims   without whitespace at the turn's end
/// @param lists   lists and counts the tokens of the repeated turn too
/// @param pieces  of the repeated turn in a stream; the last one comes with the first new token
record RuledChat(boolean repeats, boolean trims, boolean lists, int pieces) {
    static final String CHAT = "/v1/chat/completions";
    static final RuledChat PLAIN = new RuledChat(false, false, false, 1);
    static final RuledChat LLAMA_CPP = new RuledChat(true, false, false, 1);

    private static final Ruled RULE = new Ruled(false, false, true, true, true);

    void answer(Request request) throws IOException {
        var messages = request.body().path("messages");
        var last = messages.path(messages.size() - 1);
        var turn = last.path("role").asString().equals("assistant")
                ? last.path("content").asString()
                : "";
        var problem = messages.valueStream()
                .filter(message -> message.path("role").asString().equals("user"))
                .findFirst()
                .orElseThrow()
                .path("content")
                .asString();
        ObjectNode body = (ObjectNode) request.body();
        body.put("prompt", Ruled.TEMPLATE.replace("{problem}", problem) + turn);
        var choices = RULE.choices(body, body.path("n").asInt(1));
        body.remove("prompt");
        var head = !repeats ? "" : trims ? turn.stripTrailing() : turn;
        if (body.path("stream").asBoolean(false)) request.stream(stream(body, choices, head), true);
        else request.json(200, whole(body, choices, head));
    }

    private List<Map<String, Object>> stream(JsonNode body, List<Ruled.Choice> choices, String head) {
        var all = new ArrayList<Map<String, Object>>();
        for (int i = 0; i < choices.size(); i++) {
            all.add(event(i, "", List.of(), null));
            int from = 0;
            for (int p = 1; p < pieces; p++) {
                int to = head.length() * p / pieces;
                all.add(event(i, head.substring(from, to), List.of(), null));
                from = to;
            }
            var before = new StringBuilder(head.substring(from));
            var listed = new ArrayList<>(listed(head));
            for (var token : choices.get(i).tokens()) {
                listed.add(token);
                all.add(event(i, before + text(token), listed, null));
                before.setLength(0);
                listed.clear();
            }
            all.add(event(i, "", List.of(), choices.get(i).finish()));
        }
        all.add(Map.of("choices", List.of(), "usage", counts(body, choices, head)));
        return all;
    }

    private Map<String, Object> whole(JsonNode body, List<Ruled.Choice> choices, String head) {
        var given = new ArrayList<Map<String, Object>>();
        for (int i = 0; i < choices.size(); i++) {
            var choice = choices.get(i);
            var tokens = new ArrayList<>(listed(head));
            tokens.addAll(choice.tokens());
            given.add(piece(i, "message", head + choice.text(), tokens, choice.finish()));
        }
        return Map.of("choices", given, "usage", counts(body, choices, head));
    }

    private static Map<String, Object> event(int index, String text, List<Ruled.Token> tokens, String finish) {
        return Map.of("choices", List.of(piece(index, "delta", text, tokens, finish)));
    }

    private static Map<String, Object> piece(
            int index, String name, String text, List<Ruled.Token> tokens, String finish) {
        var piece = new HashMap<String, Object>();
        piece.put("index", index);
        piece.put(name, Map.of("role", "assistant", "content", text));
        piece.put("finish_reason", finish);
        piece.put(
                "logprobs",
                Map.of(
                        "content",
                        tokens.stream()
                                .map(token -> Map.of(
                                        "token",
                                        token.text(),
                                        "logprob",
                                        token.logProb(),
                                        "top_logprobs",
                                        List.of(Map.of("token", token.text(), "logprob", token.logProb()))))
                                .toList()));
        return piece;
    }

    private static String text(Ruled.Token token) {
        return token.text().equals("<|end|>") ? "" : token.text();
    }

    /// The repeated turn's tokens, if the server lists them: three characters each.
    private List<Ruled.Token> listed(String head) {
        var tokens = new ArrayList<Ruled.Token>();
        for (int at = 0; lists && at < head.length(); at += 3)
            tokens.add(new Ruled.Token(head.substring(at, Math.min(head.length(), at + 3)), -9));
        return tokens;
    }

    private Map<String, Object> counts(JsonNode body, List<Ruled.Choice> choices, String head) {
        return Map.of(
                "prompt_tokens",
                body.path("messages").toString().length(),
                "completion_tokens",
                choices.stream()
                        .mapToInt(
                                choice -> choice.tokens().size() + listed(head).size())
                        .sum());
    }
}
