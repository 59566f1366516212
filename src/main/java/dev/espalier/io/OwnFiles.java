package dev.espalier.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// Files and folders that only their owner may read: problems, answers, keys' places and logs are nobody else's. Where the file
/// system has no POSIX permissions (Windows), a person's folder protects what is in it.
public final class OwnFiles {
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> FOLDER = PosixFilePermissions.fromString("rwx------");

    private OwnFiles() {}

    /// Makes an empty file.
    public static Path file(Path file) throws IOException {
        return Files.createFile(file, attributes(file, FILE));
    }

    /// Makes a folder and those above it that are missing. One that exists stays as it is.
    public static Path folder(Path folder) throws IOException {
        return Files.createDirectories(folder, attributes(folder, FOLDER));
    }

    /// Takes away what others may do with a file or folder that exists.
    public static void close(Path existing) throws IOException {
        if (posix(existing)) Files.setPosixFilePermissions(existing, Files.isDirectory(existing) ? FOLDER : FILE);
    }

    private static FileAttribute<?>[] attributes(Path path, Set<PosixFilePermission> permissions) {
        return posix(path) ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)} : new FileAttribute<?>[0];
    }

    private static boolean posix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
