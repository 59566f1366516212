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

/// What a strategy needs to know besides its own parameters.
///
/// @param scored whether a reward model is at hand
/// @param mode   whose rules the search follows
/// @param seed   of the run: names a course's own random numbers
public record SearchSetting(Generation generation, Reduction reduction, boolean scored, Mode mode, long seed, Question question) {

    public SearchSetting(Generation generation, Reduction reduction, boolean scored) {
        this(generation, reduction, scored, Mode.STANDARD);
    }

    public SearchSetting(Generation generation, Reduction reduction, boolean scored, Mode mode) {
        this(generation, reduction, scored, mode, 0, new Question(Problem.typed("", null), Tasks.MATHEMATICS));
    }

    /// What is asked.
    ///
    /// @param problem without its gold answer and solution, which no strategy may know
    /// @param task    reads and groups answers, knows the forms in which the problem can be asked
    public record Question(Problem problem, Task task) {
        public Question {
            problem = problem.withoutGold();
        }

        public String text() {
            return problem.text();
        }

        /// What the policy is asked for a text of its own.
        public Prompt prompt(Variant variant) {
            return variant.prompt().isEmpty() ? task.prompt(problem, variant) : Prompt.of(variant.prompt());
        }

        /// Reads the answers of a search's paths, each once.
        public Answers answers() {
            return new Answers(problem, task);
        }
    }

    SearchSetting with(Generation changed, Reduction other) {
        return new SearchSetting(changed, other, scored, mode, seed, question);
    }
}
