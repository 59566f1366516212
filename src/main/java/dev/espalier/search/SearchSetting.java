package dev.espalier.search;

import dev.espalier.model.Generation;
import dev.espalier.model.Prompt;
import dev.espalier.problem.Problem;
import dev.espalier.problem.Variant;
import dev.espalier.search.log.Mode;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.vote.Answers;
import dev.espalier.task.Task;
import dev.espalier.task.Tasks;

/// The settings of a search other than its strategy's parameters.
///
/// @param policies,rewardModels how many there are; requests name them by the indices from 0
/// @param seed                  the run's seed, for the strategy's own random numbers
public record SearchSetting(
        Generation generation,
        Reduction reduction,
        int policies,
        int rewardModels,
        Mode mode,
        long seed,
        Question question) {

    /// One policy.
    ///
    /// @param scored whether there is a reward model
    public SearchSetting(
            Generation generation, Reduction reduction, boolean scored, Mode mode, long seed, Question question) {
        this(generation, reduction, 1, scored ? 1 : 0, mode, seed, question);
    }

    public SearchSetting(Generation generation, Reduction reduction, boolean scored) {
        this(generation, reduction, scored, Mode.STANDARD);
    }

    public SearchSetting(Generation generation, Reduction reduction, boolean scored, Mode mode) {
        this(generation, reduction, scored, mode, 0, new Question(Problem.typed("", null), Tasks.MATHEMATICS));
    }

    /// Whether there is a reward model.
    public boolean scored() {
        return rewardModels > 0;
    }

    /// The problem and its task.
    ///
    /// @param problem without its gold answer and its solution, which no strategy can see
    /// @param task    makes prompts, extracts answers and groups them
    public record Question(Problem problem, Task task) {
        public Question {
            problem = problem.withoutGold();
        }

        public String text() {
            return problem.text();
        }

        /// The policy's prompt for a variant.
        public Prompt prompt(Variant variant) {
            return variant.prompt().isEmpty() ? task.prompt(problem, variant) : Prompt.of(variant.prompt());
        }

        /// Extracts the answers of a search's paths, each once.
        public Answers answers() {
            return new Answers(problem, task);
        }
    }

    SearchSetting with(Generation changed, Reduction other) {
        return new SearchSetting(changed, other, policies, rewardModels, mode, seed, question);
    }
}
