package dev.espalier.answer;

/// What was written, and its exact form.
record Reading(Expr expr, Form form) {
    static Reading of(Expr expr) {
        return new Reading(expr, Canonicaliser.form(expr));
    }
}
