package dev.espalier.engine.http;

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
    static ServerKind of(String owner) {
        for (var kind : values()) if (!kind.owner.isEmpty() && kind.owner.equals(owner)) return kind;
        return OPENAI;
    }

    /// As in an endpoint's file.
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '.');
    }

    /// Whether it can be told to leave the stop text in what it returns. The others strip it and do not say whether they met it or the text's end.
    boolean keepsStop() {
        return this == VLLM || this == SGLANG;
    }

    /// Whether prompts of token ids work together with ids in the answers.
    boolean speaksIds() {
        return this == VLLM || this == SGLANG;
    }

    /// Fields that leave the distribution as temperature and top-p make it: servers otherwise add a model's or their own top-k, min-p and penalties.
    void plainSampling(ObjectNode body) {
        switch (this) {
            case VLLM, SGLANG -> body.put("top_k", -1).put("min_p", 0).put("repetition_penalty", 1);
            case LLAMA_CPP -> body.put("top_k", 0).put("min_p", 0).put("repeat_penalty", 1);
            case OLLAMA, OPENAI -> { }
        }
    }

    /// Asks that the stop text stays in the answer, and for token ids.
    void faithfulOutput(ObjectNode body) {
        switch (this) {
            case VLLM -> body.put("include_stop_str_in_output", true).put("return_token_ids", true);
            case SGLANG -> body.put("no_stop_trim", true).put("return_token_ids", true);
            case LLAMA_CPP, OLLAMA, OPENAI -> { }
        }
    }

    /// Asks that the last message, the assistant's, is continued. llama.cpp and Ollama do so by themselves.
    void continuation(ObjectNode body) {
        switch (this) {
            case VLLM -> body.put("continue_final_message", true).put("add_generation_prompt", false);
            case SGLANG -> body.put("continue_final_message", true);
            case LLAMA_CPP, OLLAMA, OPENAI -> { }
        }
    }
}
