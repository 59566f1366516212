/// Grades mathematics: the canonical form of an answer, why two answers are the same, and the tolerances by which another one is accepted.
@NullMarked
package dev.espalier.answer.math;

import org.jspecify.annotations.NullMarked;
