package dev.espalier.engine.http;

import dev.espalier.engine.http.wire.Failure;
import dev.espalier.model.Result.TokenChoice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// Reads the most probable next tokens from an answer of one token.
final class NextTokens {
    /// How known models write the end of a turn or text. A server says of the sampled token whether it ended the
    /// text, but not of the alternatives.
    private static final Set<String> ENDS = Set.of(
            "",
            "</s>",
            "<eos>",
            "<|end|>",
            "<|endoftext|>",
            "<|end_of_text|>",
            "<|eot_id|>",
            "<|eom_id|>",
            "<|im_end|>",
            "<end_of_turn>");
    private static final String ID = "token_id:";
    private static final Pattern NAMED = Pattern.compile(ID + "\\d{1,9}");

    private NextTokens() {}

    /// Most probable first. Ids without a text have "" for now.
    static List<TokenChoice> read(JsonNode answer, int k) throws Failure {
        var logProbs = answer.path("choices").path(0).path("logprobs");
        var choices = new ArrayList<TokenChoice>();
        // The last entry is the new token: a server may list the repeated turn before it.
        var content = logProbs.path("content");
        for (var entry : content.path(content.size() - 1).path("top_logprobs"))
            choices.add(choice(
                    new String(ResponseAccumulator.bytes(entry), StandardCharsets.UTF_8),
                    Counts.id(entry.path("id")),
                    entry.path("logprob")));
        for (var entry : logProbs.path("top_logprobs").path(0).properties())
            choices.add(choice(entry.getKey(), -1, entry.getValue()));
        choices.removeIf(choice -> Float.isNaN(choice.logProb()));
        if (choices.isEmpty())
            throw new Failure(
                    Failure.Kind.FINAL,
                    "returns no probabilities of next tokens (logprobs); choose a strategy that does not need them");
        choices.sort(Comparator.comparingDouble((TokenChoice choice) -> -choice.logProb())
                .thenComparing(TokenChoice::text));
        return choices.subList(0, Math.min(k, choices.size()));
    }

    private static TokenChoice choice(String token, int id, JsonNode logProb) {
        float number = ResponseAccumulator.number(logProb);
        if (NAMED.matcher(token).matches())
            return new TokenChoice(Integer.parseInt(token.substring(ID.length())), "", number, false);
        return of(id, token, number);
    }

    static TokenChoice of(int id, String text, float logProb) {
        boolean ends = ENDS.contains(text);
        return new TokenChoice(id, ends ? "" : text, logProb, ends);
    }
}
