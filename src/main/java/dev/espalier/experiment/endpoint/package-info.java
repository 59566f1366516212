/// Servers that the user adds.
@NullMarked
package dev.espalier.experiment.endpoint;

import org.jspecify.annotations.NullMarked;
