/// Extracts and groups answers as the search-and-learn toolkit does, to reproduce published numbers
/// (docs/decisions/0037).
@NullMarked
package dev.espalier.answer.parity;

import org.jspecify.annotations.NullMarked;
