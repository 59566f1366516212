package dev.espalier.engine.http;

import dev.espalier.engine.http.endpoint.Endpoint;
import dev.espalier.engine.http.wire.Failure;
import dev.espalier.engine.http.wire.HttpTransport;
import dev.espalier.model.Generation;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.SampleKey;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;

/// Prompts in the model's own template, which the server renders without generating: they are continued exactly, as
/// text. Remembers each prompt. Thread-safe.
final class ServerTemplate {
    private static final LanguageModel.Call PROBE = new LanguageModel.Call(
            "What is $17 + 5$?", List.of(), false, Generation.DEFAULT, 1, SampleKey.of(0, "template", List.of()));

    private final RequestBuilder requests;
    private final Map<List<String>, String> prompts = new ConcurrentHashMap<>();

    ServerTemplate(RequestBuilder requests) {
        this.requests = requests;
    }

    /// Whether the servers render prompts and the endpoint asks for text or leaves the choice of API to Espalier. A
    /// server that does not answer now counts as one that does.
    static boolean isAvailable(RequestBuilder requests, List<URI> urls, HttpTransport transport)
            throws InterruptedException {
        var endpoint = requests.endpoint();
        boolean mayBeText = endpoint.api() == null || endpoint.api() == Endpoint.Api.COMPLETIONS;
        if (!mayBeText
                || endpoint.chat() != null
                || requests.server().templateRoute().isEmpty()) return false;
        for (var url : urls) {
            try {
                if (!render(requests, url, PROBE, transport)
                        .asString("")
                        .contains(PROBE.prompt().text())) return false;
            } catch (Failure failure) {
                if (failure.kind == Failure.Kind.FINAL) return false;
            }
        }
        return true;
    }

    /// The prompt of a call, without its path.
    String prompt(URI url, LanguageModel.Call call, HttpTransport transport) throws Failure, InterruptedException {
        var question = List.of(call.prompt().text(), call.generation().systemPrompt());
        var known = prompts.get(question);
        if (known != null) return known;
        var prompt = render(requests, url, call, transport);
        if (!prompt.isString() || prompt.asString().isEmpty())
            throw new Failure(
                    Failure.Kind.FINAL, "renders no prompt in the model's template; set \"api\": \"chat\" in its file");
        prompts.put(question, prompt.asString());
        return prompt.asString();
    }

    private static JsonNode render(RequestBuilder requests, URI url, LanguageModel.Call call, HttpTransport transport)
            throws Failure, InterruptedException {
        var route = requests.server().templateRoute().orElseThrow();
        return transport
                .post(Endpoint.beside(url, route), requests.messages(call))
                .path("prompt");
    }
}
