package dev.espalier.ui.kit;

/// A validation error of a form.
///
/// @param field   the name of the field
/// @param message one sentence: what is wrong, and what to do
public record FieldError(String field, String message) {}
