/// Policies and reward models on ONNX Runtime: one scheduler thread a model, one continuously refilled batch.
@NullMarked
package dev.espalier.engine.onnx;

import org.jspecify.annotations.NullMarked;
