/// The available models: found, named, opened once and shared.
@NullMarked
package dev.espalier.experiment.models;

import org.jspecify.annotations.NullMarked;
