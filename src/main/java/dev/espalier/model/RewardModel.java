package dev.espalier.model;

import dev.espalier.problem.Problem;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;

/// Port to a reward model. Implementations batch the requests of all searches; any thread may call.
public interface RewardModel extends AutoCloseable {

    ModelCard card();

    /// Whether it can answer nothing more and has to be opened anew.
    default boolean stopped() {
        return false;
    }

    /// Scores a path: one probability a non-empty step. The result depends on the call alone.
    CompletableFuture<Result.Scored> score(Call call);

    @Override
    void close();

    /// @param problem  what is solved
    /// @param path     all steps, first first; in parity mode an empty one stands behind a separator at the text's end, for those kinds to score that
    ///                 see a step there
    /// @param ended    whether the policy ended the text (the end token is then part of what is scored)
    /// @param key      names the random numbers of this call, for a reward model that draws any
    /// @param executed is told how many tokens really went through the model for this call; a model that cannot know leaves it as it is
    record Call(Problem problem, List<Step> path, boolean ended, SampleKey key, LongAdder executed) {
        public Call(Problem problem, List<Step> path, boolean ended, SampleKey key) {
            this(problem, path, ended, key, new LongAdder());
        }

        /// Of a problem of which no more is known than its text.
        public Call(String problem, List<Step> path, boolean ended) {
            this(Problem.typed(problem, null), path, ended, SampleKey.of(0, problem, List.of()));
        }
    }
}
