/// Samples tokens from logits, on the host or on the device.
@NullMarked
package dev.espalier.engine.onnx.sampling;

import org.jspecify.annotations.NullMarked;
