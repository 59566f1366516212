/// Finds the answer in the text of a solution.
@NullMarked
package dev.espalier.answer.extract;

import org.jspecify.annotations.NullMarked;
