package dev.espalier.task;

import dev.espalier.answer.Extraction;
import dev.espalier.model.Prompt;
import dev.espalier.problem.Problem;
import dev.espalier.problem.Variant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// A kind of problem: all that depends on what is asked. A further kind is one implementation and one line where [Tasks] finds it
/// (docs/how-to-add-a-task.md). Thread-safe; no text that a model wrote makes a method throw.
public interface Task {
    /// As in files, on the command line and in the store: lower-case words with hyphens.
    String name();

    /// For people.
    String label();

    /// Raised whenever [#grade], [#key] or [#extract] may say something else than before: stored verdicts of older versions are not used.
    int graderVersion();

    /// Whether a problem whose file names no task is of this kind.
    default boolean recognises(Problem problem) {
        return false;
    }

    /// The system prompt for a policy that follows instructions, if neither its folder nor the user gives one; "" for none.
    default String systemPrompt() {
        return "";
    }

    /// What an answer is to look like, as an instruction within a sentence: "end with …"; "" where any form is read.
    default String answerInstruction() {
        return "";
    }

    /// What the policy is asked. A variant's own prompt is no matter of the task's: callers use it as it is.
    default Prompt prompt(Problem problem, Variant variant) {
        return Prompt.of(problem.text());
    }

    /// The forms in which the problem can be asked, [Variant#IDENTITY] first.
    default List<Variant> variants(Problem problem) {
        return List.of(Variant.IDENTITY);
    }

    /// The answer that a candidate gives, with its variant undone; null where it gives none.
    ///
    /// @param finished whether the policy ended the text itself
    @Nullable Extraction extract(Problem problem, String text, boolean finished, Variant variant);

    /// The identity of an answer's group: two answers are the same exactly when their keys are equal. "" only for no answer.
    String key(String answer);

    /// Why two answers of one group are the same, in a few words.
    String sameness(String answer, String other);

    /// Grades an answer. May take long; the future fails with [dev.espalier.EspalierException] where the grader could not do its work, which says
    /// nothing of the answer.
    ///
    /// @param problem its gold answer, or what its payload has in place of one
    CompletableFuture<Verdict> grade(Problem problem, String answer);

    /// Whether there is something to grade by: without it no answer is right or wrong.
    default boolean gradable(Problem problem) {
        return problem.gold() != null;
    }

    /// How many different answers may be handed in for one problem; one right is enough.
    default int attempts() {
        return 1;
    }

    /// Whether candidates without an answer may win a vote against those with one.
    default boolean noAnswerMayWin() {
        return false;
    }

    /// How its answers and questions are shown.
    default Presentation presentation() {
        return Presentation.MATHEMATICS;
    }

    /// How texts of a task are drawn.
    enum Presentation {
        /// Natural language with LaTeX.
        MATHEMATICS,
        /// As it was written.
        PLAIN,
        /// Rows of digits as coloured cells.
        GRID,
        /// A program.
        CODE,
        /// A picture, by its hash.
        IMAGE
    }
}
