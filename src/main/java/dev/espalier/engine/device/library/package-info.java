/// Native libraries on this machine: which builds of ONNX Runtime there are and what they need.
@NullMarked
package dev.espalier.engine.device.library;

import org.jspecify.annotations.NullMarked;
