package dev.espalier.answer;

/// Grades mathematics: the same canonical form, or a named tolerance.
public final class MathGrader implements Grader {
    @Override
    public Verdict grade(String gold, String pred) {
        CanonicalForm expected = CanonicalForm.of(gold);
        CanonicalForm given = CanonicalForm.of(pred);
        boolean same = !expected.key().isEmpty() && expected.equals(given);
        return new Verdict(same, same, same ? "same canonical form" : "different canonical forms", expected.key(), given.key());
    }
}
