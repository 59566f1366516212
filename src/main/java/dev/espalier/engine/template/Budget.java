package dev.espalier.engine.template;

/// What one rendering may cost. A template comes from a stranger's folder and its language can loop, call itself and double texts, so work, memory and depth are counted; the
/// same template is refused at the same place on every machine (docs/decisions/0085).
///
/// The unit is one character that is read or made. Everything that takes memory is paid before it is made.
final class Budget {
    /// Real templates take some ten thousand for two messages; so many are a tenth of a second and 60 MB at most.
    static final long MOST = 20_000_000;
    /// Expressions and blocks within one another, through calls of macros: far from what a thread's stack holds.
    static final int DEEPEST = 200;

    /// An expression, a statement, or an element of a list.
    static final int STEP = 20;
    /// A loop's turn or a call: both have names of their own.
    static final int SCOPE = 200;

    private long left = MOST;
    private int depth;

    void spend(long units) {
        if (units > left) throw new TemplateException("it does more work than Espalier allows a template (%,d steps)".formatted(MOST));
        left -= units;
    }

    /// For so many elements of lists.
    void elements(long count) {
        spend(Math.multiplyExact(STEP, Math.min(count, MOST)));
    }

    /// Looking for one text in another: at worst every character is compared with every other.
    void search(String text, String part) {
        spend(text.length() + (long) text.length() * part.length() / 8);
    }

    /// An expression or a block begins; [#leave] when it ends.
    void enter() {
        spend(STEP);
        if (++depth > DEEPEST) throw new TemplateException("its expressions and calls nest more than %d deep".formatted(DEEPEST));
    }

    void leave() {
        depth--;
    }
}
