package dev.espalier.task;

import dev.espalier.EspalierException;
import dev.espalier.answer.Grader;
import dev.espalier.answer.choice.ChoiceGrader;
import dev.espalier.answer.math.MathGrader;
import dev.espalier.answer.math.NumericGrader;
import dev.espalier.answer.text.TextGrader;
import dev.espalier.problem.Problem;
import java.util.List;
import java.util.regex.Pattern;

/// Which grader a problem needs (docs/decisions/0038), and graders by name.
public final class Graders {
    public static final Grader MATHEMATICS = new MathGrader();
    public static final Grader CHOICE = new ChoiceGrader();
    public static final Grader TEXT = new TextGrader();
    public static final double TOLERANCE = 1e-3;

    private static final Pattern LETTER = Pattern.compile("(?:\\\\text(?:bf|rm)?\\{)?\\s*\\(?([A-J])\\)?\\s*\\}?");
    private static final Pattern OFFERED = Pattern.compile("\\(([A-J])\\)|(?:^|\\R)\\s*([A-J])[.):](?=\\s)");
    private static final int FEWEST_WITHOUT_GOLD = 3;

    private Graders() {}

    /// Of choice where the problem offers lettered choices, A and B at least, and its gold answer is one of those letters (or, where no gold answer is
    /// known, where it offers three or more); otherwise of mathematics, which compares words as text.
    public static Grader of(Problem problem) {
        var gold = problem.gold();
        var letter = LETTER.matcher(gold == null ? "" : gold.strip());
        if (gold != null && !letter.matches()) return MATHEMATICS;
        int offered = offered(problem.text());
        boolean chosen = gold == null ? offered >= FEWEST_WITHOUT_GOLD : offered >= 2 && letter.group(1).charAt(0) - 'A' < offered;
        return chosen ? CHOICE : MATHEMATICS;
    }

    /// How many letters from A on without a gap a problem offers.
    private static int offered(String text) {
        int seen = 0;
        var choice = OFFERED.matcher(text);
        while (choice.find()) seen |= 1 << (choice.group(1) != null ? choice.group(1) : choice.group(2)).charAt(0) - 'A';
        return Integer.numberOfTrailingZeros(~seen);
    }

    public static List<String> names() {
        return List.of(MATHEMATICS.name(), TEXT.name(), CHOICE.name(), "number");
    }

    /// @param tolerance of numbers, as a share of the gold number
    public static Grader named(String name, double tolerance) {
        return switch (name) {
            case "math" -> MATHEMATICS;
            case "text" -> TEXT;
            case "choice" -> CHOICE;
            case "number" -> new NumericGrader(tolerance);
            default -> throw new EspalierException("There is no grader called \"%s\". There are: %s.".formatted(name, String.join(", ", names())));
        };
    }
}
