/// Grades the letter of a multiple-choice problem.
@NullMarked
package dev.espalier.answer.choice;

import org.jspecify.annotations.NullMarked;
