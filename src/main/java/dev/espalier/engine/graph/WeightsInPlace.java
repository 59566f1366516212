package dev.espalier.engine.graph;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/// Weights stay in the files in which they came: in the graph's own, or beside it.
///
/// @param graph  of the whole file
/// @param file   where the graph really lies
/// @param beside the folder that it is found in, which may be one of links
record WeightsInPlace(MemorySegment graph, java.nio.file.Path file, java.nio.file.Path beside) implements Weights {
    @Override
    public Map<String, String> place(Tensor tensor, MemorySegment numbers) throws Rewriting.Refused, IOException {
        if (numbers.byteSize() > 0) {
            long offset = numbers.address() - graph.address();
            return Map.of("location", file.getFileName().toString(), "offset", Long.toString(offset), "length", Long.toString(numbers.byteSize()));
        }
        var entries = new HashMap<>(tensor.places());
        // As the runtime finds it from the folder where the graph really lies.
        var folder = Objects.requireNonNull(file.getParent());
        var there = beside.resolve(entries.getOrDefault("location", "")).toRealPath();
        if (!there.startsWith(folder)) throw new Rewriting.Refused("its weights lie in another folder than its graph");
        entries.put("location", folder.relativize(there).toString().replace('\\', '/'));
        return entries;
    }
}
