/// A model behind a server as the user describes it: address, kind of server, key, file.
@NullMarked
package dev.espalier.engine.http.endpoint;

import org.jspecify.annotations.NullMarked;
