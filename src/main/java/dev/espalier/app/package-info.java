/// The main class: assembles the parts.
@NullMarked
package dev.espalier.app;

import org.jspecify.annotations.NullMarked;
