/// Model folders: descriptions by several exporters, prompt formats, tokenizers, kinds of reward models.
@NullMarked
package dev.espalier.engine.folder;

import org.jspecify.annotations.NullMarked;
