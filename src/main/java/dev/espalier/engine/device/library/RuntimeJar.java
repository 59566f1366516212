package dev.espalier.engine.device.library;

import dev.espalier.EspalierException;
import dev.espalier.io.NativeLibraries;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.regex.Pattern;

/// Unpacks ONNX Runtime's libraries from a jar (the official one, or bytedeco's).
public final class RuntimeJar {
    private static final Pattern OFFICIAL = Pattern.compile("ai/onnxruntime/native/" + Platform.NAME + "/([^/]+)");
    private static final Pattern BYTEDECO = Pattern.compile("org/bytedeco/onnxruntime/"
            + Platform.NAME
                    .replace("-x64", "-x86_64")
                    .replace("win-", "windows-")
                    .replace("osx-", "macosx-") + "(?:-gpu)?/([^/]+)");
    private static final Pattern WANTED =
            Pattern.compile("(lib)?onnxruntime(_providers_(shared|cuda))?\\.(so(\\.\\d+)?|dylib|dll)");

    private static final Pattern JAVA =
            Pattern.compile("(lib)?onnxruntime(4j_jni|_providers_shared)?\\.(so(\\.\\d+)?|dylib|dll)");

    private RuntimeJar() {}

    /// Unpacks a jar's libraries for this platform into a folder with the jar's name, unless they are unpacked
    /// already.
    ///
    /// @return that folder; empty if the jar has no libraries for this platform
    static Optional<Path> unpack(Path jar, Path into) {
        var folder = into.resolve(jar.getFileName().toString().replaceFirst("\\.jar$", ""));
        try {
            return NativeLibraries.unpack(jar, RuntimeJar::libraryName, folder)
                    ? Optional.of(folder)
                    : Optional.empty();
        } catch (IOException e) {
            throw new EspalierException(
                    "ONNX Runtime's libraries could not be unpacked from " + jar + " to " + folder + " ("
                            + e.getMessage()
                            + "); check the disk's free space and permissions, or unpack them yourself and name their folder in -Despalier.onnxruntime.",
                    e);
        }
    }

    /// True if a jar contains the CUDA provider for this platform.
    public static boolean offersCuda(Path jar) {
        try (var file = new JarFile(jar.toFile())) {
            return file.stream()
                    .map(entry -> libraryName(entry.getName()))
                    .anyMatch(name -> name.isPresent() && name.get().contains("_cuda."));
        } catch (IOException e) {
            throw new EspalierException(jar + " cannot be read (" + e.getMessage() + "); copy it again.", e);
        }
    }

    /// The file name of a jar entry that ONNX Runtime's Java API needs on the CPU; empty for other entries.
    public static Optional<String> javaLibrary(String entry) {
        var match = OFFICIAL.matcher(entry);
        return match.matches() && JAVA.matcher(match.group(1)).matches()
                ? Optional.of(match.group(1))
                : Optional.empty();
    }

    private static Optional<String> libraryName(String entry) {
        for (var place : new Pattern[] {OFFICIAL, BYTEDECO}) {
            var match = place.matcher(entry);
            if (match.matches() && WANTED.matcher(match.group(1)).matches()) return Optional.of(match.group(1));
        }
        return Optional.empty();
    }
}
