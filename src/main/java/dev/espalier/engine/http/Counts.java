package dev.espalier.engine.http;

import dev.espalier.engine.http.wire.Failure;
import dev.espalier.io.Notices;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;
import tools.jackson.databind.JsonNode;

/// Tells which of a server's counts of tokens can be true. One that cannot counts as unknown; this is said once for an endpoint.
final class Counts {
    static final int UNKNOWN = -1;
    /// Tokens that a server's chat template may add to a prompt.
    private static final int TEMPLATE = 16_384;
    /// Special tokens in an answer have no text.
    private static final int SPECIAL = 16;

    private final String endpoint;
    private final AtomicBoolean said = new AtomicBoolean();

    Counts(String endpoint) {
        this.endpoint = endpoint;
    }

    /// @param most how many were asked for
    int generated(JsonNode count, long most) {
        return believed(count, most + 1, "generated tokens, and " + most + " were asked for");
    }

    /// @param characters of the prompt: a token has at least a byte, and a character three at most
    int prompt(JsonNode count, long characters) {
        return believed(count, most(characters), "tokens of a prompt of " + characters + " characters");
    }

    private int believed(JsonNode count, long most, String what) {
        if (!count.isNumber() || count.isIntegralNumber() && count.canConvertToInt() && count.asInt() >= 0 && count.asInt() <= most) return count.isIntegralNumber() ? count.asInt() : UNKNOWN;
        if (said.compareAndSet(false, true)) {
            var shown = count.toString();
            System.getLogger(Notices.LOGGER).log(Level.WARNING, "The endpoint " + endpoint + " reports " + (shown.length() > 20 ? "an impossible number of" : shown) + " " + what + "; such counts are not used, Espalier estimates them from the text.");
        }
        return UNKNOWN;
    }

    private static long most(long characters) {
        return 3 * characters + TEMPLATE;
    }

    /// The ids of a text, as `/tokenize` gives them.
    ///
    /// @param characters of the text
    static int[] ids(JsonNode tokens, long characters) throws Failure {
        if (tokens.size() > most(characters)) throw new Failure(Failure.Kind.FINAL, "gives %d token ids for a text of %d characters".formatted(tokens.size(), characters));
        var ids = new int[tokens.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = id(tokens.path(i));
            if (ids[i] < 0) throw new Failure(Failure.Kind.FINAL, "gives token ids of a text that are none");
        }
        return ids;
    }

    /// -1 for what is no token id.
    static int id(JsonNode id) {
        return id.isIntegralNumber() && id.canConvertToInt() && id.asInt() >= 0 ? id.asInt() : UNKNOWN;
    }

    /// Whether a text can be made of so many tokens.
    static boolean spells(int tokens, String text) {
        return tokens <= 3L * text.length() + SPECIAL;
    }
}
