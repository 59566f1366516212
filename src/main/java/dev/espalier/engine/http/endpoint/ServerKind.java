package dev.espalier.engine.http.endpoint;

import dev.espalier.model.Generation;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A kind of server: the request fields that it needs beyond those of every OpenAI-compatible server. A new kind is one
/// class and one line (docs/how-to-add-a-server-kind.md). Stateless. docs/endpoints.md names the sources.
public interface ServerKind {
    /// The name in an endpoint's file: lower case.
    String word();

    /// Whether an entry of `/v1/models` is from a server of this kind.
    ///
    /// @param owner the entry's `owned_by`, "" if it has none
    boolean recognises(String owner);

    /// Sets how the server samples: temperature, then top-k and min-p, then top-p, as local models do, and nothing
    /// else. Servers otherwise add top-k, min-p and penalties of the model's or their own.
    ///
    /// @param body the request; has temperature and top-p already
    /// @throws dev.espalier.EspalierException if the server would silently ignore a setting
    void sampling(ObjectNode body, Generation generation);

    /// Whether the server may not know a field that [#sampling] sets, so that a refusal may be due to it.
    default boolean mayNotKnow(Generation generation) {
        return false;
    }

    /// Whether the server can keep the stop text in its answer. Others strip it and do not say whether the text
    /// ended there.
    default boolean keepsStop() {
        return false;
    }

    /// Asks for an answer that keeps the stop text, and for token ids.
    default void exactOutput(ObjectNode body) {}

    /// Whether `/v1/completions` takes token ids as the prompt and returns ids with the answer.
    default boolean acceptsTokenIds() {
        return false;
    }

    /// Whether token ids are used if the endpoint's file names no API.
    default boolean prefersTokenIds() {
        return false;
    }

    /// Whether the server puts the begin-of-text token in front of a prompt even if the request asks for no special
    /// tokens.
    default boolean addsBeginOfText() {
        return true;
    }

    /// Asks that no special tokens are added to a prompt that has them already.
    default void withoutSpecialTokens(ObjectNode body) {}

    /// Asks that the last message, which is the assistant's, is continued.
    default void continuation(ObjectNode body) {}

    /// The route beside the API that renders messages in the model's own template and returns the text as `prompt`,
    /// empty if there is none. With one, a path is continued as text behind that prompt unless the endpoint's file
    /// names another API or a chat format.
    default Optional<String> templateRoute() {
        return Optional.empty();
    }

    /// A request to `/tokenize` for a text's ids: special tokens in the text count as such, none are added.
    default ObjectNode tokenize(String model, String text) {
        return JsonMapper.shared()
                .createObjectNode()
                .put("model", model)
                .put("prompt", text)
                .put("add_special_tokens", false);
    }

    /// The field of `/classify` that has the texts.
    default String classifiedField() {
        return "input";
    }

    /// Why a policy cannot use an API of this server and what to do, empty if it can.
    default Optional<String> refusal(Endpoint.Api api) {
        return Optional.empty();
    }
}
