package dev.espalier.model;

import dev.espalier.EspalierException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;

/// Port to a policy. Implementations batch the requests of all searches. Thread-safe.
public interface LanguageModel extends AutoCloseable {

    ModelCard card();

    /// Whether the model has stopped for good and must be opened again.
    default boolean stopped() {
        return false;
    }

    /// Continues a path. The future fails with [EspalierException]; cancelling it frees its row in the batch.
    /// The result depends only on the call, not on the rest of the batch.
    CompletableFuture<Result.Sampled> generate(Call call);

    /// The k most probable next tokens of a path, most probable first, by the distribution before temperature and
    /// top-p. End-of-text tokens count as tokens.
    ///
    /// @param partial the unfinished step after the path, [Step.Text#EMPTY] for none
    /// @param k       the maximum; the result is shorter if the vocabulary is smaller, and empty at the end of the
    ///                context
    /// @throws EspalierException if the policy does not return next tokens
    default CompletableFuture<Result.NextTokens> nextTokens(Call call, Step partial, int k) {
        throw new EspalierException("The policy " + card().name()
                + " does not return the probabilities of its next tokens. Choose a strategy that does not need them.");
    }

    /// Tokenizes a text that the user wrote within a path.
    ///
    /// @throws EspalierException if the policy has no tokenizer
    default int[] tokens(String text) {
        throw new EspalierException(
                "The policy " + card().name() + " has no tokenizer, so its steps cannot be edited.");
    }

    /// Joins the path's text and tokenizes it again, as the search-and-learn toolkit does before it continues a
    /// path (parity mode). The tokens can differ from the sampled ones. A policy that receives text returns the
    /// path unchanged.
    ///
    /// @throws EspalierException if the policy has no tokenizer
    default List<Step> reread(List<Step> path) {
        var text = Step.text(path);
        if (text.isEmpty()) return List.of();
        var tokens = tokens(text);
        return List.of(Step.of(text, tokens, new float[tokens.length]));
    }

    @Override
    void close();

    /// @param path         the steps so far
    /// @param stopAtStep   stop after the next separator, which the text keeps; if false, continue to the end of
    ///                     the text
    /// @param generation   sampling settings; their maxNewTokens is the limit of the whole path, in parity mode of
    ///                     a step
    /// @param maxNewTokens token limit of this call
    /// @param key          names the random numbers of this call
    /// @param executed     the policy adds the number of tokens that it processed for this call; it adds nothing if
    ///                     it does not count them
    record Call(
            Prompt prompt,
            List<Step> path,
            boolean stopAtStep,
            Generation generation,
            int maxNewTokens,
            SampleKey key,
            LongAdder executed) {
        public Call(
                Prompt prompt,
                List<Step> path,
                boolean stopAtStep,
                Generation generation,
                int maxNewTokens,
                SampleKey key) {
            this(prompt, path, stopAtStep, generation, maxNewTokens, key, new LongAdder());
        }

        /// With a prompt that is one text.
        public Call(
                String prompt,
                List<Step> path,
                boolean stopAtStep,
                Generation generation,
                int maxNewTokens,
                SampleKey key) {
            this(Prompt.of(prompt), path, stopAtStep, generation, maxNewTokens, key);
        }
    }
}
