package dev.espalier.search;

import java.util.Locale;

/// Whose rules a search follows.
public enum Mode {
    /// Right by the definitions of this product.
    STANDARD,
    /// What the search-and-learn toolkit does, to reproduce published numbers.
    PARITY;

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
