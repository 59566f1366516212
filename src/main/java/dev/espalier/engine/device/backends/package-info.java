/// Starts the backend that a person chose.
@NullMarked
package dev.espalier.engine.device.backends;

import org.jspecify.annotations.NullMarked;
