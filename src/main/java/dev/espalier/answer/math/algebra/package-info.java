/// Expressions and their exact values: rational functions over roots, named constants and function values.
@NullMarked
package dev.espalier.answer.math.algebra;

import org.jspecify.annotations.NullMarked;
