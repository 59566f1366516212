/// Grades mathematics: canonical forms, the reasons why two answers are the same, and the tolerances.
@NullMarked
package dev.espalier.answer.math;

import org.jspecify.annotations.NullMarked;
