package dev.espalier.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Checks whether the database is still the file that was opened. SQLite keeps writing to a deleted or moved file
/// without an error; the writer notices it here. Reads only names and attributes: opening and closing the file beside
/// SQLite would drop SQLite's locks (sqlite.org/howtocorrupt.html, 2.2). Thread-safe.
final class FilePlace {
    /// Why the database is no longer usable.
    sealed interface Displacement {
        /// The file is missing or replaced by another; the opened file has no name, or its name cannot be
        /// found.
        record Gone(boolean replaced) implements Displacement {}

        record Moved(Path to) implements Displacement {}

        /// Another program wrote over the file, bypassing SQLite.
        record Overwritten() implements Displacement {}

        /// One of the two files that SQLite keeps beside the database is missing.
        record CompanionGone(String of) implements Displacement {}
    }

    private final Path file;
    private final Object key;
    private final Map<Path, Object> companions = new LinkedHashMap<>();
    private long size;

    /// @param file an open database, so that SQLite's other files exist
    FilePlace(Path file) {
        this.file = file.toAbsolutePath();
        this.key = Objects.requireNonNullElse(key(this.file), "");
        for (var suffix : new String[] {"-wal", "-shm"}) {
            var companion = this.file.resolveSibling(this.file.getFileName() + suffix);
            var found = key(companion);
            if (found != null) companions.put(companion, found);
        }
    }

    /// Returns null if all files are in place.
    synchronized @Nullable Displacement displacement() {
        BasicFileAttributes now;
        try {
            now = Files.readAttributes(file, BasicFileAttributes.class);
        } catch (IOException _) {
            return away(false);
        }
        if (!key(now).equals(key)) return away(true);
        if (now.size() < size) return new Displacement.Overwritten();
        size = now.size();
        for (var companion : companions.entrySet()) {
            if (!companion.getValue().equals(key(companion.getKey())))
                return new Displacement.CompanionGone(
                        companion.getKey().getFileName().toString());
        }
        return null;
    }

    private Displacement away(boolean replaced) {
        var to = openFile();
        if (to == null) to = sibling();
        return to == null ? new Displacement.Gone(replaced) : new Displacement.Moved(to);
    }

    /// Asks Linux for the current path of the open file.
    private @Nullable Path openFile() {
        try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (var descriptor : open) {
                if (!key.equals(key(descriptor))) continue;
                var target = Files.readSymbolicLink(descriptor);
                // For a deleted file, the link names a path that does not exist.
                if (key.equals(key(target))) return target;
            }
        } catch (IOException | UnsupportedOperationException _) {
            return null;
        }
        return null;
    }

    private @Nullable Path sibling() {
        try (DirectoryStream<Path> siblings = Files.newDirectoryStream(file.getParent())) {
            for (var sibling : siblings) if (key.equals(key(sibling))) return sibling;
        } catch (IOException _) {
            return null;
        }
        return null;
    }

    private static @Nullable Object key(Path file) {
        try {
            return key(Files.readAttributes(file, BasicFileAttributes.class));
        } catch (IOException _) {
            return null;
        }
    }

    /// Device and inode; creation time on platforms without them.
    private static Object key(BasicFileAttributes attributes) {
        return Objects.requireNonNullElse(attributes.fileKey(), attributes.creationTime());
    }
}
