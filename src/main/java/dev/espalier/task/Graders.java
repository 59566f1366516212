package dev.espalier.task;

import dev.espalier.EspalierException;
import dev.espalier.answer.Grader;
import dev.espalier.answer.choice.ChoiceGrader;
import dev.espalier.answer.choice.OfferedChoices;
import dev.espalier.answer.math.MathGrader;
import dev.espalier.answer.math.NumericGrader;
import dev.espalier.answer.text.TextGrader;
import dev.espalier.problem.Problem;
import java.util.List;
import java.util.regex.Pattern;

/// Finds the grader for a problem (docs/decisions/0038) or for a name.
public final class Graders {
    public static final Grader MATHEMATICS = new MathGrader();
    public static final Grader CHOICE = new ChoiceGrader();
    public static final Grader TEXT = new TextGrader();
    /// The default relative tolerance of numbers.
    public static final double TOLERANCE = 1e-3;

    private static final Pattern LETTER = Pattern.compile("(?:\\\\text(?:bf|rm)?\\{)?\\s*\\(?([A-J])\\)?\\s*\\}?");
    private static final Pattern OFFERED = Pattern.compile("\\(([A-J])\\)|(?:^|\\R)\\s*([A-J])[.):](?=\\s)");
    private static final int MIN_CHOICES_WITHOUT_GOLD = 3;

    private Graders() {}

    /// Returns the choice grader if the problem offers at least choices A and B and its gold answer is one of the
    /// offered letters. Without a gold answer it must offer three or more. Otherwise returns the mathematics
    /// grader, which compares words as text.
    public static Grader of(Problem problem) {
        var gold = problem.gold();
        var letter = LETTER.matcher(gold == null ? "" : gold.strip());
        if (gold != null && !letter.matches()) return MATHEMATICS;
        int offered = offered(problem.text());
        boolean isChoice = gold == null
                ? offered >= MIN_CHOICES_WITHOUT_GOLD
                : offered >= 2 && letter.group(1).charAt(0) - 'A' < offered;
        return isChoice ? CHOICE : MATHEMATICS;
    }

    /// The grader of a problem, with the choices that its text offers.
    public static Grader reading(Problem problem) {
        return of(problem) == CHOICE ? choice(problem.text()) : MATHEMATICS;
    }

    static ChoiceGrader choice(String problem) {
        return new ChoiceGrader(OfferedChoices.of(problem));
    }

    /// Counts the offered letters, from A on without a gap.
    private static int offered(String text) {
        int letters = 0;
        var choice = OFFERED.matcher(text);
        while (choice.find())
            letters |= 1 << (choice.group(1) != null ? choice.group(1) : choice.group(2)).charAt(0) - 'A';
        return Integer.numberOfTrailingZeros(~letters);
    }

    public static List<String> names() {
        return List.of(MATHEMATICS.name(), TEXT.name(), CHOICE.name(), "number");
    }

    /// @param tolerance relative to the gold number; used by "number" only
    /// @throws EspalierException if there is no grader of this name
    public static Grader named(String name, double tolerance) {
        return switch (name) {
            case "math" -> MATHEMATICS;
            case "text" -> TEXT;
            case "choice" -> CHOICE;
            case "number" -> new NumericGrader(tolerance);
            default ->
                throw new EspalierException(
                        "There is no grader called \"%s\". There are: %s.".formatted(name, String.join(", ", names())));
        };
    }
}
