/// Policies and reward models on ONNX Runtime: a queue for each model, from which its workers refill their rows at every token.
@NullMarked
package dev.espalier.engine.onnx;

import org.jspecify.annotations.NullMarked;
