package dev.espalier.task;

import dev.espalier.answer.Extraction;
import dev.espalier.model.Prompt;
import dev.espalier.problem.Problem;
import dev.espalier.problem.Variant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// A kind of problem: everything that depends on what is asked. A new kind is one implementation and one line that
/// [Tasks] finds (docs/how-to-add-a-task.md). Thread-safe. No method may throw because of a model's text.
public interface Task {
    /// The identifier in files, on the command line and in the database: lower-case words with hyphens.
    String name();

    /// The name on screen.
    String label();

    /// Increment it whenever [#grade], [#key] or [#extract] may return another result. Stored verdicts of older
    /// versions are not used.
    int graderVersion();

    /// Returns true if a problem that names no task is of this kind.
    default boolean recognises(Problem problem) {
        return false;
    }

    /// The system prompt for a policy that follows instructions, if neither its folder nor the user gives one; ""
    /// for none.
    default String systemPrompt() {
        return "";
    }

    /// The required form of an answer, as a clause within a sentence: "end with …"; "" if any form is read.
    default String answerInstruction() {
        return "";
    }

    /// The prompt for a problem in one of [#variants]. Callers use a variant's own prompt directly and do not call
    /// this.
    default Prompt prompt(Problem problem, Variant variant) {
        return Prompt.of(problem.text());
    }

    /// The forms in which the problem can be presented; [Variant#IDENTITY] comes first.
    default List<Variant> variants(Problem problem) {
        return List.of(Variant.IDENTITY);
    }

    /// Returns a candidate's answer with its variant reversed; null if it gives none.
    ///
    /// @param finished true if the policy ended the text itself
    @Nullable
    Extraction extract(Problem problem, String text, boolean finished, Variant variant);

    /// Identifies the group of an answer: two answers are the same exactly if their keys are equal. "" means no
    /// answer.
    String key(String answer);

    /// Says in a few words why two answers of one group are the same.
    String sameness(String answer, String other);

    /// Grades an answer. May take long. The future fails with [dev.espalier.EspalierException] if the grader itself
    /// failed; that says nothing about the answer.
    ///
    /// @param problem has a gold answer, or a payload that replaces it
    CompletableFuture<Verdict> grade(Problem problem, String answer);

    /// Returns true if the problem has something to grade by. Without it no answer is correct or wrong.
    default boolean gradable(Problem problem) {
        return problem.gold() != null;
    }

    /// The number of different answers that may be submitted for a problem; one correct answer is enough.
    default int attempts() {
        return 1;
    }

    /// Returns true if candidates without an answer may win a vote.
    default boolean noAnswerMayWin() {
        return false;
    }

    /// How questions and answers are shown.
    default Presentation presentation() {
        return Presentation.MATHEMATICS;
    }

    /// How to draw a task's texts.
    enum Presentation {
        /// Natural language with LaTeX.
        MATHEMATICS,
        /// The text as written.
        PLAIN,
        /// Rows of digits as coloured cells.
        GRID,
        /// A program.
        CODE,
        /// An image, referenced by its hash.
        IMAGE
    }
}
