package dev.espalier.engine.format;

import dev.espalier.EspalierException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/// Reads text and JSON files of a model folder. Folders come from untrusted sources, so only regular files below a size
/// limit are read: a pipe would block forever, a device would never end, and a text of gigabytes would exhaust memory.
public final class FolderFile {
    /// Descriptions have a few kilobytes, generation and tokenizer settings up to a few hundred.
    static final long MAX_JSON_BYTES = 16L << 20;
    /// The largest known tokenizer files have 35 MB.
    public static final long MAX_TOKENIZER_BYTES = 128L << 20;

    private FolderFile() {}

    /// True if anything with this name exists, even if it is not a readable file: a folder, a pipe, a device, a
    /// broken link.
    public static boolean there(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    /// Reads the JSON object in a file; returns a missing node if the file does not exist.
    ///
    /// @throws EspalierException if it is not a regular file, too large, or not a JSON object
    public static JsonNode objectIfThere(Path file) {
        return there(file) ? object(file, MAX_JSON_BYTES) : MissingNode.getInstance();
    }

    /// Reads the JSON object in a file.
    ///
    /// @param maxBytes max size of the file in bytes
    /// @throws EspalierException if the file is missing, not a regular file, too large, or not a JSON object
    public static JsonNode object(Path file, long maxBytes) {
        check(file, maxBytes);
        try {
            var root = JsonMapper.shared().readTree(file);
            if (root.isObject()) return root;
            throw new EspalierException(file + (root.isMissingNode() ? " is empty" : " is no JSON object")
                    + "; correct it or copy the model folder again.");
        } catch (JacksonException e) {
            // Not the parser's message, which is about the parser's settings.
            var what = e instanceof StreamConstraintsException
                    ? "is nested deeper, or has a longer number, name or text, than is read"
                    : "is not valid JSON";
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            throw new EspalierException(
                    "%s %s%s; correct it or copy the model folder again."
                            .formatted(file, what, line > 0 ? " (line " + line + ")" : ""),
                    e);
        }
    }

    public static String text(Path file) {
        check(file, MAX_JSON_BYTES);
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new EspalierException(file + " cannot be read (" + e.getMessage() + "); check its permissions.", e);
        }
    }

    private static void check(Path file, long maxBytes) {
        if (there(file) && !Files.isRegularFile(file))
            throw new EspalierException(
                    file + " is not a regular file; put the file itself there, or copy the model folder again.");
        try {
            long size = Files.size(file);
            if (size > maxBytes)
                throw new EspalierException(
                        "%s has %,d bytes; Espalier reads at most %,d of such a file. Copy the model folder again."
                                .formatted(file, size, maxBytes));
        } catch (IOException e) {
            throw new EspalierException(
                    "The file " + file + " is missing or cannot be read; copy the model folder again.", e);
        }
    }

    /// Resolves a file name from a description; empty if the path is not below the folder.
    public static Optional<Path> inside(Path folder, String name) {
        try {
            var path = Path.of(name);
            boolean below = !name.isEmpty()
                    && !path.isAbsolute()
                    && !name.contains("\\")
                    && !path.normalize().startsWith("..")
                    && !path.normalize().toString().isEmpty();
            return below ? Optional.of(folder.resolve(path)) : Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }
}
