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

/// Whether the database is still the file that was opened. SQLite goes on writing into a file that somebody has deleted or
/// moved, and reports nothing; this is how the writer finds out. Looks at names and attributes only: opening and closing the
/// file beside SQLite would drop SQLite's locks (sqlite.org/howtocorrupt.html, 2.2). Any thread may ask.
final class FilePlace {
    /// What became of it.
    sealed interface Displacement {
        /// Not there, or another file in its place; the opened one has no name any more, or none that can be found.
        record Gone(boolean replaced) implements Displacement {}

        record Moved(Path to) implements Displacement {}

        /// Another program wrote into it from outside.
        record Overwritten() implements Displacement {}

        /// One of the two files that SQLite keeps beside it.
        record Bereft(String of) implements Displacement {}
    }

    private final Path file;
    private final Object key;
    private final Map<Path, Object> companions = new LinkedHashMap<>();
    private long size;

    /// @param file open, so that what SQLite keeps beside it is there
    FilePlace(Path file) {
        this.file = file.toAbsolutePath();
        this.key = Objects.requireNonNullElse(key(this.file), "");
        for (var suffix : new String[] {"-wal", "-shm"}) {
            var companion = this.file.resolveSibling(this.file.getFileName() + suffix);
            var found = key(companion);
            if (found != null) companions.put(companion, found);
        }
    }

    /// Null while all is in its place.
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
            if (!companion.getValue().equals(key(companion.getKey()))) return new Displacement.Bereft(companion.getKey().getFileName().toString());
        }
        return null;
    }

    private Displacement away(boolean replaced) {
        var to = openFile();
        if (to == null) to = sibling();
        return to == null ? new Displacement.Gone(replaced) : new Displacement.Moved(to);
    }

    /// Linux tells for each open file where it is now.
    private @Nullable Path openFile() {
        try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (var descriptor : open) {
                if (!key.equals(key(descriptor))) continue;
                var target = Files.readSymbolicLink(descriptor);
                // Of a deleted file the link's text is a name that does not exist.
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

    /// Device and inode; where the platform has none, the time of its making.
    private static Object key(BasicFileAttributes attributes) {
        return Objects.requireNonNullElse(attributes.fileKey(), attributes.creationTime());
    }
}
