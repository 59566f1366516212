/// Memory of keys and values: of rows in flight, in pages or side by side, and of prefixes kept for later.
@NullMarked
package dev.espalier.engine.onnx.kv;

import org.jspecify.annotations.NullMarked;
