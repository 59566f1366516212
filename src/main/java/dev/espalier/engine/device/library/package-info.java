/// Finds the builds of ONNX Runtime on this machine and the libraries that they need.
@NullMarked
package dev.espalier.engine.device.library;

import org.jspecify.annotations.NullMarked;
