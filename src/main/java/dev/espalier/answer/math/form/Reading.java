package dev.espalier.answer.math.form;

import dev.espalier.answer.math.algebra.Expr;

/// What was written, and its exact form.
public record Reading(Expr expr, Form form) {
    public static Reading of(Expr expr) {
        return new Reading(expr, Canonicaliser.form(expr));
    }
}
