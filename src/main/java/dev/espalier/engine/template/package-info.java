/// Renders the chat templates that models bring, as far as comparing them with our own formats asks.
@NullMarked
package dev.espalier.engine.template;

import org.jspecify.annotations.NullMarked;
