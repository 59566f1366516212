/// Kinds of problems: prompts, reading, grouping and grading of answers.
@NullMarked
package dev.espalier.task;

import org.jspecify.annotations.NullMarked;
