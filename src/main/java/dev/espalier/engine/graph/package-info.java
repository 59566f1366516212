/// Reads ONNX graph files, and rewrites, splits and quantizes them.
@NullMarked
package dev.espalier.engine.graph;

import org.jspecify.annotations.NullMarked;
