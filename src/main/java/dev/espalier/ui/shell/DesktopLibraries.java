package dev.espalier.ui.shell;

import dev.espalier.io.NativeLibraries;
import dev.espalier.io.ProcessVariables;
import java.lang.System.Logger.Level;
import java.util.Map;
import javafx.application.Application;

/// Settings of JavaFX and of the desktop's libraries below it (GTK, Mesa), so that they write nothing to the person's
/// home folder (docs/decisions/0090).
final class DesktopLibraries {
    private static final System.Logger LOG = System.getLogger(DesktopLibraries.class.getName());
    /// GTK's settings stay in memory, and shaders that Mesa compiled are not kept.
    private static final Map<String, String> VARIABLES =
            Map.of("GSETTINGS_BACKEND", "memory", "MESA_SHADER_CACHE_DISABLE", "true");

    private DesktopLibraries() {}

    /// Call it before JavaFX is started. A value that the person has set stays.
    static void keepOutOfTheHomeFolder() {
        if (System.getProperty("javafx.cachedir") == null)
            System.setProperty(
                    "javafx.cachedir", NativeLibraries.folder(Application.class).toString());
        VARIABLES.forEach((name, value) -> {
            if (System.getenv(name) != null) return;
            try {
                ProcessVariables.set(name, value);
            } catch (IllegalStateException e) {
                LOG.log(Level.WARNING, "The desktop's libraries may write to the home folder", e);
            }
        });
    }
}
