/// Backends on ONNX Runtime: through its Java API, and through the C API of another build.
@NullMarked
package dev.espalier.engine.device.ort;

import org.jspecify.annotations.NullMarked;
