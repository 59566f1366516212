/// Runs graphs as others exported them.
@NullMarked
package dev.espalier.engine.onnx.exported;

import org.jspecify.annotations.NullMarked;
