/// Where graphs run and tensors lie: ONNX Runtime through its Java interface or through its C interface, on the CPU or a GPU.
@NullMarked
package dev.espalier.engine.device;

import org.jspecify.annotations.NullMarked;
