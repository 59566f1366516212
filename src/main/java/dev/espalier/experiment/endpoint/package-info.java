/// Servers that a person adds.
@NullMarked
package dev.espalier.experiment.endpoint;

import org.jspecify.annotations.NullMarked;
