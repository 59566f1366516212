package dev.espalier.engine.http;

import dev.espalier.engine.http.wire.Failure;
import dev.espalier.io.Notices;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;
import tools.jackson.databind.JsonNode;

/// Checks the token counts that a server reports. An impossible count is ignored, with one warning per endpoint.
final class Counts {
    static final int UNKNOWN = -1;
    /// Maximum number of tokens that a server's chat template adds to a prompt.
    private static final int TEMPLATE = 16_384;
    /// Maximum number of special tokens, which have no text, in an answer.
    private static final int SPECIAL = 16;

    private final String endpoint;
    private final AtomicBoolean said = new AtomicBoolean();

    Counts(String endpoint) {
        this.endpoint = endpoint;
    }

    /// @param most the number of requested tokens
    int generated(JsonNode count, long most) {
        return plausible(count, most + 1, "generated tokens, and " + most + " were requested");
    }

    /// @param characters of the prompt: a token has at least one byte, and a character at most three
    int prompt(JsonNode count, long characters) {
        return plausible(count, most(characters), "tokens of a prompt of " + characters + " characters");
    }

    private int plausible(JsonNode count, long most, String what) {
        if (!count.isNumber()
                || count.isIntegralNumber() && count.canConvertToInt() && count.asInt() >= 0 && count.asInt() <= most)
            return count.isIntegralNumber() ? count.asInt() : UNKNOWN;
        if (said.compareAndSet(false, true)) {
            var shown = count.toString();
            System.getLogger(Notices.LOGGER)
                    .log(
                            Level.WARNING,
                            "The endpoint " + endpoint + " reports "
                                    + (shown.length() > 20 ? "an impossible number of" : shown) + " " + what
                                    + "; Espalier ignores such counts and estimates them from the text.");
        }
        return UNKNOWN;
    }

    private static long most(long characters) {
        return 3 * characters + TEMPLATE;
    }

    /// The ids of a text from `/tokenize`.
    ///
    /// @param characters of the text
    static int[] ids(JsonNode tokens, long characters) throws Failure {
        if (tokens.size() > most(characters))
            throw new Failure(
                    Failure.Kind.FINAL,
                    "returns %d token ids for a text of %d characters".formatted(tokens.size(), characters));
        var ids = new int[tokens.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = id(tokens.path(i));
            if (ids[i] < 0) throw new Failure(Failure.Kind.FINAL, "returns invalid token ids");
        }
        return ids;
    }

    /// Returns -1 for an invalid token id.
    static int id(JsonNode id) {
        return id.isIntegralNumber() && id.canConvertToInt() && id.asInt() >= 0 ? id.asInt() : UNKNOWN;
    }

    /// Whether a text can consist of that many tokens.
    static boolean spells(int tokens, String text) {
        return tokens <= 3L * text.length() + SPECIAL;
    }
}
