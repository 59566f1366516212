/// The command line: the experiments without a window.
@NullMarked
package dev.espalier.cli;

import org.jspecify.annotations.NullMarked;
