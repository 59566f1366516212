/// What answers the requests of searches: local models, their tokenizers, the sampler and the batching scheduler.
@NullMarked
package dev.espalier.engine;

import org.jspecify.annotations.NullMarked;
