/// ONNX Runtime behind the ports to a device: through its Java library, and through the C interface of another build.
@NullMarked
package dev.espalier.engine.device.ort;

import org.jspecify.annotations.NullMarked;
