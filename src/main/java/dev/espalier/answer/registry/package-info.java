/// Finds the grader that a problem or a name asks for.
@NullMarked
package dev.espalier.answer.registry;

import org.jspecify.annotations.NullMarked;
