package dev.espalier.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Starts the shell's launcher with a `java` that prints its arguments.
class LauncherTest {
    private static final String LIBRARIES = "/libraries/window.jsa";

    @TempDir
    Path folder;

    @BeforeEach
    void aLauncherAndAJava() throws Exception {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "the folders and the display of Linux");
        Files.createDirectories(folder.resolve("program/bin"));
        Files.copy(Path.of("src/main/bin/espalier"), folder.resolve("program/bin/espalier"));
        java("jdk-25", "25.0.1");
    }

    @Test
    void theWindowHasAnArchiveOfClasses() throws Exception {
        assertThat(started(Map.of("DISPLAY", ":5", "ESPALIER_HOME", "/a b")))
                .contains("-XX:SharedArchiveFile=/a b" + LIBRARIES)
                .contains("-XX:+AutoCreateSharedArchive", "-XX:+VerifySharedSpaces", "dev.espalier.app.Main");
        assertThat(started(Map.of("DISPLAY", ":5", "XDG_DATA_HOME", "/x"), "--db", "some file.db"))
                .contains("-XX:SharedArchiveFile=/x/espalier" + LIBRARIES)
                .endsWith("dev.espalier.app.Main", "--db", "some file.db");
        assertThat(started(Map.of("DISPLAY", ":5")))
                .contains("-XX:SharedArchiveFile=" + folder + "/person/.local/share/espalier" + LIBRARIES);
    }

    @Test
    void commandsHaveNoneBecauseTheyAreToEndAtOnce() throws Exception {
        for (var command : List.of(
                List.of("run", "What is $1 + 1$?", "-n", "2"),
                List.of("runs", "--db", "x"),
                List.of("--help"),
                List.of("--db", "x", "--version"),
                List.of("-h"),
                List.of("-V")))
            assertThat(started(Map.of("DISPLAY", ":5"), command.toArray(String[]::new)))
                    .as(command.toString())
                    .noneMatch(argument -> argument.contains("Archive"))
                    .endsWith(command.toArray(String[]::new));
    }

    @Test
    void aDemonstrationWithoutADisplayHasNone() throws Exception {
        assertThat(started(Map.of())).noneMatch(argument -> argument.contains("Archive"));
    }

    @Test
    void aJavaThatIsTooOldIsPassedOver() throws Exception {
        java("jdk-17", "17.0.9");
        assertThat(started(Map.of(
                        "JAVA25_HOME", folder.resolve("jdk-17").toString(),
                        "JAVA_HOME", folder.resolve("jdk-25").toString())))
                .contains("dev.espalier.app.Main")
                .contains("jdk-25");
    }

    /// A folder of a JDK whose `java` prints its folder's name and its arguments, one a line.
    private void java(String name, String version) throws Exception {
        var home = folder.resolve(name);
        var java = Files.createDirectories(home.resolve("bin")).resolve("java");
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        Files.writeString(java, "#!/bin/sh\necho " + name + "\nprintf '%s\\n' \"$@\"\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
    }

    private List<String> started(Map<String, String> variables, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("/bin/sh", folder + "/program/bin/espalier"));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        var environment = builder.environment();
        List.of("DISPLAY", "ESPALIER_HOME", "XDG_DATA_HOME", "ESPALIER_JAVA_OPTIONS", "JAVA_HOME")
                .forEach(environment::remove);
        environment.put("HOME", folder.resolve("person").toString());
        environment.put("JAVA25_HOME", folder.resolve("jdk-25").toString());
        environment.putAll(variables);
        var process = builder.start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said.lines().toList();
    }
}
