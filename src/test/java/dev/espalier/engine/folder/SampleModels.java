package dev.espalier.engine.folder;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/// The models that come with Espalier, for tests. A test is skipped with a message if they are missing.
public final class SampleModels {
    private SampleModels() {}

    public static ModelFolder folder(String name) {
        var path = Path.of(System.getProperty("espalier.sample-data", "sample-data"), "models", name);
        assumeTrue(Files.isDirectory(path), () -> "skipped: there is no sample model " + path);
        return ModelFolder.read(path);
    }

    /// Copies a sample model to a folder so that a test can damage it.
    public static Path copy(String name, Path into) throws java.io.IOException {
        var source = folder(name).path();
        var target = into.resolve(name);
        Files.createDirectories(target);
        try (var files = Files.list(source)) {
            for (var file : files.toList()) Files.copy(file, target.resolve(file.getFileName()));
        }
        return target;
    }
}
