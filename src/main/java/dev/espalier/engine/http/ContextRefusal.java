package dev.espalier.engine.http;

import dev.espalier.engine.http.wire.Failure;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;

/// A server's refusal of a request that is too long for it. Servers report it in their own words and with different
/// statuses; docs/endpoints.md lists whose words are known.
///
/// @param fits the number of new tokens that the server would accept by its own numbers; empty if it does not say it
record ContextRefusal(OptionalInt fits) {
    private static final int TOO_LARGE = 413;
    /// Statuses of a server that may take the same request later.
    private static final Set<Integer> LATER = Set.of(408, 425, 429, 502, 503, 504, 529);
    /// Names of the error, in a code or a type.
    private static final Pattern NAMED =
            Pattern.compile("context_length_exceeded|exceed_context_size|contextwindowexceeded|context_window_exceeded"
                    + "|request_too_large|max_context_length|input_too_long|prompt_too_long|string_above_max_length");
    private static final Pattern TOO_LONG = Pattern.compile(
            "exceed|maximum|\\bmax\\b|longer|too (?:long|large|many|big)|over(?:flow)|only|at most|up to|limited|limit of"
                    + "|not enough|reached|greater|larger|shorten|reduce|shorter|<=|disabled|not fit|no room|out of");
    /// A context, in a sentence that says that something exceeds it.
    private static final Pattern CONTEXT = Pattern.compile(
            "context[\\s_-]*(?:length|window|size|limit|budget|shift|overflow|the overflow)|\\bn_ctx\\b|\\bctx[\\s_-]?(?:len|size)"
                    + "|max_model_len|max_seq(?:uence)?_len|max_num_tokens|max_position_embeddings|max_total_tokens"
                    + "|kv[\\s_-]?cache|(?:model|sequence|prompt|input|inputs?`?)(?: token)?[\\s_]length|token limit|input token count"
                    + "|number of (?:input |prompt )?tokens|tokens? (?:count|allowed)|length limit|physical batch size");
    /// An input that is said to be too long.
    private static final Pattern INPUT = Pattern.compile(
            "(?:input|inputs|`inputs`|prompt|sequence|text|conversation|messages?|payload|request|content)\\b[^.{}]{0,60}?"
                    + "(?:too (?:long|large|big|many tokens)|must have less than|longer than|exceeds? (?:the )?(?:max|limit|context|model|token))"
                    + "|too many (?:input |prompt |total )?tokens|`inputs` tokens \\+ `max_new_tokens`|range of input length"
                    + "|exceeds? (?:the )?max(?:imum)?[\\s_-]*(?:input|prompt|context|sequence|model|total)?[\\s_-]*(?:length|tokens|size)");
    private static final Pattern LIMIT_OF_NEW = Pattern.compile(
            "(?:supports? (?:at most|up to)|at most|maximum (?:is|of)?) (\\d+) (?:completion|output|new) tokens"
                    + "|(?<!\\+ `)(?<!\\+ )max_(?:new_|completion_|output_)?tokens[`'\"]?:? (?:must be|should be|cannot be|has to be)"
                    + " (?:<=|less than or equal to|at most|no more than|greater than|larger than|more than) (\\d+)"
                    + "|max_tokens: \\d+ > (\\d+)");
    private static final List<Pattern> LIMITS = patterns(
            "(?:context|model|sequence|prompt)(?:'s)?(?: maximum)? (?:length|window|size)(?: \\(max_model_len\\))?"
                    + "(?: (?:of|is|is only|limit of|limit is)| ?[:=]|) ?(?:only )?\\(?(\\d+)",
            "n_ctx\\W{1,4}(\\d+)",
            "must be <= (\\d+)",
            "limit: \\d+ \\+ \\d+ > (\\d+)",
            "maximum (?:context length|of) (\\d+)");
    private static final List<Pattern> INPUTS = patterns(
            "(\\d+) (?:tokens )?(?:in|from|of) (?:the |your )?(?:input )?(?:messages?|prompt|input|text input)",
            "(?:passed|has|have|contains(?: at least)?|with) (\\d+) (?:input|prompt) tokens",
            "(\\d+) `inputs` tokens",
            "n_prompt_tokens\\W{1,4}(\\d+)",
            "limit: (\\d+) \\+ \\d+ > \\d+",
            "(\\d+) of text input");

    private static List<Pattern> patterns(String... texts) {
        return List.of(texts).stream().map(Pattern::compile).toList();
    }

    /// Empty if the failure has another reason.
    static Optional<ContextRefusal> in(Failure failure) {
        if (failure.kind == Failure.Kind.BUSY
                || failure.kind == Failure.Kind.DOWN
                || failure.locked()
                || LATER.contains(failure.status)) return Optional.empty();
        var said = failure.said.toLowerCase(Locale.ROOT).replaceAll("(?<=\\d),(?=\\d{3})", "");
        // The names of a document's fields are no words of its sentence.
        var sentence = said.replaceAll("\"[\\w-]+\"\\s*:", " ");
        var ofNew = LIMIT_OF_NEW.matcher(said);
        if (ofNew.find())
            for (int group = 1; group <= ofNew.groupCount(); group++)
                if (ofNew.group(group) != null) return Optional.of(new ContextRefusal(number(ofNew.group(group))));
        boolean tooLong = NAMED.matcher(said).find()
                || INPUT.matcher(sentence).find()
                || CONTEXT.matcher(sentence).find()
                        && TOO_LONG.matcher(sentence).find();
        if (!tooLong && failure.status != TOO_LARGE) return Optional.empty();
        var limit = first(LIMITS, said);
        var input = first(INPUTS, said);
        return Optional.of(new ContextRefusal(
                limit.isPresent() && input.isPresent() && limit.getAsInt() > input.getAsInt()
                        ? OptionalInt.of(limit.getAsInt() - input.getAsInt())
                        : OptionalInt.empty()));
    }

    private static OptionalInt first(List<Pattern> patterns, String said) {
        for (var pattern : patterns) {
            var matcher = pattern.matcher(said);
            if (matcher.find()) return number(matcher.group(1));
        }
        return OptionalInt.empty();
    }

    private static OptionalInt number(String digits) {
        return digits.length() > 9 ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(digits));
    }
}
