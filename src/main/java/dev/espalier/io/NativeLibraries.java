package dev.espalier.io;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;

/// Unpacks the native libraries of Espalier's dependencies once into the Espalier folder. Without this each library
/// copies itself to the temporary folder at every start, and the copy stays there when the process is killed.
public final class NativeLibraries {
    private static final System.Logger LOG = System.getLogger(NativeLibraries.class.getName());
    private static final String PARTIAL_SUFFIX = ".half";
    // No copy takes this long; a younger file may belong to a running process.
    private static final Duration ABANDONED = Duration.ofHours(1);

    private NativeLibraries() {}

    /// The folder of all unpacked libraries.
    public static Path folder() {
        return Home.folder().resolve("libraries");
    }

    /// The folder for the libraries of the jar that holds `type`. Its name contains the jar's version.
    public static Path folder(Class<?> type) {
        var jar = jar(type);
        return folder().resolve(jar == null ? type.getPackageName() : name(jar));
    }

    /// The jar that holds a class; null if the class lies in a folder.
    public static @Nullable Path jar(Class<?> type) {
        try {
            var source = type.getProtectionDomain().getCodeSource();
            if (source == null) return null;
            var place = Path.of(source.getLocation().toURI());
            return Files.isRegularFile(place) ? place : null;
        } catch (URISyntaxException e) {
            return null;
        }
    }

    /// Unpacks the libraries of the jar that holds `type` into [#folder(Class)].
    ///
    /// @param fileName maps a jar entry to a file name; empty for entries to skip
    /// @return the folder; empty if the jar has no libraries or the folder cannot be written. The library then
    ///     copies itself to the temporary folder
    public static Optional<Path> unpack(Class<?> type, Function<String, Optional<String>> fileName) {
        var jar = jar(type);
        if (jar == null) return Optional.empty();
        var folder = folder().resolve(name(jar));
        try {
            return unpack(jar, fileName, folder) ? Optional.of(folder) : Optional.empty();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "The native libraries of " + jar + " could not be unpacked to " + folder, e);
            return Optional.empty();
        }
    }

    /// Unpacks a jar's libraries into a folder. Skips those that are there already.
    ///
    /// @return true if the jar has any
    public static boolean unpack(Path jar, Function<String, Optional<String>> fileName, Path folder)
            throws IOException {
        boolean any = false;
        try (var file = new JarFile(jar.toFile())) {
            for (var entry : file.stream().toList()) {
                var name = fileName.apply(entry.getName());
                if (name.isEmpty()) continue;
                any = true;
                var target = folder.resolve(name.get());
                if (Files.isRegularFile(target) && Files.size(target) == entry.getSize()) continue;
                Files.createDirectories(folder);
                deleteAbandoned(folder);
                // Write to a temporary file and move it: another Espalier may start at the same moment.
                var partial = Files.createTempFile(folder, name.get(), PARTIAL_SUFFIX);
                try (var in = file.getInputStream(entry)) {
                    Files.copy(in, partial, StandardCopyOption.REPLACE_EXISTING);
                    Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                } finally {
                    Files.deleteIfExists(partial);
                }
            }
        }
        return any;
    }

    /// Deletes partial copies that killed processes left behind.
    private static void deleteAbandoned(Path folder) throws IOException {
        var latest = Instant.now().minus(ABANDONED);
        try (var files = Files.newDirectoryStream(folder, "*" + PARTIAL_SUFFIX)) {
            for (var file : files)
                if (Files.getLastModifiedTime(file).toInstant().isBefore(latest)) Files.deleteIfExists(file);
        }
    }

    private static String name(Path jar) {
        return jar.getFileName().toString().replaceFirst("\\.jar$", "");
    }
}
