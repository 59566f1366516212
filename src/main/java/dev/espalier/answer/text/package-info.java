/// Grades answers by comparing text.
@NullMarked
package dev.espalier.answer.text;

import org.jspecify.annotations.NullMarked;
