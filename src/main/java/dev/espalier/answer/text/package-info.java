/// Grades answers that are compared as text.
@NullMarked
package dev.espalier.answer.text;

import org.jspecify.annotations.NullMarked;
