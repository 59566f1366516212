/// All strategies and their registry.
@NullMarked
package dev.espalier.search.strategy;

import org.jspecify.annotations.NullMarked;
