package dev.espalier.engine.device;

import dev.espalier.EspalierException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.regex.Pattern;

/// ONNX Runtime's libraries in a jar (the official ones, or bytedeco's), unpacked once.
final class RuntimeJar {
    private static final Pattern OFFICIAL = Pattern.compile("ai/onnxruntime/native/" + Platform.NAME + "/([^/]+)");
    private static final Pattern BYTEDECO = Pattern.compile("org/bytedeco/onnxruntime/" + Platform.NAME.replace("-x64", "-x86_64").replace("win-", "windows-").replace("osx-", "macosx-")
        + "(?:-gpu)?/([^/]+)");
    private static final Pattern WANTED = Pattern.compile("(lib)?onnxruntime(_providers_(shared|cuda))?\\.(so(\\.\\d+)?|dylib|dll)");

    private RuntimeJar() {}

    /// Unpacks a jar's libraries for this platform into a folder of the jar's name, unless they are there already.
    ///
    /// @return that folder, or none where the jar has no such libraries
    static Optional<Path> unpack(Path jar, Path into) {
        var folder = into.resolve(jar.getFileName().toString().replaceFirst("\\.jar$", ""));
        boolean any = false;
        try (var file = new JarFile(jar.toFile())) {
            for (var entry : file.stream().toList()) {
                var name = libraryName(entry.getName());
                if (name.isEmpty()) continue;
                any = true;
                var target = folder.resolve(name.get());
                if (Files.isRegularFile(target) && Files.size(target) == entry.getSize()) continue;
                Files.createDirectories(folder);
                // Whole or not at all: another Espalier may start at the same moment.
                var half = Files.createTempFile(folder, name.get(), ".half");
                try (var in = file.getInputStream(entry)) {
                    Files.copy(in, half, StandardCopyOption.REPLACE_EXISTING);
                    Files.move(half, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                } finally {
                    Files.deleteIfExists(half);
                }
            }
        } catch (IOException e) {
            throw new EspalierException("ONNX Runtime's libraries could not be unpacked from " + jar + " to " + folder + " (" + e.getMessage()
                + "); check the disk's free space and permissions, or unpack them yourself and name their folder in -Despalier.onnxruntime.", e);
        }
        return any ? Optional.of(folder) : Optional.empty();
    }

    /// Whether a jar holds the CUDA provider for this platform.
    static boolean offersCuda(Path jar) {
        try (var file = new JarFile(jar.toFile())) {
            return file.stream().map(entry -> libraryName(entry.getName())).anyMatch(name -> name.isPresent() && name.get().contains("_cuda."));
        } catch (IOException e) {
            throw new EspalierException(jar + " cannot be read (" + e.getMessage() + "); copy it again.", e);
        }
    }

    private static Optional<String> libraryName(String entry) {
        for (var place : new Pattern[] {OFFICIAL, BYTEDECO}) {
            var match = place.matcher(entry);
            if (match.matches() && WANTED.matcher(match.group(1)).matches()) return Optional.of(match.group(1));
        }
        return Optional.empty();
    }
}
