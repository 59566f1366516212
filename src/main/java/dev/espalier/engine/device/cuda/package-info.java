/// NVIDIA's driver and runtime library, called by foreign functions.
@NullMarked
package dev.espalier.engine.device.cuda;

import org.jspecify.annotations.NullMarked;
