/// Answers as the search-and-learn toolkit reads and groups them, for reproducing published numbers (docs/decisions/0037).
@NullMarked
package dev.espalier.answer.parity;

import org.jspecify.annotations.NullMarked;
