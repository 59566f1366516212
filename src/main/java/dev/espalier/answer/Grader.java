package dev.espalier.answer;

/// Decides whether an answer is accepted for the gold answer. Thread-safe; no input throws.
@FunctionalInterface
public interface Grader {
    Verdict grade(String gold, String pred);
}
