/// The sheet that describes, checks and saves a model on an HTTP server.
@NullMarked
package dev.espalier.ui.endpoint;

import org.jspecify.annotations.NullMarked;
