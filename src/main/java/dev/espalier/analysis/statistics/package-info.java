/// Statistics as pure functions of numbers: intervals, tests, quantiles, correlations and fits. Knows no search.
@NullMarked
package dev.espalier.analysis.statistics;

import org.jspecify.annotations.NullMarked;
