package dev.espalier.store;

import dev.espalier.io.NativeLibraries;
import java.util.Optional;
import org.sqlite.JDBC;
import org.sqlite.util.LibraryLoaderUtil;

/// Unpacks SQLite's native library once.
final class SqliteLibrary {
    /// The folder where the driver looks for the library. If it is missing there, the driver copies it to the
    /// temporary folder.
    private static final String FOLDER = "org.sqlite.lib.path";

    private SqliteLibrary() {}

    /// Call it before the first connection.
    static synchronized void unpack() {
        if (System.getProperty(FOLDER) != null) return;
        // A resource path begins with a slash, an entry name does not.
        var wanted =
                LibraryLoaderUtil.getNativeLibResourcePath().substring(1) + "/" + LibraryLoaderUtil.getNativeLibName();
        NativeLibraries.unpack(
                        JDBC.class,
                        entry -> entry.equals(wanted)
                                ? Optional.of(LibraryLoaderUtil.getNativeLibName())
                                : Optional.empty())
                .ifPresent(folder -> System.setProperty(FOLDER, folder.toString()));
    }
}
