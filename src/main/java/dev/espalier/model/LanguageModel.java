package dev.espalier.model;

import dev.espalier.EspalierException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;

/// Port to a policy. Implementations batch the requests of all searches; any thread may call.
public interface LanguageModel extends AutoCloseable {

    ModelCard card();

    /// Whether it can answer nothing more and has to be opened anew.
    default boolean stopped() {
        return false;
    }

    /// Continues a path. The future fails with [EspalierException]; cancelling it frees its place in the batch.
    /// The result depends on the request alone, never on what else is in the batch.
    CompletableFuture<Result.Sampled> generate(Call call);

    /// The k most probable next tokens of a path, the most probable first, by the distribution before temperature and top-p.
    /// What ends the text counts as a token.
    ///
    /// @param begun the beginning of the next step, behind the path; [Step.Text#EMPTY] for none
    /// @param k     at most; fewer come where the vocabulary is smaller, none where the context ends
    /// @throws EspalierException where this policy cannot tell them
    default CompletableFuture<Result.NextTokens> nextTokens(Call call, Step begun, int k) {
        throw new EspalierException("The policy " + card().name() + " does not tell the probabilities of its next tokens; choose a strategy that needs none.");
    }

    /// The tokens of a text that a person wrote in the middle of a path.
    ///
    /// @throws EspalierException where this policy takes no text
    default int[] tokens(String text) {
        throw new EspalierException("The policy " + card().name() + " has no tokenizer of its own here, so no step can be edited for it.");
    }

    /// The same text in the tokens that this policy reads it in, which need not be those that it was written in: how the toolkit goes on with
    /// a path (parity mode). A policy that is sent text has nothing to do.
    ///
    /// @throws EspalierException where this policy takes no text
    default List<Step> reread(List<Step> path) {
        var text = Step.text(path);
        if (text.isEmpty()) return List.of();
        var tokens = tokens(text);
        return List.of(Step.of(text, tokens, new float[tokens.length]));
    }

    @Override
    void close();

    /// @param prompt     what the policy is asked
    /// @param path       the steps so far
    /// @param stopAtStep stop at the next separator (kept in the text), else at the end of the text
    /// @param generation temperature, top-p, separator, system prompt; its maxNewTokens is that of the whole path, in parity mode of a step
    /// @param maxNewTokens of this call
    /// @param key        names the random numbers of this call
    /// @param executed   is told how many tokens really went through the model for this call; a policy that cannot know leaves it as it is
    record Call(Prompt prompt, List<Step> path, boolean stopAtStep, Generation generation, int maxNewTokens, SampleKey key, LongAdder executed) {
        public Call(Prompt prompt, List<Step> path, boolean stopAtStep, Generation generation, int maxNewTokens, SampleKey key) {
            this(prompt, path, stopAtStep, generation, maxNewTokens, key, new LongAdder());
        }

        /// Of a prompt that is one text.
        public Call(String prompt, List<Step> path, boolean stopAtStep, Generation generation, int maxNewTokens, SampleKey key) {
            this(Prompt.of(prompt), path, stopAtStep, generation, maxNewTokens, key);
        }
    }
}
