package dev.espalier.engine.device.library;

import ai.onnxruntime.OrtEnvironment;
import dev.espalier.EspalierException;
import dev.espalier.engine.device.DeviceChoice;
import dev.espalier.io.NativeLibraries;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Where ONNX Runtime's libraries are looked for: the folder that the system property `espalier.onnxruntime` names; the folder for them in a person's
/// Espalier folder, also as a jar there; the jar on the class path.
public final class RuntimeSearch {
    public static final String PROPERTY = "espalier.onnxruntime";

    private RuntimeSearch() {}

    /// One that a person has put somewhere: that is how a person chooses another build.
    public static Optional<RuntimeFolder> chosen(DeviceChoice choice) {
        var named = System.getProperty(PROPERTY, "");
        if (!named.isBlank()) {
            var folder = Path.of(named);
            return Optional.of(RuntimeFolder.of(folder).orElseThrow(() -> new EspalierException(
                "The folder " + folder + ", which -D" + PROPERTY + " names, holds no ONNX Runtime (libonnxruntime.so, onnxruntime.dll or libonnxruntime.dylib); name another folder.")));
        }
        var libraries = choice.libraries();
        if (libraries == null || !Files.isDirectory(libraries)) return Optional.empty();
        var there = RuntimeFolder.of(libraries);
        if (there.isPresent()) return there;
        for (var file : RuntimeFolder.list(libraries)) {
            var folder = file.toString().endsWith(".jar") ? RuntimeJar.unpack(file, libraries) : Optional.<Path>empty();
            var found = folder.flatMap(RuntimeFolder::of);
            if (found.isPresent()) return found;
        }
        return Optional.empty();
    }

    /// The jar on the class path.
    public static Path jar() {
        try {
            return Path.of(OrtEnvironment.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new EspalierException("ONNX Runtime's jar lies at a place whose name is no path (" + e.getMessage() + "); install Espalier elsewhere.", e);
        }
    }

    /// The one on the class path, unpacked into the folder for libraries, or where there is none beside the other libraries.
    public static RuntimeFolder bundled(DeviceChoice choice) {
        var libraries = choice.libraries();
        var into = libraries == null ? NativeLibraries.folder() : libraries;
        return RuntimeJar.unpack(jar(), into.resolve("unpacked")).flatMap(RuntimeFolder::of)
            .orElseThrow(() -> new EspalierException(jar() + " has no ONNX Runtime for " + Platform.NAME + "; name a folder with one in -D" + PROPERTY + "."));
    }
}
