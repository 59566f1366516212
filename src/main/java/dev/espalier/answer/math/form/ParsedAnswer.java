package dev.espalier.answer.math.form;

import dev.espalier.answer.math.algebra.Expr;

/// An answer as an expression and in exact form.
public record ParsedAnswer(Expr expr, Form form) {
    public static ParsedAnswer of(Expr expr) {
        return new ParsedAnswer(expr, Canonicaliser.form(expr));
    }
}
