/// Renders the chat templates of models, to compare them with Espalier's own chat formats.
@NullMarked
package dev.espalier.engine.template;

import org.jspecify.annotations.NullMarked;
