/// Converts an expression to its form: its kind (number, set, interval, equation, time of day, …) and the key for
/// comparison.
@NullMarked
package dev.espalier.answer.math.form;

import org.jspecify.annotations.NullMarked;
