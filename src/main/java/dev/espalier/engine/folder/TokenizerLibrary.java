package dev.espalier.engine.folder;

import com.sun.jna.Platform;
import dev.espalier.io.NativeLibraries;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Settings that the tokenizers library reads when it is loaded.
final class TokenizerLibrary {
    // A strong reference: the JVM discards an unreferenced logger with its level.
    private static final Logger LOG = Logger.getLogger("ai.djl");
    private static final String JNA_FOLDER = "jna.boot.library.path";

    private TokenizerLibrary() {}

    /// Keeps the library away from the network and from folders other than Espalier's. Call it before the library's
    /// classes are used.
    static void prepare() {
        // Otherwise the library reports to its makers, queries a cloud metadata address, and on an NVIDIA
        // machine tries to download a CUDA build.
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
        // The folder for its native library; by default it is in the user's home folder.
        System.setProperty("ENGINE_CACHE_DIR", NativeLibraries.folder().toString());
        // It looks for an unneeded GPU and warns at every start if there is none.
        LOG.setLevel(Level.SEVERE);
        // It looks for the GPU through JNA, which copies its native library at every start unless it finds it
        // here.
        if (System.getProperty(JNA_FOLDER) == null) {
            var prefix = "com/sun/jna/" + Platform.RESOURCE_PREFIX + "/";
            NativeLibraries.unpack(
                            Platform.class,
                            entry -> entry.startsWith(prefix) && !entry.endsWith("/")
                                    ? Optional.of(entry.substring(prefix.length()))
                                    : Optional.empty())
                    .ifPresent(folder -> {
                        System.setProperty(JNA_FOLDER, folder.toString());
                        // It creates this folder in the user's cache folder even if it copies nothing.
                        System.setProperty("jna.tmpdir", folder.toString());
                    });
        }
    }
}
