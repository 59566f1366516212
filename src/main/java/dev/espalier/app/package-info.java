/// The main class: puts the parts together.
@NullMarked
package dev.espalier.app;

import org.jspecify.annotations.NullMarked;
