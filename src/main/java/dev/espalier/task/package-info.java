/// Kinds of problems: how each is read, asked, answered, grouped and graded.
@NullMarked
package dev.espalier.task;

import org.jspecify.annotations.NullMarked;
