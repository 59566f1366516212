/// The decode loop of a policy and its rows, for every kind of graph.
@NullMarked
package dev.espalier.engine.onnx.decode;

import org.jspecify.annotations.NullMarked;
