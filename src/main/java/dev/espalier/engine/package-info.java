/// Opens local models as the ports that searches talk to.
@NullMarked
package dev.espalier.engine;

import org.jspecify.annotations.NullMarked;
