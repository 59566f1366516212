/// File formats of a model folder: JSON objects, ONNX messages, element and tensor types.
@NullMarked
package dev.espalier.engine.format;

import org.jspecify.annotations.NullMarked;
