/// Runs graphs of other exporters, with the inputs and outputs that they have.
@NullMarked
package dev.espalier.engine.onnx.exported;

import org.jspecify.annotations.NullMarked;
