/// What lies in a model folder: descriptions of several makers, prompt formats, tokenizers, kinds of reward models.
@NullMarked
package dev.espalier.engine.folder;

import org.jspecify.annotations.NullMarked;
