/// A search's data: configuration, requests, events, and the tree and timeline that are projections of the events.
@NullMarked
package dev.espalier.search.log;

import org.jspecify.annotations.NullMarked;
