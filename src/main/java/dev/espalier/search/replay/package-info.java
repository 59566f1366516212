/// Models that answer from stored events and never compute anything.
@NullMarked
package dev.espalier.search.replay;

import org.jspecify.annotations.NullMarked;
