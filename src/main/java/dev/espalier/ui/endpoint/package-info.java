/// Models behind HTTP: the sheet on which one is described, checked and kept.
@NullMarked
package dev.espalier.ui.endpoint;

import org.jspecify.annotations.NullMarked;
