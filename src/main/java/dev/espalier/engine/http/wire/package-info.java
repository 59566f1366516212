/// Requests over HTTP: time and size limits, retries, what a server's failures mean.
@NullMarked
package dev.espalier.engine.http.wire;

import org.jspecify.annotations.NullMarked;
