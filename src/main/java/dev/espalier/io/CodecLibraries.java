package dev.espalier.io;

import java.util.Map;
import java.util.Optional;
import org.xerial.snappy.OSInfo;
import org.xerial.snappy.SnappyLoader;

/// Unpacks the native libraries of Snappy and Zstandard for this machine into the Espalier folder and tells their
/// loaders where they are. On a machine that is not listed they unpack themselves.
final class CodecLibraries {
    private static final String SNAPPY_FOLDER = "org.xerial.snappy.lib.path";
    private static final String ZSTD_FILE = "ZstdNativePath";
    private static final Map<String, String> ZSTD_FOLDERS = Map.of(
            "Linux/x86_64", "linux/amd64/",
            "Linux/aarch64", "linux/aarch64/",
            "Mac/x86_64", "darwin/x86_64/",
            "Mac/aarch64", "darwin/aarch64/",
            "Windows/x86_64", "win/amd64/",
            "Windows/aarch64", "win/aarch64/");

    private CodecLibraries() {}

    /// Call it before the classes of either library are used.
    static synchronized void prepare() {
        var platform = OSInfo.getNativeLibFolderPathForCurrentOS();
        if (System.getProperty(SNAPPY_FOLDER) == null) {
            var prefix = "org/xerial/snappy/native/" + platform + "/";
            NativeLibraries.unpack(SnappyLoader.class, entry -> fileIn(prefix, entry))
                    .ifPresent(folder -> System.setProperty(SNAPPY_FOLDER, folder.toString()));
        }
        var zstd = ZSTD_FOLDERS.get(platform);
        if (zstd != null && System.getProperty(ZSTD_FILE) == null) {
            var file = new String[1];
            NativeLibraries.unpack(com.github.luben.zstd.util.Native.class, entry -> {
                        var name = fileIn(zstd, entry);
                        name.ifPresent(found -> file[0] = found);
                        return name;
                    })
                    .ifPresent(folder -> System.setProperty(
                            ZSTD_FILE, folder.resolve(file[0]).toString()));
        }
    }

    private static Optional<String> fileIn(String prefix, String entry) {
        return entry.startsWith(prefix) && !entry.endsWith("/")
                ? Optional.of(entry.substring(prefix.length()))
                : Optional.empty();
    }
}
