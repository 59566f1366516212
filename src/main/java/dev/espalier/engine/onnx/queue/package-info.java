/// Requests that wait, and the workers that take them by turns.
@NullMarked
package dev.espalier.engine.onnx.queue;

import org.jspecify.annotations.NullMarked;
