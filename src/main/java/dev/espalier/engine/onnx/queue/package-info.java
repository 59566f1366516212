/// A fair queue of requests, and the workers that serve it.
@NullMarked
package dev.espalier.engine.onnx.queue;

import org.jspecify.annotations.NullMarked;
