/// Where graphs run and tensors lie: the ports to a device, and what a person chooses.
@NullMarked
package dev.espalier.engine.device;

import org.jspecify.annotations.NullMarked;
