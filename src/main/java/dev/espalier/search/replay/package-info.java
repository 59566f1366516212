/// Models that answer from stored events.
@NullMarked
package dev.espalier.search.replay;

import org.jspecify.annotations.NullMarked;
