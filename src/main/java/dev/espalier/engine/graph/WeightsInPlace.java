package dev.espalier.engine.graph;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/// Leaves weights in the files of the original graph.
///
/// @param graph       the bytes of the whole file
/// @param file        the real path of the graph
/// @param graphFolder the folder of the graph, which may consist of links
record WeightsInPlace(MemorySegment graph, java.nio.file.Path file, java.nio.file.Path graphFolder) implements Weights {
    @Override
    public Map<String, String> externalData(Tensor tensor, MemorySegment numbers)
            throws Rewriting.Refused, IOException {
        if (numbers.byteSize() > 0) {
            long offset = numbers.address() - graph.address();
            return Map.of(
                    "location",
                    file.getFileName().toString(),
                    "offset",
                    Long.toString(offset),
                    "length",
                    Long.toString(numbers.byteSize()));
        }
        var entries = new HashMap<>(tensor.externalData());
        // Relative to the graph's real folder, as the runtime expects.
        var folder = Objects.requireNonNull(file.getParent());
        var target = graphFolder.resolve(entries.getOrDefault("location", "")).toRealPath();
        if (!target.startsWith(folder)) throw new Rewriting.Refused("its weights are not in the folder of its graph");
        entries.put("location", folder.relativize(target).toString().replace('\\', '/'));
        return entries;
    }
}
