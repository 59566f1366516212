/// Implements policies and reward models on ONNX Runtime.
@NullMarked
package dev.espalier.engine.onnx;

import org.jspecify.annotations.NullMarked;
