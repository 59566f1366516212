/// What every view of the window is made with: the interfaces between views and window, forms and controls that several views share.
@NullMarked
package dev.espalier.ui.kit;

import org.jspecify.annotations.NullMarked;
