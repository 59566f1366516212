package dev.espalier.engine.template;

/// Limits the work of one rendering. Templates are untrusted, and their language has loops, recursion and repeated
/// doubling of text, so work, memory and depth are counted. The same template fails at the same place on every machine
/// (docs/decisions/0085).
///
/// One unit is one character read or written. Units are spent before memory is allocated. Not thread-safe.
final class Budget {
    /// Real templates need some ten thousand units for two messages. This limit allows a tenth of a second and 60
    /// MB at most.
    static final long MAX_UNITS = 20_000_000;
    /// Max nesting of expressions and blocks, macro calls included; far below what a thread's stack holds.
    static final int MAX_DEPTH = 200;

    /// Units for an expression, a statement, or a list element.
    static final int STEP = 20;
    /// Units for a loop iteration or a call, which have a scope of their own.
    static final int SCOPE = 200;

    private long left = MAX_UNITS;
    private int depth;

    void spend(long units) {
        if (units > left)
            throw new TemplateException(
                    "it does more work than Espalier allows a template (%,d steps)".formatted(MAX_UNITS));
        left -= units;
    }

    /// Spends the units for list elements.
    void elements(long count) {
        spend(Math.multiplyExact(STEP, Math.min(count, MAX_UNITS)));
    }

    /// Spends the units for searching a part in a text: in the worst case every character is compared with every
    /// other.
    void search(String text, String part) {
        spend(text.length() + (long) text.length() * part.length() / 8);
    }

    /// Enters an expression or a block. Call [#leave] at its end.
    void enter() {
        spend(STEP);
        if (++depth > MAX_DEPTH)
            throw new TemplateException("its expressions and calls nest more than %d deep".formatted(MAX_DEPTH));
    }

    void leave() {
        depth--;
    }
}
