package dev.espalier.search;

import dev.espalier.answer.Grader;
import dev.espalier.answer.registry.Graders;

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
        this(generation, reduction, scored, mode, 0, new Question("", "", Graders.MATHEMATICS));
    }

    /// The problem without its gold answer, which no strategy may know.
    ///
    /// @param grader reads and groups answers
    public record Question(String id, String text, Grader grader) {}

    SearchSetting with(Generation changed, Reduction other) {
        return new SearchSetting(changed, other, scored, mode, seed, question);
    }
}
