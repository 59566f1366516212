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
/// @param cuda    its CUDA provider, empty if there is none
public record RuntimeFolder(Path library, Optional<Path> cuda) {
    private static final Pattern LIBRARY =
            Pattern.compile("libonnxruntime\\.so(\\.[\\d.]+)?|libonnxruntime(\\.[\\d.]+)?\\.dylib|onnxruntime\\.dll");
    private static final Pattern CUDA = Pattern.compile("(lib)?onnxruntime_providers_cuda\\.(so|dll)");

    /// Finds ONNX Runtime in a folder; empty if the folder does not contain it.
    static Optional<RuntimeFolder> of(Path folder) {
        if (!Files.isDirectory(folder)) return Optional.empty();
        return first(folder, LIBRARY).map(library -> new RuntimeFolder(library, first(folder, CUDA)));
    }

    public Path path() {
        return Objects.requireNonNull(library.getParent());
    }

    private static Optional<Path> first(Path folder, Pattern name) {
        return list(folder).stream()
                .filter(file -> name.matcher(file.getFileName().toString()).matches())
                .findFirst();
    }

    /// The files of a folder, sorted by name.
    static List<Path> list(Path folder) {
        try (var files = Files.list(folder)) {
            return files.sorted(Comparator.comparing(Path::toString)).toList();
        } catch (IOException e) {
            throw new EspalierException(
                    "The folder " + folder + " cannot be listed (" + e.getMessage() + "); check its permissions.", e);
        }
    }

    /// File names of the libraries that the CUDA provider needs; empty if the file does not list them.
    public List<String> needed() {
        if (cuda.isEmpty()) return List.of();
        try {
            return ElfFile.needed(cuda.get());
        } catch (IOException e) {
            throw new EspalierException(cuda.get() + " cannot be read (" + e.getMessage() + "); copy it again.", e);
        }
    }
}
