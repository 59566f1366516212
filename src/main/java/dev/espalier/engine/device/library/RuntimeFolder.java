package dev.espalier.engine.device.library;

import dev.espalier.EspalierException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/// A folder with ONNX Runtime's libraries.
///
/// @param library ONNX Runtime itself
/// @param cuda    its CUDA provider, if it has one
public record RuntimeFolder(Path library, Optional<Path> cuda) {
    private static final Pattern LIBRARY = Pattern.compile("libonnxruntime\\.so(\\.[\\d.]+)?|libonnxruntime(\\.[\\d.]+)?\\.dylib|onnxruntime\\.dll");
    private static final Pattern CUDA = Pattern.compile("(lib)?onnxruntime_providers_cuda\\.(so|dll)");

    /// What a folder holds, if it is one of ONNX Runtime.
    static Optional<RuntimeFolder> of(Path folder) {
        if (!Files.isDirectory(folder)) return Optional.empty();
        return first(folder, LIBRARY).map(library -> new RuntimeFolder(library, first(folder, CUDA)));
    }

    public Path path() {
        return Objects.requireNonNull(library.getParent());
    }

    private static Optional<Path> first(Path folder, Pattern name) {
        return list(folder).stream().filter(file -> name.matcher(file.getFileName().toString()).matches()).findFirst();
    }

    /// The files of a folder by name.
    static List<Path> list(Path folder) {
        try (var files = Files.list(folder)) {
            return files.sorted(Comparator.comparing(Path::toString)).toList();
        } catch (IOException e) {
            throw new EspalierException("The folder " + folder + " cannot be listed (" + e.getMessage() + "); check its permissions.", e);
        }
    }

    /// The libraries that the CUDA provider needs; none where the file does not say.
    public List<String> needed() {
        if (cuda.isEmpty()) return List.of();
        try {
            return ElfFile.needed(cuda.get());
        } catch (IOException e) {
            throw new EspalierException(cuda.get() + " cannot be read (" + e.getMessage() + "); copy it again.", e);
        }
    }
}
