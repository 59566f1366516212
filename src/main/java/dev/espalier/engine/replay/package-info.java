/// Models that answer from stored events and never compute anything.
@NullMarked
package dev.espalier.engine.replay;

import org.jspecify.annotations.NullMarked;
