package dev.espalier.figure;

import dev.espalier.io.SafeText;
import dev.espalier.problem.Problem;
import dev.espalier.task.Task.Presentation;
import dev.espalier.task.Tasks;
import java.util.regex.Pattern;

/// Texts of a task as characters for labels: mathematics becomes plain characters, everything else stays as written.
/// Control characters become visible.
public record TaskText(Presentation presentation) {
    public static final TaskText MATHEMATICS = new TaskText(Presentation.MATHEMATICS);

    private static final int MAX_ANSWER = 200;
    private static final int IMAGE_DIGITS = 12;
    private static final Pattern BLANKS = Pattern.compile("\\s+");
    private static final Pattern HEADLINE = Pattern.compile("^#+\\s*(?:Step \\d+:\\s*)?");

    /// How to write texts of a problem.
    public static TaskText of(Problem problem) {
        return new TaskText(Tasks.of(problem).presentation());
    }

    /// An answer on one line, at most 200 characters of it; an image by the first digits of its hash.
    public String answer(String answer) {
        return switch (presentation) {
            case MATHEMATICS -> PlainMath.of(answer);
            case IMAGE -> line(answer.length() > IMAGE_DIGITS ? answer.substring(0, IMAGE_DIGITS) : answer);
            case PLAIN, GRID, CODE -> line(answer.length() > MAX_ANSWER ? answer.substring(0, MAX_ANSWER) : answer);
        };
    }

    /// A text with its line ends.
    public String text(String text) {
        return presentation == Presentation.MATHEMATICS ? PlainMath.text(text) : SafeText.text(text);
    }

    /// A text on one line.
    public String line(String text) {
        return BLANKS.matcher(text(text.strip())).replaceAll(" ");
    }

    /// A step without the marks and the number of its headline.
    public String step(String step) {
        var rest = HEADLINE.matcher(step.strip()).replaceFirst("");
        return text(rest.isEmpty() ? step.strip() : rest);
    }
}
