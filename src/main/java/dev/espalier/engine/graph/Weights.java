package dev.espalier.engine.graph;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/// Where a written graph finds the numbers of tensors that it does not hold itself.
interface Weights {
    /// The entries that tell the runtime, by their keys: location, offset, length.
    ///
    /// @param numbers the tensor's own bytes, of no length where they lie in another file
    Map<String, String> place(Tensor tensor, MemorySegment numbers) throws Rewriting.Refused, IOException;
}
