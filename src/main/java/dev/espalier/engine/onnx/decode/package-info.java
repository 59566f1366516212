/// A policy's rows in flight and the loop that feeds them, whatever the graph is.
@NullMarked
package dev.espalier.engine.onnx.decode;

import org.jspecify.annotations.NullMarked;
