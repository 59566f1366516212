/// Paged attention, computed in Java.
@NullMarked
package dev.espalier.engine.onnx.attention;

import org.jspecify.annotations.NullMarked;
