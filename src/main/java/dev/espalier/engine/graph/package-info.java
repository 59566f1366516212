/// ONNX graphs as files: reading, rewriting and writing them, without a runtime.
@NullMarked
package dev.espalier.engine.graph;

import org.jspecify.annotations.NullMarked;
