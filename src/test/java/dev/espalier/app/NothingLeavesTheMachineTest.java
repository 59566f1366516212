package dev.espalier.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.engine.device.OpensAGraph;
import dev.espalier.engine.device.ort.NativeBackends;
import dev.espalier.io.Home;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Starts Espalier in each way and watches what it writes and asks. ONNX Runtime 1.29 keeps a device id and a database
/// of events in the person's cache folder, writes a log to the temporary folder and posts to its maker, unless it is
/// told not to before it is loaded; DJL reports too.
///
/// Where strace is installed, connections and reads of the machine's id are watched as well.
@Tag("slow")
class NothingLeavesTheMachineTest {
    private static final String VARIABLE = "ORT_DISABLE_TELEMETRY";
    private static final Path STRACE = Path.of("/usr/bin/strace");
    /// A call that opens a file for writing, as strace prints it; devices and Java's own entry in /proc are no files.
    private static final Pattern WRITING = Pattern.compile(
            "(open|openat|creat)\\((AT_FDCWD, )?\"(?!/dev/|/proc/self/).*(O_WRONLY|O_RDWR|O_CREAT|creat)");
    private static final List<String> RUN = List.of("run", "What is $3 + 4$?", "-n", "2");

    @TempDir
    Path folder;

    @Test
    void startedFromAPlainClassPathAsByJpackage() throws Exception {
        checkQuiet(java(List.of(), Main.class.getName(), RUN));
    }

    @Test
    void withALibraryThatIsLoadedByForeignFunctions() throws Exception {
        var library = NativeBackends.library();
        var chosen = Files.createDirectory(folder.resolve("chosen"));
        Files.copy(library, chosen.resolve(library.getFileName()));
        checkQuiet(java(List.of("-Despalier.onnxruntime=" + chosen), Main.class.getName(), RUN));
    }

    @Test
    void openedWithoutEspaliersMainClassAsByABenchmark() throws Exception {
        checkQuiet(java(
                List.of(),
                OpensAGraph.class.getName(),
                List.of(Home.sampleModels().resolve("policy-small/fused.onnx").toString())));
    }

    @Test
    void startedByTheLauncher() throws Exception {
        assumeTrue(File.separatorChar == '/', "the shell's launcher");
        checkQuiet(launcher());
    }

    @Test
    void withTheWindowOpen() throws Exception {
        var command = java(
                List.of("-Dglass.platform=Headless", "-Dprism.order=sw"),
                OpensTheWindow.class.getName(),
                List.of(Home.sampleModels().resolve("policy-small/fused.onnx").toString()));
        checkQuiet(command);
    }

    @Test
    void startedByMaven() throws Exception {
        var maven = Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(folder -> Path.of(folder, "mvn"))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(maven.isPresent(), "NOT TESTED: no mvn on the path");
        var repository = System.getProperty(
                "localRepository",
                System.getProperty(
                        "maven.repo.local",
                        Path.of(System.getProperty("user.home"), ".m2", "repository")
                                .toString()));
        assumeTrue(
                Files.isDirectory(Path.of(repository, "org/codehaus/mojo/exec-maven-plugin")),
                "NOT TESTED: Maven's exec plugin is not in " + repository + ", and tests download nothing");
        var command = new ArrayList<>(
                List.of(maven.get().toString(), "-B", "-o", "-q", "-Dmaven.repo.local=" + repository, "exec:exec"));
        if (System.getProperty("java.class.path").contains("quick-classes")) command.add("-Dquick");
        // Without a display it is a demonstration, which searches. Maven's own Java leaves files of its own.
        var options = "-Duser.home=" + folder.resolve("person") + " -Djava.io.tmpdir=" + folder.resolve("temporary")
                + " -XX:-UsePerfData";
        checkQuiet(
                command,
                Map.of(
                        "JAVA_TOOL_OPTIONS",
                        options,
                        "PATH",
                        Path.of(System.getProperty("java.home"), "bin") + File.pathSeparator + System.getenv("PATH")),
                file -> file.startsWith(".m2"),
                file -> !file.matches(".*(mat-debug|onnx|sqlite|jna|tokenizers).*"),
                call -> call.contains(Path.of("target").toAbsolutePath() + "/")
                        || call.contains(repository)
                        || call.contains("/person/.m2/")
                        || call.contains("/temporary/"));
    }

    @Test
    void theLauncherTellsTheLibraryBeforeJavaStarts() throws Exception {
        assertThat(Files.readString(Path.of("src/main/bin/espalier"))).contains("export " + VARIABLE);
        assertThat(Files.readString(Path.of("src/main/bin/espalier.cmd"))).contains("set \"" + VARIABLE + "=1\"");
    }

    @Test
    void mavenTellsItToTheProgramAndToTheTests() throws Exception {
        assertThat(System.getenv(VARIABLE)).isEqualTo("1");
        assertThat(Files.readString(Path.of("pom.xml")).split("<" + VARIABLE + ">1<", -1))
                .as("exec:exec and the tests")
                .hasSize(3);
    }

    private List<String> java(List<String> options, String main, List<String> arguments) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Duser.home=" + folder.resolve("person"),
                "-Djava.io.tmpdir=" + folder.resolve("temporary"),
                "-XX:-UsePerfData",
                "-Despalier.sample-data=" + Home.sampleData()));
        command.addAll(options);
        command.add(main);
        command.addAll(arguments);
        return command;
    }

    /// The installed program's folder: its launcher, and the class path's jars and folders in `lib`.
    private List<String> launcher() throws IOException {
        var program = Files.createDirectories(folder.resolve("program"));
        var bin = Files.createDirectories(program.resolve("bin")).resolve("espalier");
        Files.copy(Path.of("src/main/bin/espalier"), bin);
        assertThat(bin.toFile().setExecutable(true)).isTrue();
        var lib = Files.createDirectories(program.resolve("lib"));
        for (var entry : Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .toList()) {
            if (Files.isRegularFile(entry)) Files.createSymbolicLink(lib.resolve(entry.getFileName()), entry);
            else if (Files.isDirectory(entry.resolve("dev/espalier/app")))
                jar(entry, lib.resolve(entry.getFileName() + ".jar"));
        }
        var command = new ArrayList<>(List.of(bin.toString()));
        command.addAll(RUN);
        return command;
    }

    private static void jar(Path classes, Path jar) throws IOException {
        try (var out = new JarOutputStream(Files.newOutputStream(jar));
                var files = Files.walk(classes)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(
                        new ZipEntry(classes.relativize(file).toString().replace(File.separatorChar, '/')));
                Files.copy(file, out);
            }
        }
    }

    private void checkQuiet(List<String> command) throws Exception {
        checkQuiet(command, Map.of(), _ -> false, _ -> false, _ -> false);
    }

    /// @param atHome      files that others may leave in the person's home
    /// @param temporarily and in the temporary folder
    /// @param writes      calls that others may make to open a file for writing, as strace prints them
    private void checkQuiet(
            List<String> command,
            Map<String, String> variables,
            Predicate<String> atHome,
            Predicate<String> temporarily,
            Predicate<String> writes)
            throws Exception {
        var person = Files.createDirectory(folder.resolve("person"));
        var temporary = Files.createDirectory(folder.resolve("temporary"));
        var trace = folder.resolve("trace");
        boolean traced = Files.isExecutable(STRACE);
        var whole = new ArrayList<String>();
        if (traced)
            whole.addAll(List.of(
                    STRACE.toString(), "-f", "-o", trace.toString(), "-e", "trace=connect,openat,?open,?creat"));
        whole.addAll(command);
        var builder = new ProcessBuilder(whole).redirectErrorStream(true);
        var environment = builder.environment();
        environment.remove(VARIABLE);
        environment.put("CLASSPATH", System.getProperty("java.class.path"));
        environment.put("HOME", person.toString());
        environment.put("XDG_CACHE_HOME", person.resolve("cache").toString());
        environment.put("TMPDIR", temporary.toString());
        environment.put("ESPALIER_HOME", folder.resolve("espalier").toString());
        environment.put("ESPALIER_SAMPLE_DATA", Home.sampleData().toString());
        environment.put("ESPALIER_JAVA_OPTIONS", "-Duser.home=" + person + " -Djava.io.tmpdir=" + temporary);
        environment.put("JAVA25_HOME", System.getProperty("java.home"));
        environment.remove("DISPLAY");
        environment.putAll(variables);
        var process = builder.start();
        process.getOutputStream().close();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        assumeTrue(
                code == 0 || !said.contains("in offline mode") && !said.contains("No plugin found"),
                "NOT TESTED: Maven lacks a part, and tests download nothing: " + said);
        assertThat(code).as(said).isZero();
        assertThat(files(person))
                .as("files in the person's home and cache folder")
                .allMatch(atHome);
        assertThat(files(temporary)).as("temporary files").allMatch(temporarily);
        if (!traced) return;
        var calls = Files.readAllLines(trace);
        assertThat(calls)
                .as("connections and the machine's id")
                .noneMatch(call -> call.contains("AF_INET") || call.contains("machine-id"));
        assertThat(calls.stream()
                        .filter(call -> WRITING.matcher(call).find() && !call.contains(" = -1 "))
                        .filter(call ->
                                !call.contains('"' + folder.resolve("espalier").toString() + '/'))
                        .filter(call -> !writes.test(call)))
                .as("files opened for writing outside Espalier's folder")
                .isEmpty();
    }

    /// Files and folders below a folder.
    private static List<String> files(Path root) throws IOException {
        try (var files = Files.walk(root)) {
            return files.filter(file -> !file.equals(root))
                    .map(file -> root.relativize(file).toString())
                    .toList();
        }
    }
}
