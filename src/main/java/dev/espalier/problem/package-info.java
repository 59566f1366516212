/// Problems, problem sets, and the readers of their files.
@NullMarked
package dev.espalier.problem;

import org.jspecify.annotations.NullMarked;
