package dev.espalier.engine.http;

import dev.espalier.engine.http.endpoint.Endpoint;
import dev.espalier.engine.http.endpoint.ServerKind;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.Step;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Builds requests for calls, in the dialect of one kind of server.
///
/// @param cut whether Espalier finds the end of a step itself
record RequestBuilder(Endpoint endpoint, ServerKind server, Endpoint.Api api, String model, boolean cut) {
    private static final Pattern BEGIN = Pattern.compile("^(<\\|begin_of_text\\|>|<bos>|<s>)");

    static RequestBuilder of(Endpoint endpoint, ServerProbe probe) {
        var api = endpoint.api() != null
                ? endpoint.api()
                : probe.server().prefersTokenIds()
                        ? Endpoint.Api.TOKENS
                        : endpoint.chat() == null ? Endpoint.Api.CHAT : Endpoint.Api.COMPLETIONS;
        boolean cut = switch (endpoint.stop()) {
            case CUT -> true;
            case SERVER -> false;
            case AUTO -> !probe.server().keepsStop();
        };
        return new RequestBuilder(endpoint, probe.server(), api, probe.model(), cut);
    }

    /// Sends text behind prompts that the server renders.
    RequestBuilder withServerTemplate() {
        return new RequestBuilder(endpoint, server, Endpoint.Api.COMPLETIONS, model, cut);
    }

    /// Whether the server renders prompts in the model's own template.
    boolean usesServerTemplate() {
        return api == Endpoint.Api.COMPLETIONS && endpoint.chat() == null;
    }

    /// How problems become prompts, for run cards.
    String prompts() {
        if (endpoint.chat() != null && api != Endpoint.Api.CHAT)
            return "chat format " + endpoint.chat().name();
        return api == Endpoint.Api.CHAT
                ? "messages, which the server renders"
                : "the model's own chat template, by the server";
    }

    /// The API's path, relative to the endpoint's address.
    String route() {
        return api == Endpoint.Api.CHAT ? "chat/completions" : "completions";
    }

    /// The part of the body that identifies a path.
    ///
    /// @param promptIds the prompt's ids, for [Endpoint.Api#TOKENS]
    /// @param prompt    the prompt's text, for [Endpoint.Api#COMPLETIONS]
    ObjectNode prompt(LanguageModel.Call call, int[] promptIds, String prompt) {
        var body = JsonMapper.shared().createObjectNode().put("model", model);
        var said = call.path().stream().map(Step::text).collect(Collectors.joining());
        switch (api) {
            case TOKENS -> {
                var ids = body.putArray("prompt");
                for (int id : promptIds) ids.add(id);
                for (var step : call.path()) for (int id : step.tokens()) ids.add(id);
            }
            case COMPLETIONS -> {
                body.put("prompt", prompt + said);
                // The chat format contains the special tokens.
                server.withoutSpecialTokens(body);
            }
            case CHAT -> {
                messages(body, call);
                if (!said.isEmpty()) {
                    body.withArray("messages")
                            .addObject()
                            .put("role", "assistant")
                            .put("content", said);
                    server.continuation(body);
                }
            }
        }
        return body;
    }

    /// Adds the fields of a sample to a prompt.
    ObjectNode sample(ObjectNode prompt, LanguageModel.Call call, int maxNewTokens, long seed, int n) {
        var body = prompt.deepCopy().put("max_tokens", maxNewTokens).put("seed", seed);
        if (n > 1) body.put("n", n);
        if (call.stopAtStep() && !cut)
            body.putArray("stop").add(call.generation().separator());
        server.exactOutput(body);
        body.put("temperature", call.generation().temperature())
                .put("top_p", call.generation().topP());
        server.sampling(body, call.generation());
        if (api == Endpoint.Api.CHAT) body.put("logprobs", true);
        else body.put("logprobs", 1);
        if (endpoint.stream()) {
            body.put("stream", true);
            body.putObject("stream_options").put("include_usage", true);
        }
        return extra(body);
    }

    /// Adds the user's extra fields to a request; null removes a field.
    ObjectNode extra(ObjectNode body) {
        if (endpoint.extra().isEmpty()) return body;
        JsonMapper.shared().readTree(endpoint.extra()).forEachEntry((name, value) -> {
            if (value.isNull()) body.remove(name);
            else body.set(name, value);
        });
        return body;
    }

    /// Requests the most probable next tokens: samples one token and lists k.
    ObjectNode next(ObjectNode prompt, int k) {
        var body = prompt.deepCopy().put("max_tokens", 1).put("temperature", 0);
        // A text alone does not identify its token. The ids are detokenized separately.
        if (api == Endpoint.Api.TOKENS) body.put("return_tokens_as_token_ids", true);
        if (api == Endpoint.Api.CHAT) body.put("logprobs", true).put("top_logprobs", k);
        else body.put("logprobs", k);
        return extra(body);
    }

    /// The messages of a prompt, with the user's extra fields, of which a template may use some.
    ObjectNode messages(LanguageModel.Call call) {
        return extra(messages(JsonMapper.shared().createObjectNode().put("model", model), call));
    }

    /// Requests a prompt's ids: in the model's own template, which vLLM applies, or in the endpoint's.
    ObjectNode tokenize(LanguageModel.Call call) {
        var body = JsonMapper.shared().createObjectNode();
        if (endpoint.chat() == null) return messages(body.put("model", model).put("add_generation_prompt", true), call);
        return tokenize(
                endpoint.chat().render(call.prompt().text(), call.generation().systemPrompt()));
    }

    /// Requests a text's ids: special tokens in the text count, none are added.
    ObjectNode tokenize(String text) {
        return server.tokenize(model, text);
    }

    private static ObjectNode messages(ObjectNode body, LanguageModel.Call call) {
        var messages = body.putArray("messages");
        if (!call.generation().systemPrompt().isEmpty())
            messages.addObject()
                    .put("role", "system")
                    .put("content", call.generation().systemPrompt());
        messages.addObject().put("role", "user").put("content", call.prompt().text());
        return body;
    }

    /// The prompt in the model's chat format, without a begin-of-text token if the server adds one.
    String rendered(String problem, String system) {
        if (endpoint.chat() == null) throw new IllegalStateException("checked when the endpoint was opened");
        var text = endpoint.chat().render(problem, system);
        return server.addsBeginOfText() ? BEGIN.matcher(text).replaceFirst("") : text;
    }

    /// The number of characters of the prompt with the path, without additions by a server's template.
    long characters(LanguageModel.Call call) {
        int format = endpoint.chat() == null ? 0 : endpoint.chat().prompt().length();
        return format
                + call.generation().systemPrompt().length()
                + call.prompt().text().length()
                + call.path().stream().mapToLong(step -> step.text().length()).sum();
    }
}
