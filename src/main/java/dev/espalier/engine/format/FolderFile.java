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

/// Reads the texts of a model folder, which comes from strangers: regular files of a sane size only. A pipe would wait for ever, a device would never end, and a text of gigabytes
/// would take the memory of everything else.
public final class FolderFile {
    /// Descriptions have some kilobytes, generation and tokenizer settings up to some hundred.
    static final long MOST_JSON = 16L << 20;
    /// The largest that are known have 35 MB.
    public static final long MOST_TOKENIZER = 128L << 20;

    private FolderFile() {}

    /// Whether something of this name is there, also what cannot be read as a file: a folder, a pipe, a device, a broken link.
    public static boolean there(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    /// The object that a file holds, a missing node where there is no such file.
    ///
    /// @throws EspalierException where it is no regular file, too large, or no JSON object
    public static JsonNode objectIfThere(Path file) {
        return there(file) ? object(file, MOST_JSON) : MissingNode.getInstance();
    }

    /// The object that a file holds.
    public static JsonNode object(Path file, long most) {
        check(file, most);
        try {
            var root = JsonMapper.shared().readTree(file);
            if (root.isObject()) return root;
            throw new EspalierException(file + (root.isMissingNode() ? " is empty" : " is no JSON object") + "; correct it or copy the model folder again.");
        } catch (JacksonException e) {
            // In words of ours: the parser's are about its own settings.
            var what = e instanceof StreamConstraintsException ? "is nested deeper, or has a longer number, name or text, than is read" : "is not valid JSON";
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            throw new EspalierException("%s %s%s; correct it or copy the model folder again.".formatted(file, what, line > 0 ? " (line " + line + ")" : ""), e);
        }
    }

    public static String text(Path file) {
        check(file, MOST_JSON);
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new EspalierException(file + " cannot be read (" + e.getMessage() + "); check its permissions.", e);
        }
    }

    private static void check(Path file, long most) {
        if (there(file) && !Files.isRegularFile(file)) throw new EspalierException(file + " is not a regular file; put the file itself there, or copy the model folder again.");
        try {
            long size = Files.size(file);
            if (size > most) throw new EspalierException("%s has %,d bytes; Espalier reads at most %,d of such a file. Copy the model folder again.".formatted(file, size, most));
        } catch (IOException e) {
            throw new EspalierException("The file " + file + " is missing or cannot be read; copy the model folder again.", e);
        }
    }

    /// A file by the name that a description gives it, where that leads to a place below the folder.
    public static Optional<Path> inside(Path folder, String name) {
        try {
            var path = Path.of(name);
            boolean below = !name.isEmpty() && !path.isAbsolute() && !name.contains("\\") && !path.normalize().startsWith("..") && !path.normalize().toString().isEmpty();
            return below ? Optional.of(folder.resolve(path)) : Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }
}
