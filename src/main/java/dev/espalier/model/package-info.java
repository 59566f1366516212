/// The ports to policies and reward models, and what passes through them.
@NullMarked
package dev.espalier.model;

import org.jspecify.annotations.NullMarked;
