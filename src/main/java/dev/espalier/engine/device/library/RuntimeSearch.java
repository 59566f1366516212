package dev.espalier.engine.device.library;

import ai.onnxruntime.OrtEnvironment;
import dev.espalier.EspalierException;
import dev.espalier.engine.device.DeviceChoice;
import dev.espalier.io.NativeLibraries;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Searches ONNX Runtime's libraries, in this order: the folder named by the system property `espalier.onnxruntime`;
/// the library folder in the user's Espalier folder, as files or as a jar; the jar on the class path.
public final class RuntimeSearch {
    public static final String PROPERTY = "espalier.onnxruntime";

    private RuntimeSearch() {}

    /// The build that the user installed or named; empty if there is none.
    public static Optional<RuntimeFolder> chosen(DeviceChoice choice) {
        var named = System.getProperty(PROPERTY, "");
        if (!named.isBlank()) {
            var folder = Path.of(named);
            return Optional.of(
                    RuntimeFolder.of(folder)
                            .orElseThrow(
                                    () -> new EspalierException(
                                            "The folder " + folder + " named by -D" + PROPERTY
                                                    + " does not contain ONNX Runtime (libonnxruntime.so, onnxruntime.dll or libonnxruntime.dylib); name another folder.")));
        }
        var libraries = choice.libraries();
        if (libraries == null || !Files.isDirectory(libraries)) return Optional.empty();
        var installed = RuntimeFolder.of(libraries);
        if (installed.isPresent()) return installed;
        for (var file : RuntimeFolder.list(libraries)) {
            var folder = file.toString().endsWith(".jar") ? RuntimeJar.unpack(file, libraries) : Optional.<Path>empty();
            var found = folder.flatMap(RuntimeFolder::of);
            if (found.isPresent()) return found;
        }
        return Optional.empty();
    }

    /// ONNX Runtime's jar on the class path.
    public static Path jar() {
        try {
            return Path.of(OrtEnvironment.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new EspalierException(
                    "The location of ONNX Runtime's jar is not a valid path (" + e.getMessage()
                            + "); install Espalier elsewhere.",
                    e);
        }
    }

    /// The build on the class path, unpacked into the user's library folder, or beside Espalier's other native
    /// libraries if there is none.
    public static RuntimeFolder bundled(DeviceChoice choice) {
        var libraries = choice.libraries();
        var into = libraries == null ? NativeLibraries.folder() : libraries;
        return RuntimeJar.unpack(jar(), into.resolve("unpacked"))
                .flatMap(RuntimeFolder::of)
                .orElseThrow(() -> new EspalierException(jar() + " has no ONNX Runtime for " + Platform.NAME
                        + "; name a folder with one in -D" + PROPERTY + "."));
    }
}
