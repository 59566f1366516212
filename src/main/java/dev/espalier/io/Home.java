package dev.espalier.io;

import dev.espalier.EspalierException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/// Where Espalier keeps what is a person's own, and where the sample data lies.
public final class Home {
    private Home() {}

    /// The platform's usual place (XDG, AppData, Library); the environment variable ESPALIER_HOME moves it.
    public static Path folder() {
        return folder(System.getenv(), System.getProperty("os.name"), Path.of(System.getProperty("user.home")));
    }

    static Path folder(Map<String, String> environment, String system, Path userHome) {
        var own = environment.getOrDefault("ESPALIER_HOME", "");
        if (!own.isBlank()) return path(own, "ESPALIER_HOME");
        var os = system.toLowerCase(Locale.ROOT);
        if (os.contains("win")) return path(environment.getOrDefault("APPDATA", userHome.resolve("AppData/Roaming").toString()), "APPDATA").resolve("Espalier");
        if (os.contains("mac")) return userHome.resolve("Library/Application Support/Espalier");
        var xdg = environment.getOrDefault("XDG_DATA_HOME", "");
        return (xdg.isBlank() ? userHome.resolve(".local/share") : path(xdg, "XDG_DATA_HOME")).resolve("espalier");
    }

    /// The folder, made where it is missing, and closed to everybody else. One that ESPALIER_HOME names is somebody's own choice and
    /// keeps its permissions.
    public static Path closedFolder() throws IOException {
        var folder = OwnFiles.folder(folder());
        if (System.getenv().getOrDefault("ESPALIER_HOME", "").isBlank()) OwnFiles.close(folder);
        return folder;
    }

    private static Path path(String value, String variable) {
        try {
            return Path.of(value);
        } catch (InvalidPathException e) {
            throw new EspalierException("The environment variable %s is not a path: %s".formatted(variable, value), e);
        }
    }

    /// Where a person puts another build of ONNX Runtime, and where such builds are unpacked.
    public static Path runtimes() {
        return folder().resolve("onnxruntime");
    }

    /// What was found out about models once and need not be found again.
    public static Path checks() {
        return folder().resolve("checked");
    }

    /// Where a person describes the servers that have models, for every models folder.
    public static Path endpoints() {
        return folder().resolve("endpoints");
    }

    public static Path database() {
        return folder().resolve("runs.db");
    }

    /// The folder `sample-data`: named by the build, beside the installed program, or in the current folder.
    public static Path sampleData() {
        var named = System.getProperty("espalier.sample-data", "");
        if (!named.isEmpty()) return Path.of(named);
        var current = Path.of("sample-data");
        return Files.isDirectory(current) ? current.toAbsolutePath() : Path.of(System.getProperty("espalier.folder", ".")).resolve("sample-data").toAbsolutePath();
    }

    public static Path sampleModels() {
        return sampleData().resolve("models");
    }

    public static Path sampleProblems() {
        return sampleData().resolve("problems");
    }
}
