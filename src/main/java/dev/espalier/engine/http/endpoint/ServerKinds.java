package dev.espalier.engine.http.endpoint;

import dev.espalier.EspalierException;
import dev.espalier.model.Generation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// All kinds of servers. A new one is a line here, or a line in a
/// `META-INF/services/dev.espalier.engine.http.endpoint.ServerKind` on the class path.
public final class ServerKinds {
    public static final ServerKind VLLM = new Vllm();
    public static final ServerKind SGLANG = new Sglang();
    public static final ServerKind LLAMA_CPP = new LlamaCpp();
    public static final ServerKind OLLAMA = new Ollama();
    /// Any other server: only what every OpenAI-compatible server takes.
    public static final ServerKind OPENAI = new OpenAi();

    private static final List<ServerKind> ALL = all();

    private ServerKinds() {}

    private static List<ServerKind> all() {
        var all = new ArrayList<ServerKind>();
        for (var further : ServiceLoader.load(ServerKind.class)) all.add(further);
        all.addAll(List.of(VLLM, SGLANG, LLAMA_CPP, OLLAMA, OPENAI));
        return List.copyOf(all);
    }

    public static List<ServerKind> list() {
        return ALL;
    }

    /// The first kind that recognises a model's `owned_by`, [#OPENAI] if none does.
    public static ServerKind of(String owner) {
        return ALL.stream().filter(kind -> kind.recognises(owner)).findFirst().orElse(OPENAI);
    }

    private static boolean cuts(Generation generation) {
        return generation.topK() > 0 || generation.minP() > 0;
    }

    private static final class Vllm implements ServerKind {
        @Override
        public String word() {
            return "vllm";
        }

        @Override
        public boolean recognises(String owner) {
            return owner.equals("vllm");
        }

        @Override
        public void sampling(ObjectNode body, Generation generation) {
            body.put("top_k", generation.topK() > 0 ? generation.topK() : -1)
                    .put("min_p", generation.minP())
                    .put("repetition_penalty", 1);
        }

        @Override
        public boolean keepsStop() {
            return true;
        }

        @Override
        public void exactOutput(ObjectNode body) {
            body.put("include_stop_str_in_output", true).put("return_token_ids", true);
        }

        @Override
        public boolean acceptsTokenIds() {
            return true;
        }

        @Override
        public boolean prefersTokenIds() {
            return true;
        }

        @Override
        public boolean addsBeginOfText() {
            return false;
        }

        @Override
        public void withoutSpecialTokens(ObjectNode body) {
            body.put("add_special_tokens", false);
        }

        @Override
        public void continuation(ObjectNode body) {
            body.put("continue_final_message", true).put("add_generation_prompt", false);
        }
    }

    private static final class Sglang implements ServerKind {
        @Override
        public String word() {
            return "sglang";
        }

        @Override
        public boolean recognises(String owner) {
            return owner.equals("sglang");
        }

        @Override
        public void sampling(ObjectNode body, Generation generation) {
            VLLM.sampling(body, generation);
        }

        @Override
        public boolean keepsStop() {
            return true;
        }

        @Override
        public void exactOutput(ObjectNode body) {
            body.put("no_stop_trim", true).put("return_token_ids", true);
        }

        @Override
        public boolean acceptsTokenIds() {
            return true;
        }

        @Override
        public void continuation(ObjectNode body) {
            body.put("continue_final_message", true);
        }

        @Override
        public String classifiedField() {
            return "text";
        }
    }

    private static final class LlamaCpp implements ServerKind {
        @Override
        public String word() {
            return "llama.cpp";
        }

        @Override
        public boolean recognises(String owner) {
            return owner.equals("llamacpp");
        }

        /// llama.cpp otherwise cuts before it applies the temperature.
        @Override
        public void sampling(ObjectNode body, Generation generation) {
            body.put("top_k", generation.topK()).put("min_p", generation.minP()).put("repeat_penalty", 1);
            for (var step : List.of("temperature", "top_k", "min_p", "top_p"))
                body.withArray("samplers").add(step);
        }

        @Override
        public Optional<String> templateRoute() {
            return Optional.of("apply-template");
        }

        @Override
        public ObjectNode tokenize(String model, String text) {
            return JsonMapper.shared()
                    .createObjectNode()
                    .put("content", text)
                    .put("add_special", false)
                    .put("parse_special", true);
        }
    }

    private static final class Ollama implements ServerKind {
        @Override
        public String word() {
            return "ollama";
        }

        @Override
        public boolean recognises(String owner) {
            return owner.equals("library");
        }

        @Override
        public void sampling(ObjectNode body, Generation generation) {
            if (cuts(generation))
                throw new EspalierException(
                        "Ollama takes no top-k and no min-p over its OpenAI-compatible API; set both to 0 here, and PARAMETER top_k or min_p in the model's Modelfile.");
        }

        @Override
        public Optional<String> refusal(Endpoint.Api api) {
            return api != Endpoint.Api.COMPLETIONS
                    ? Optional.empty()
                    : Optional.of(
                            "Ollama puts prompts of /v1/completions through the model's template, so a path cannot be continued with them; set \"api\": \"chat\"");
        }
    }

    private static final class OpenAi implements ServerKind {
        @Override
        public String word() {
            return "openai";
        }

        @Override
        public boolean recognises(String owner) {
            return false;
        }

        /// OpenAI's API has neither top-k nor min-p; compatible servers may have them.
        @Override
        public void sampling(ObjectNode body, Generation generation) {
            if (generation.topK() > 0) body.put("top_k", generation.topK());
            if (generation.minP() > 0) body.put("min_p", generation.minP());
        }

        @Override
        public boolean mayNotKnow(Generation generation) {
            return cuts(generation);
        }
    }
}
