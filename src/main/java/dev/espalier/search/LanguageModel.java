package dev.espalier.search;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Port to a policy. Implementations batch the requests of all searches; any thread may call.
public interface LanguageModel extends AutoCloseable {

    ModelCard card();

    /// Continues a path. The future fails with [dev.espalier.EspalierException]; cancelling it frees its place in the batch.
    /// The result depends on the request alone, never on what else is in the batch.
    CompletableFuture<Result.Sampled> generate(Call call);

    @Override
    void close();

    /// @param problem    the question's text
    /// @param path       the steps so far
    /// @param stopAtStep stop at the next separator (kept in the text), else at the end of the text
    /// @param generation temperature, top-p, separator, system prompt; its maxNewTokens is that of the whole path
    /// @param maxNewTokens of this call
    /// @param key        names the random numbers of this call
    record Call(String problem, List<Step> path, boolean stopAtStep, Generation generation, int maxNewTokens, SampleKey key) {}
}
