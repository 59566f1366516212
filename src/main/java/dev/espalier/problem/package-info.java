/// Problems and problem sets, and the readers of the files they come in.
@NullMarked
package dev.espalier.problem;

import org.jspecify.annotations.NullMarked;
