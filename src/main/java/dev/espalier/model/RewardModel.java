package dev.espalier.model;

import dev.espalier.problem.Problem;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;

/// Port to a reward model. Implementations batch the requests of all searches. Thread-safe.
public interface RewardModel extends AutoCloseable {

    ModelCard card();

    /// Whether the model has stopped for good and must be opened again.
    default boolean stopped() {
        return false;
    }

    /// Scores a path: one probability per non-empty step. The result depends only on the call, not on the rest of
    /// the batch. A path that does not fit the model has [Result.Scored#missing]; that is no error, because its
    /// siblings can be scored.
    CompletableFuture<Result.Scored> score(Call call);

    @Override
    void close();

    /// @param path     all steps, first step first. In parity mode a text that ends with a separator has an empty
    ///                 last step, for the kinds of reward model that score one there
    /// @param ended    whether the policy ended the text; the end token is then scored with it
    /// @param key      names the random numbers of this call, for a reward model that samples
    /// @param executed the model adds the number of tokens that it processed for this call; it adds nothing if it
    ///                 does not count them
    record Call(Problem problem, List<Step> path, boolean ended, SampleKey key, LongAdder executed) {
        public Call(Problem problem, List<Step> path, boolean ended, SampleKey key) {
            this(problem, path, ended, key, new LongAdder());
        }

        /// For a problem of which only the text is known.
        public Call(String problem, List<Step> path, boolean ended) {
            this(Problem.typed(problem, null), path, ended, SampleKey.of(0, problem, List.of()));
        }
    }
}
