/// How a model folder's files are written: JSON objects, ONNX's messages, types of elements and tensors.
@NullMarked
package dev.espalier.engine.format;

import org.jspecify.annotations.NullMarked;
