/// Plans, their runner, resume and progress: the facade that the window and the command line use.
@NullMarked
package dev.espalier.experiment;

import org.jspecify.annotations.NullMarked;
