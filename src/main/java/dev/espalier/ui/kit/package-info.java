/// Shared parts of the window: the interfaces between views and window, and the forms and controls that several views
/// use.
@NullMarked
package dev.espalier.ui.kit;

import org.jspecify.annotations.NullMarked;
