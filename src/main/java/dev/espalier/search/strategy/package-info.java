/// Every strategy, and the registry in which a further one is a line.
@NullMarked
package dev.espalier.search.strategy;

import org.jspecify.annotations.NullMarked;
