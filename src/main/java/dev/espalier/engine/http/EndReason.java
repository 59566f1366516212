package dev.espalier.engine.http;

import java.util.Locale;
import java.util.Set;

/// What a server's finish reason means for a path. Servers spell the reasons differently; case, separators and a prefix
/// such as `FinishReason.` do not count. docs/endpoints.md names the sources.
enum EndReason {
    /// The model ended its text.
    STOP,
    /// No more tokens were allowed.
    LENGTH,
    /// The server withheld the text, or what it sent of it does not count.
    WITHHELD,
    /// The server could not finish: ask again.
    BROKEN,
    /// Any other reason: the text so far stays, the path ends.
    OTHER;

    private static final Set<String> ENDED = Set.of(
            "stop",
            "stopped",
            "eos",
            "eostoken",
            "eosfound",
            "eod",
            "eot",
            "end",
            "endturn",
            "endofturn",
            "endoftext",
            "endofsequence",
            "stopsequence",
            "stopsequences",
            "stopstr",
            "stopstring",
            "stoptoken",
            "stoptokenid",
            "stopword",
            "stopcriteria",
            "stoppedeos",
            "stoppedword",
            "complete",
            "completed",
            "completion",
            "finish",
            "finished",
            "done",
            "normal",
            "natural",
            "success");
    private static final Set<String> CUT = Set.of(
            "length",
            "lengthlimit",
            "limit",
            "maxlength",
            "maxtoken",
            "maxtokens",
            "maxtokensreached",
            "maxnewtokens",
            "maxoutputtokens",
            "maxcompletiontokens",
            "maxcontext",
            "maxcontextlength",
            "modellength",
            "modelcontextwindowexceeded",
            "contextlength",
            "contextlengthexceeded",
            "contextlimit",
            "contextwindowexceeded",
            "contextfull",
            "errorlimit",
            "stoppedlimit",
            "tokenlimit",
            "tokenlimitreached",
            "toolong",
            "truncated",
            "incomplete");
    private static final Set<String> BROKEN_OFF = Set.of(
            "abort",
            "aborted",
            "error",
            "cancel",
            "cancelled",
            "canceled",
            "timeout",
            "internalerror",
            "servererror",
            "networkerror",
            "insufficientsystemresource");
    private static final Set<String> FILTERS = Set.of(
            "safety", "recitation", "blocklist", "blocked", "prohibited", "spii", "sensitive", "refusal", "guardrail");

    /// @param reason the server's word, not ""
    static EndReason of(String reason) {
        var word = reason.toLowerCase(Locale.ROOT)
                .replaceFirst("^finish_?reason[._:]*", "")
                .replaceAll("[^a-z0-9]", "");
        if (ENDED.contains(word)) return STOP;
        if (CUT.contains(word)) return LENGTH;
        if (BROKEN_OFF.contains(word)) return BROKEN;
        return word.contains("filter")
                        || word.contains("toxic")
                        || FILTERS.stream().anyMatch(word::contains)
                ? WITHHELD
                : OTHER;
    }
}
