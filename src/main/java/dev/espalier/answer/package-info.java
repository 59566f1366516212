/// What a candidate answered, in which canonical form, and whether two answers are the same.
@NullMarked
package dev.espalier.answer;

import org.jspecify.annotations.NullMarked;
