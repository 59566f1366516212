package dev.espalier.engine.http;

import java.util.List;
import java.util.stream.Stream;

/// Recognises the assistant's unfinished turn at the head of an answer. Some servers repeat the turn that they continue
/// (decision 0111). Only the whole turn counts; the server may trim whitespace at its ends.
final class Repetition {
    static final Repetition NONE = new Repetition("");

    /// The forms in which a server may repeat the turn, trailing whitespace included.
    private final List<String> forms;

    private Repetition(String turn) {
        forms = turn.isEmpty()
                ? List.of()
                : Stream.of(turn, turn.stripLeading())
                        .filter(form -> !form.isEmpty())
                        .distinct()
                        .toList();
    }

    /// @param turn what the server was asked to continue
    static Repetition of(String turn) {
        return turn.isEmpty() ? NONE : new Repetition(turn);
    }

    /// The number of characters at the head of an answer that repeat the turn, 0 for none. Whitespace behind a
    /// trimmed turn belongs to the repetition as far as it equals the turn's.
    int length(CharSequence answer) {
        int longest = 0;
        for (var form : forms) {
            int common = common(answer, form);
            if (common >= least(form)) longest = Math.max(longest, common);
        }
        return longest;
    }

    /// Whether the answer is so far a part of a repetition, which more text can extend.
    boolean isOpen(CharSequence answer) {
        return forms.stream()
                .anyMatch(form -> answer.length() < form.length() && common(answer, form) == answer.length());
    }

    /// The most characters that a repetition has.
    int longest() {
        return forms.isEmpty() ? 0 : forms.getFirst().length();
    }

    private static int least(String form) {
        int trimmed = form.stripTrailing().length();
        return trimmed == 0 ? form.length() : trimmed;
    }

    private static int common(CharSequence a, String b) {
        int most = Math.min(a.length(), b.length());
        int common = 0;
        while (common < most && a.charAt(common) == b.charAt(common)) common++;
        return common;
    }
}
