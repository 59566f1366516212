package dev.espalier.engine.folder;

import com.sun.jna.Platform;
import dev.espalier.io.NativeLibraries;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Settings of the tokenizers library, which it reads when it is loaded.
final class TokenizerLibrary {
    // Held here: a logger that nobody holds forgets its level.
    private static final Logger LOG = Logger.getLogger("ai.djl");
    private static final String JNA_FOLDER = "jna.boot.library.path";

    private TokenizerLibrary() {}

    /// Keeps the library from the network and from every folder but Espalier's. Call it before the library's classes are used.
    static void prepare() {
        // Otherwise the library reports to its makers, asks a cloud metadata address, and on an NVIDIA machine tries to download a CUDA build.
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
        // Where it unpacks its native library; in the person's home folder otherwise.
        System.setProperty("ENGINE_CACHE_DIR", NativeLibraries.folder().toString());
        // It looks for a GPU, which it is not asked to use, and warns at every start where there is none.
        LOG.setLevel(Level.SEVERE);
        // It looks through JNA, which copies its native library at every start unless it finds it there.
        if (System.getProperty(JNA_FOLDER) == null) {
            var prefix = "com/sun/jna/" + Platform.RESOURCE_PREFIX + "/";
            NativeLibraries.unpack(Platform.class, entry -> entry.startsWith(prefix) && !entry.endsWith("/") ? Optional.of(entry.substring(prefix.length())) : Optional.empty())
                .ifPresent(folder -> {
                    System.setProperty(JNA_FOLDER, folder.toString());
                    // It makes this folder in the person's cache folder even where it copies nothing.
                    System.setProperty("jna.tmpdir", folder.toString());
                });
        }
    }
}
