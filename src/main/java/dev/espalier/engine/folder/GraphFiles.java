package dev.espalier.engine.folder;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Finds the graphs of a folder by the names that exporters give them.
final class GraphFiles {
    /// The folders of a graph, best first. Optimum uses the first by default; other exporters use `onnx`.
    private static final List<String> PLACES = List.of("", "onnx/");
    /// The precisions by the suffix of the file's name, best first. For a name without a suffix the graph itself tells
    /// its precision, and an unknown suffix is its own name. transformers.js calls the last four so.
    private static final Map<String, String> PRECISIONS = precisions();
    private static final Pattern GRAPH = Pattern.compile("model(?:_([A-Za-z0-9][A-Za-z0-9_.-]{0,20}))?\\.onnx");
    private static final Pattern MERGED = Pattern.compile("decoder_model_merged(?:_[A-Za-z0-9]+)?\\.onnx");

    private GraphFiles() {}

    private static Map<String, String> precisions() {
        var precisions = new LinkedHashMap<String, String>();
        precisions.put("", "");
        precisions.put("fp32", "f32");
        precisions.put("fp16", "f16");
        precisions.put("q4", "q4");
        precisions.put("q4f16", "q4f16");
        precisions.put("quantized", "q8");
        precisions.put("q8", "q8");
        precisions.put("int8", "q8-signed");
        precisions.put("uint8", "q8-unsigned");
        precisions.put("bnb4", "bnb4");
        return precisions;
    }

    /// The graphs of the first place that has any, best first, relative to the folder.
    static List<String> of(Path folder) {
        return inPlaces(folder, GRAPH);
    }

    /// Merged decoders of an old optimum, which Espalier does not read.
    static List<String> merged(Path folder) {
        return inPlaces(folder, MERGED);
    }

    /// The precision of a graph's weights by its file name, null if the name does not tell.
    static @Nullable String precision(String graph) {
        var suffix = suffix(Path.of(graph).getFileName().toString());
        return suffix.isEmpty() ? null : PRECISIONS.getOrDefault(suffix, suffix);
    }

    /// The files of the first place that has any whose name matches a pattern.
    private static List<String> inPlaces(Path folder, Pattern pattern) {
        var order = List.copyOf(PRECISIONS.keySet());
        for (var place : PLACES) {
            var found = new TreeMap<Integer, List<String>>();
            try (var files = Files.newDirectoryStream(folder.resolve(place), "*.onnx")) {
                for (var file : files) {
                    var name = file.getFileName().toString();
                    var match = pattern.matcher(name);
                    if (!match.matches() || !Files.isRegularFile(file)) continue;
                    int rank = order.indexOf(suffix(name));
                    found.computeIfAbsent(rank < 0 ? order.size() : rank, _ -> new ArrayList<>())
                            .add(place + name);
                }
            } catch (IOException | DirectoryIteratorException | InvalidPathException e) {
                continue; // no such place
            }
            if (!found.isEmpty())
                return found.values().stream()
                        .flatMap(names -> names.stream().sorted())
                        .toList();
        }
        return List.of();
    }

    /// What follows "model_" in a graph's name, "" for nothing.
    private static String suffix(String name) {
        var match = GRAPH.matcher(name);
        return match.matches() ? Objects.requireNonNullElse(match.group(1), "") : "";
    }
}
