package dev.espalier.engine.graph;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/// Decides in which file a written graph finds the data of its external tensors.
interface Weights {
    /// The entries of ONNX's external data: location, offset, length.
    ///
    /// @param numbers the tensor's bytes in the graph's file, empty if they are in another file
    /// @throws Rewriting.Refused if the runtime could not read that file
    Map<String, String> externalData(Tensor tensor, MemorySegment numbers) throws Rewriting.Refused, IOException;
}
