/// NVIDIA's driver and CUDA runtime library, called through the Foreign Function API.
@NullMarked
package dev.espalier.engine.device.cuda;

import org.jspecify.annotations.NullMarked;
