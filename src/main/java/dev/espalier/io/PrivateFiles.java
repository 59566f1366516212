package dev.espalier.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// Creates files and folders that only their owner can read: problems, answers, names of keys, and logs. On file
/// systems without POSIX permissions (Windows) the user's profile folder protects them.
public final class PrivateFiles {
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> FOLDER = PosixFilePermissions.fromString("rwx------");

    private PrivateFiles() {}

    /// Creates an empty file.
    public static Path file(Path file) throws IOException {
        return Files.createFile(file, attributes(file, FILE));
    }

    /// Creates a folder and its missing parents. Keeps the permissions of folders that exist.
    public static Path folder(Path folder) throws IOException {
        return Files.createDirectories(folder, attributes(folder, FOLDER));
    }

    /// Removes everyone else's permissions from an existing file or folder.
    public static void restrict(Path existing) throws IOException {
        if (posix(existing)) Files.setPosixFilePermissions(existing, Files.isDirectory(existing) ? FOLDER : FILE);
    }

    private static FileAttribute<?>[] attributes(Path path, Set<PosixFilePermission> permissions) {
        return posix(path)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
    }

    private static boolean posix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
