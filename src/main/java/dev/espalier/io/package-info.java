/// Files: the Espalier folder, JSON lines, digests, native libraries, and text that is safe to show.
@NullMarked
package dev.espalier.io;

import org.jspecify.annotations.NullMarked;
