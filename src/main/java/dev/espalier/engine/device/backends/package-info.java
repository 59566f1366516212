/// Opens the backend of the device that the user chose.
@NullMarked
package dev.espalier.engine.device.backends;

import org.jspecify.annotations.NullMarked;
