package dev.espalier.answer.math.form;

import dev.espalier.answer.math.algebra.Expr;

/// What was written, and its exact form.
public record ParsedAnswer(Expr expr, Form form) {
    public static ParsedAnswer of(Expr expr) {
        return new ParsedAnswer(expr, Canonicaliser.form(expr));
    }
}
