/// Interfaces to devices (backends, sessions, tensors, memory) and the user's choice of device.
@NullMarked
package dev.espalier.engine.device;

import org.jspecify.annotations.NullMarked;
