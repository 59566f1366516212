package dev.espalier.engine.http;

import dev.espalier.engine.http.wire.Failure;
import dev.espalier.model.LanguageModel;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What to do about a request that a server refuses: the line of the endpoint's file, or the option, that changes it.
final class RequestAdvice {
    private static final Pattern PREFILL = Pattern.compile(
            "prefill|enable_thinking|continue_final_message|add_generation_prompt|(?:last|final) (?:message|role|assistant)"
                    + "|assistant (?:message|response|turn|role)|must end with|end with a user|last role|roles? must alternate"
                    + "|alternating|trailing whitespace|substring not found|expected last");
    private static final Pattern SYSTEM = Pattern.compile(
            "system (?:role|message|prompt|instruction)s? (?:is |are )?(?:not|un)|(?:not|n't) support (?:the )?system|developer instruction"
                    + "|roles? ['\"`]?system['\"`]? (?:is |are )?(?:not|un)|(?:unsupported|invalid|unknown) (?:role|value)s?:? ['\"`]?system\\b");
    private static final Set<String> SAMPLING = Set.of("temperature", "top_p", "top_k", "min_p");

    private RequestAdvice() {}

    /// Adds the advice to the refusal of a request; returns other failures unchanged.
    ///
    /// @param body what was sent
    static Failure on(Failure failure, RequestBuilder requests, ObjectNode body, LanguageModel.Call call) {
        if (failure.kind != Failure.Kind.FINAL || failure.said.isEmpty() || failure.locked() || failure.status == 404)
            return failure;
        var said = failure.said.toLowerCase(Locale.ROOT);
        var extra = requests.endpoint().extra();
        if (!call.path().isEmpty() && PREFILL.matcher(said).find())
            return failure.advising(
                    "the server does not continue an unfinished turn: set \"extra\": {\"chat_template_kwargs\": {\"enable_thinking\": false}} in the endpoint's file if the model thinks, or \"api\": \"completions\" with the model's \"chat\" format");
        if (SYSTEM.matcher(said).find())
            return failure.advising("give no system prompt: \"system_prompt\": \"\" in the endpoint's file");
        for (var name : RefusedFields.named(failure, body)) {
            if (!extra.isEmpty() && JsonMapper.shared().readTree(extra).has(name))
                return failure.advising("remove \"%s\" from \"extra\" in the endpoint's file".formatted(name));
            if (SAMPLING.contains(name))
                return failure.advising(
                        "change that sampling setting (top-k and min-p 0 and temperature and top-p 1 can be left out), or leave the field out with \"extra\": {\"%s\": null} in the endpoint's file: then the server's own value counts"
                                .formatted(name));
            if (!Set.of("model", "messages", "prompt").contains(name))
                return failure.advising(
                        "leave the field out with \"extra\": {\"%s\": null} in the endpoint's file".formatted(name));
        }
        if (requests.server().mayNotKnow(call.generation()))
            return failure.advising("it may not support top-k or min-p (0 omits them)");
        return failure.status == 400 || failure.status == 422
                ? failure.advising(
                        "check the endpoint's file and the server's settings (\"extra\": {\"FIELD\": null} leaves a field out)")
                : failure;
    }

    /// The problem itself, or the number of tokens to generate, does not fit the server.
    static Failure onContext(Failure failure) {
        return failure.advising(
                "lower the token limit of a solution (--max-new-tokens, \"max_new_tokens\" in the endpoint's file), shorten the problem, or start the server with a longer context");
    }
}
