/// From an expression to its form: what it is (number, set, interval, equation, time of day, …) and the key by which it is compared.
@NullMarked
package dev.espalier.answer.math.form;

import org.jspecify.annotations.NullMarked;
