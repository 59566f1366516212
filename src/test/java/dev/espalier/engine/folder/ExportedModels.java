package dev.espalier.engine.folder;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Small folders with random weights in the common export layouts, with PyTorch's results for the same weights (written
/// by src/fixtures).
public final class ExportedModels {
    private ExportedModels() {}

    public static Path path(String name) {
        try {
            return Path.of(Objects.requireNonNull(
                            ExportedModels.class.getResource("/dev/espalier/engine/models/" + name), name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /// @param name of a folder, or with a precision after `@`
    public static ModelFolder folder(String name) {
        var parts = name.split("@");
        var model = ModelFolder.read(path(parts[0]));
        return parts.length == 1 ? model : model.at(parts[1]);
    }

    /// The same with another parameter count, which decides whether the graph is cut at its attentions.
    public static ModelFolder of(ModelFolder m, long parameters) {
        var s = m.shape();
        var shape = new ModelFolder.Shape(
                s.context(), s.layers(), s.kvHeads(), s.headDim(), s.vocabulary(), parameters, s.state());
        return new ModelFolder(
                m.path(),
                m.name(),
                m.kind(),
                m.description(),
                m.origin(),
                m.notes(),
                m.files(),
                shape,
                m.prompting(),
                m.execution(),
                m.variants(),
                m.prm());
    }

    public static JsonNode expected(String name) {
        return JsonMapper.shared().readTree(path(name.split("@")[0]).resolve("expected.json"));
    }

    public static int[] ids(JsonNode node) {
        return node.valueStream().mapToInt(JsonNode::asInt).toArray();
    }

    public static double[] numbers(JsonNode node) {
        return IntStream.range(0, node.size())
                .mapToDouble(i -> node.get(i).asDouble())
                .toArray();
    }

    /// Copies a folder so that a test can damage it.
    public static Path copy(String name, Path into) throws IOException {
        var target = into.resolve(name);
        Files.createDirectories(target);
        try (var files = Files.list(path(name))) {
            for (var file : files.toList()) Files.copy(file, target.resolve(file.getFileName()));
        }
        return target;
    }
}
