package dev.espalier.engine.http.endpoint;

import dev.espalier.EspalierException;
import dev.espalier.model.Generation;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/// The servers whose habits are known; docs/endpoints.md says where from.
public enum ServerKind {
    VLLM("vllm"),
    SGLANG("sglang"),
    LLAMA_CPP("llamacpp"),
    OLLAMA("library"),
    /// Any other: only what every OpenAI-compatible server takes.
    OPENAI("");

    private final String owner;

    ServerKind(String owner) {
        this.owner = owner;
    }

    /// By `owned_by` of the server's list of models.
    public static ServerKind of(String owner) {
        for (var kind : values()) if (!kind.owner.isEmpty() && kind.owner.equals(owner)) return kind;
        return OPENAI;
    }

    /// As in an endpoint's file.
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '.');
    }

    /// Whether it can be told to leave the stop text in what it returns. The others strip it and do not say whether they met it or the text's end.
    public boolean keepsStop() {
        return this == VLLM || this == SGLANG;
    }

    /// Whether prompts of token ids work together with ids in the answers.
    public boolean speaksIds() {
        return this == VLLM || this == SGLANG;
    }

    /// Says how the next token is drawn: by temperature, then top-k and min-p, then top-p, as local models do, and by nothing else. Servers otherwise add a model's or
    /// their own top-k, min-p and penalties, and llama.cpp cuts before it applies the temperature.
    ///
    /// @throws EspalierException where the server would silently leave out what is asked for
    public void sampling(ObjectNode body, Generation generation) {
        body.put("temperature", generation.temperature()).put("top_p", generation.topP());
        switch (this) {
            case VLLM, SGLANG -> body.put("top_k", generation.topK() > 0 ? generation.topK() : -1).put("min_p", generation.minP()).put("repetition_penalty", 1);
            case LLAMA_CPP -> {
                body.put("top_k", generation.topK()).put("min_p", generation.minP()).put("repeat_penalty", 1);
                for (var step : List.of("temperature", "top_k", "min_p", "top_p")) body.withArray("samplers").add(step);
            }
            case OLLAMA -> {
                if (cuts(generation)) throw new EspalierException("Ollama takes no top-k and no min-p over its OpenAI-compatible API; set both to 0 here, and PARAMETER top_k or min_p in the model's Modelfile.");
            }
            case OPENAI -> {
                // OpenAI's API has neither; servers that speak it may.
                if (generation.topK() > 0) body.put("top_k", generation.topK());
                if (generation.minP() > 0) body.put("min_p", generation.minP());
            }
        }
    }

    /// Whether a request holds fields that this server may not know.
    public boolean mayNotKnow(Generation generation) {
        return this == OPENAI && cuts(generation);
    }

    private static boolean cuts(Generation generation) {
        return generation.topK() > 0 || generation.minP() > 0;
    }

    /// Asks that the stop text stays in the answer, and for token ids.
    public void faithfulOutput(ObjectNode body) {
        switch (this) {
            case VLLM -> body.put("include_stop_str_in_output", true).put("return_token_ids", true);
            case SGLANG -> body.put("no_stop_trim", true).put("return_token_ids", true);
            case LLAMA_CPP, OLLAMA, OPENAI -> { }
        }
    }

    /// Asks that the last message, the assistant's, is continued. llama.cpp and Ollama do so by themselves.
    public void continuation(ObjectNode body) {
        switch (this) {
            case VLLM -> body.put("continue_final_message", true).put("add_generation_prompt", false);
            case SGLANG -> body.put("continue_final_message", true);
            case LLAMA_CPP, OLLAMA, OPENAI -> { }
        }
    }
}
