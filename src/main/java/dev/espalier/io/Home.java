package dev.espalier.io;

import dev.espalier.EspalierException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/// The paths of a person's Espalier folder and of the sample data.
public final class Home {
    // Read once: see figure.SystemFonts.
    private static final String USER = System.getProperty("user.home");

    private Home() {}

    /// The Espalier folder: where the platform keeps a program's data (XDG, AppData, Library). The environment
    /// variable ESPALIER_HOME overrides it.
    public static Path folder() {
        return folder(System.getenv(), System.getProperty("os.name"), Path.of(USER));
    }

    static Path folder(Map<String, String> environment, String system, Path userHome) {
        var override = environment.getOrDefault("ESPALIER_HOME", "");
        if (!override.isBlank()) return path(override, "ESPALIER_HOME");
        var os = system.toLowerCase(Locale.ROOT);
        if (os.contains("win"))
            return path(
                            environment.getOrDefault(
                                    "APPDATA",
                                    userHome.resolve("AppData/Roaming").toString()),
                            "APPDATA")
                    .resolve("Espalier");
        if (os.contains("mac")) return userHome.resolve("Library/Application Support/Espalier");
        var xdg = environment.getOrDefault("XDG_DATA_HOME", "");
        return (xdg.isBlank() ? userHome.resolve(".local/share") : path(xdg, "XDG_DATA_HOME")).resolve("espalier");
    }

    /// Returns the Espalier folder. Creates it if missing and makes it readable by its owner only. A folder that
    /// ESPALIER_HOME names keeps its permissions.
    public static Path privateFolder() throws IOException {
        var folder = PrivateFiles.folder(folder());
        if (System.getenv().getOrDefault("ESPALIER_HOME", "").isBlank()) PrivateFiles.restrict(folder);
        return folder;
    }

    private static Path path(String value, String variable) {
        try {
            return Path.of(value);
        } catch (InvalidPathException e) {
            throw new EspalierException("The environment variable %s is not a path: %s".formatted(variable, value), e);
        }
    }

    /// The folder for other builds of ONNX Runtime; archives are unpacked there too.
    public static Path runtimes() {
        return folder().resolve("onnxruntime");
    }

    /// The folder for results of one-time checks of models.
    public static Path checks() {
        return folder().resolve("checked");
    }

    /// The folder of server descriptions that apply to every models folder.
    public static Path endpoints() {
        return folder().resolve("endpoints");
    }

    public static Path database() {
        return folder().resolve("runs.db");
    }

    /// The folder `sample-data`. The build names it with the system property `espalier.sample-data`; otherwise it
    /// lies in the current folder or beside the installed program.
    public static Path sampleData() {
        var named = System.getProperty("espalier.sample-data", "");
        if (!named.isEmpty()) return Path.of(named);
        var current = Path.of("sample-data");
        return Files.isDirectory(current)
                ? current.toAbsolutePath()
                : Path.of(System.getProperty("espalier.folder", "."))
                        .resolve("sample-data")
                        .toAbsolutePath();
    }

    public static Path sampleModels() {
        return sampleData().resolve("models");
    }

    public static Path sampleProblems() {
        return sampleData().resolve("problems");
    }
}
