/// Answers: their extraction from a candidate's text, their canonical form, and their comparison.
@NullMarked
package dev.espalier.answer;

import org.jspecify.annotations.NullMarked;
