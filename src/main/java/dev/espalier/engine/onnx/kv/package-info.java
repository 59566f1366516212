/// Memory for keys and values: of rows in flight (contiguous or paged), and of cached prefixes.
@NullMarked
package dev.espalier.engine.onnx.kv;

import org.jspecify.annotations.NullMarked;
