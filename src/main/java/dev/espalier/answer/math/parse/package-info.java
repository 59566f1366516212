/// Parses LaTeX, plain text or a mixture into an expression.
@NullMarked
package dev.espalier.answer.math.parse;

import org.jspecify.annotations.NullMarked;
