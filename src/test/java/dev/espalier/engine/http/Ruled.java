package dev.espalier.engine.http;

import dev.espalier.engine.http.FakeServer.Request;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// A policy that answers `/v1/completions` by rule: its text is a function of prompt and seed alone. Options omit or
/// spoil parts of the answer.
///
/// @param keepsStop keeps the stop text in the answer
/// @param namesStop reports the stop text in `stop_reason`
/// @param logProbs  reports tokens
/// @param usage     reports counts
/// @param streams   streams on request
public record Ruled(boolean keepsStop, boolean namesStop, boolean logProbs, boolean usage, boolean streams) {
    public static final Ruled VLLM = new Ruled(true, true, true, true, true);
    static final String TEMPLATE = "Q: {problem}\nA: ";

    private static final Pattern STEP = Pattern.compile("\n\n");

    record Token(String text, double logProb) {}

    /// The tokens of one continuation, with the end token if the text ends.
    static List<Token> tokens(String prompt, long seed, boolean greedy) {
        var random = new SplittableRandom(prompt.hashCode() * 31L + (greedy ? 0 : seed));
        int depth = (int) STEP.matcher(prompt).results().count();
        var tokens = new ArrayList<Token>();
        while (true) {
            depth++;
            boolean last = depth >= 2 + random.nextInt(4);
            var texts = last
                    ? List.of("Therefore", " $\\boxed{" + random.nextInt(7) + "}$.", "<|end|>")
                    : List.of("## Step " + depth, ": é" + random.nextInt(1000), ".\n\n");
            for (var text : texts) tokens.add(new Token(text, -random.nextDouble()));
            if (last) return tokens;
        }
    }

    /// Answers one request.
    public void answer(Request request) throws IOException {
        var choices = choices(request.body(), request.body().path("n").asInt(1));
        if (streams && request.body().path("stream").asBoolean(false))
            request.stream(pieces(request.body(), choices), true);
        else request.json(200, whole(request.body(), choices));
    }

    record Choice(List<Token> tokens, String text, String finish, Object stopped) {}

    List<Choice> choices(JsonNode body, int count) {
        var all = new ArrayList<Choice>();
        for (int i = 0; i < count; i++) all.add(choice(body, body.path("seed").asLong() + i));
        return all;
    }

    private Choice choice(JsonNode body, long seed) {
        var stop = body.path("stop").path(0).asString("");
        var taken = new ArrayList<Token>();
        var text = new StringBuilder();
        for (var token : tokens(
                body.path("prompt").asString(), seed, body.path("temperature").asDouble() == 0)) {
            taken.add(token);
            if (token.text.equals("<|end|>")) return new Choice(taken, text.toString(), "stop", null);
            text.append(token.text);
            int at = stop.isEmpty() ? -1 : text.indexOf(stop);
            if (at >= 0)
                return new Choice(
                        taken,
                        text.substring(0, at + (keepsStop ? stop.length() : 0)),
                        "stop",
                        namesStop ? stop : null);
            if (taken.size() == body.path("max_tokens").asInt(Integer.MAX_VALUE))
                return new Choice(taken, text.toString(), "length", null);
        }
        throw new IllegalStateException("every continuation ends");
    }

    Map<String, Object> whole(JsonNode body, List<Choice> choices) {
        var given = new ArrayList<Map<String, Object>>();
        for (int i = 0; i < choices.size(); i++)
            given.add(piece(i, choices.get(i).text, choices.get(i).tokens, choices.get(i)));
        var document = new HashMap<String, Object>(Map.of("object", "text_completion", "choices", given));
        if (usage) document.put("usage", counts(body, choices));
        return document;
    }

    /// One piece per token of the visible text, alternating between choices, each end with its last piece; then the
    /// counts.
    List<Map<String, Object>> pieces(JsonNode body, List<Choice> choices) {
        var pieces = new ArrayList<Map<String, Object>>();
        for (int i = 0; i < choices.size(); i++) {
            var choice = choices.get(i);
            int from = 0;
            for (int t = 0; t < choice.tokens.size(); t++) {
                var token = choice.tokens.get(t);
                int to = Math.min(choice.text.length(), from + token.text.length());
                pieces.add(Map.of(
                        "choices",
                        List.of(piece(
                                i,
                                choice.text.substring(from, to),
                                List.of(token),
                                t == choice.tokens.size() - 1 ? choice : null))));
                from = to;
            }
        }
        if (usage) pieces.add(Map.of("choices", List.of(), "usage", counts(body, choices)));
        return pieces;
    }

    private Map<String, Object> piece(int index, String text, List<Token> tokens, Choice end) {
        var piece = new HashMap<String, Object>();
        piece.put("index", index);
        piece.put("text", text);
        piece.put("finish_reason", end == null ? null : end.finish);
        if (end != null && namesStop) piece.put("stop_reason", end.stopped);
        if (logProbs)
            piece.put(
                    "logprobs",
                    Map.of(
                            "tokens",
                            tokens.stream().map(Token::text).toList(),
                            "token_logprobs",
                            tokens.stream().map(Token::logProb).toList()));
        return piece;
    }

    private static Map<String, Object> counts(JsonNode body, List<Choice> choices) {
        return Map.of(
                "prompt_tokens",
                body.path("prompt").asString().length(),
                "completion_tokens",
                choices.stream().mapToInt(choice -> choice.tokens.size()).sum());
    }
}
