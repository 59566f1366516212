package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.engine.device.Device;
import dev.espalier.engine.device.DeviceChoice;
import dev.espalier.experiment.Workbench;
import dev.espalier.io.Home;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Tag("slow")
class EspalierTest {
    @TempDir
    Path folder;

    private final List<Workbench.Settings> opened = new ArrayList<>();
    private final PrintStream systemOut = System.out;
    private final PrintStream systemErr = System.err;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void captureStreams() {
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void restoreStreams() {
        System.setOut(systemOut);
        System.setErr(systemErr);
    }

    private int espalier(String... arguments) {
        out.reset();
        err.reset();
        return Espalier.execute(
                settings -> {
                    opened.add(settings);
                    return 0;
                },
                new PrintWriter(System.err, true),
                arguments);
    }

    @Test
    void withoutACommandTheWindowOpensWithTheGivenPaths() {
        assertThat(espalier(
                        "--db",
                        "other.db",
                        "--models",
                        "mine",
                        "--problems",
                        "a.jsonl",
                        "--problems",
                        "b.jsonl",
                        "--device",
                        "cpu"))
                .isZero();
        assertThat(opened)
                .containsExactly(new Workbench.Settings(
                        Path.of("other.db"),
                        Path.of("mine"),
                        List.of(Path.of("a.jsonl"), Path.of("b.jsonl")),
                        DeviceChoice.of(Device.CPU)));
        assertThat(espalier()).isZero();
        assertThat(opened.getLast().database()).isEqualTo(Home.database());
    }

    @Test
    void aValueMayBeCalledLikeACommand() {
        assertThat(espalier("--db", "runs", "--models", "models", "--problems", "run", "--problems", "bench"))
                .isZero();
        assertThat(opened.getLast().database()).isEqualTo(Path.of("runs"));
        assertThat(opened.getLast().models()).isEqualTo(Path.of("models"));
        assertThat(opened.getLast().problemFiles()).containsExactly(Path.of("run"), Path.of("bench"));
        assertThat(espalier(
                        "models",
                        "--models",
                        "models",
                        "--db",
                        folder.resolve("runs").toString()))
                .as("there are none")
                .isEqualTo(1);
        assertThat(words()).contains("There are no models in models.");
    }

    @Test
    void listsDevicesAndRejectsAnUnknownOne() {
        assertThat(espalier("devices")).isZero();
        assertThat(out.toString()).startsWith("CPU: ").contains("CUDA");
        assertThat(espalier("--device", "cuda:1", "--gpu-memory", "2048")).isZero();
        assertThat(opened.getLast().device())
                .isEqualTo(DeviceChoice.parse("cuda:1").withMemoryLimit(2L << 30));
        assertThat(espalier("models", "--device", "tpu")).isEqualTo(2);
        assertThat(err.toString())
                .contains(
                        "There is no device \"tpu\". There are: auto, cpu, cuda, and cuda:1 for a machine's second GPU.");
        assertThat(espalier("models", "--gpu-memory", "-1")).isEqualTo(2);
        assertThat(err.toString()).contains("cannot be negative");
    }

    @Test
    void acceptsAKvMemoryLimitAndRejectsAnImpossibleOne() {
        assertThat(espalier("--kv-memory", "512")).isZero();
        assertThat(opened.getLast().device().kvMemory()).isEqualTo(512L << 20);
        String[] run = {"run", "What is $3+4$?", "--strategy", "beam-search", "-n", "8", "-m", "4", "--json"};
        assertThat(withData(run)).isZero();
        var usual = document().required("groups");
        for (var wrong : List.of("-1", "1e3", "many"))
            assertThat(withData(with(run, wrong))).as(wrong).isEqualTo(2);
        assertThat(withData(with(run, "99999999999999999"))).isEqualTo(2);
        assertThat(err.toString())
                .contains("--kv-memory is in MiB; 99999999999999999 MiB is more than any machine has.");
        assertThat(withData(with(run, "1"))).isEqualTo(1);
        assertThat(err.toString().strip())
                .endsWith(
                        "1 MiB are too little for the KV of policy-small, whose solutions have up to 320 tokens: set at least 2 MiB (--kv-memory).");
        assertThat(withData(with(run, "2000000000"))).isEqualTo(1);
        assertThat(err.toString())
                .contains("This machine has")
                .contains("but 2,000,000,000 MiB are set for the KV of policy-small");
        assertThat(withData(with(run, "2"))).isZero();
        assertThat(document().required("groups"))
                .as("a row at a time, and the same")
                .isEqualTo(usual);
    }

    private static String[] with(String[] arguments, String mebibytes) {
        var all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--kv-memory", mebibytes));
        return all.toArray(String[]::new);
    }

    @Test
    void showsForksAndReplaysAStoredSearch() {
        assertThat(withData(
                        "run",
                        "What is $3+4$?",
                        "--gold",
                        "7",
                        "--strategy",
                        "beam-search",
                        "-n",
                        "4",
                        "-m",
                        "2",
                        "--json"))
                .isZero();
        int search = document().required("search").intValue();
        assertThat(withData("show", "" + search, "--iteration", "1", "--json")).isZero();
        assertThat(document().required("fate").stringValue()).isIn("kept", "pruned");
        assertThat(withData("fork", "" + search, "--at", "10", "--resample", "0", "--times", "2", "--json"))
                .isZero();
        int fork = document().required("search").intValue();
        assertThat(document().required("forked_from").intValue()).isEqualTo(search);
        assertThat(withData("replay", "" + search, "" + fork, "--with-models", "--json"))
                .isZero();
        assertThat(document().required("same").booleanValue()).isTrue();
        assertThat(withData("replay", "" + search, "" + fork, "--json")).isZero();
        assertThat(document().required("same").booleanValue()).isTrue();
        assertThat(withData("runs", "--json")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("\"fork\":{");
        assertThat(withData("curve", "2")).isEqualTo(1);
        assertThat(withData("fork", "" + search, "--at", "10", "--prune", "999"))
                .isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("no node 999");
        assertThat(withData("fork", "" + search, "--at", "9999", "--prune", "1"))
                .isEqualTo(2);
        assertThat(withData("fork", "" + search, "--prune", "1", "--keep", "1")).isEqualTo(2);
    }

    @Test
    void aRunRecordsItsPrecisionAndForksUseIt() {
        var models = "src/test/resources/dev/espalier/engine/models";
        assertThat(withData(
                        "run",
                        "What is $3+4$?",
                        "--models",
                        models,
                        "--policy",
                        "tiny-random",
                        "--precision",
                        "int4",
                        "--prm",
                        "none",
                        "--strategy",
                        "best-of-n",
                        "-n",
                        "2",
                        "--max-new-tokens",
                        "8",
                        "--json"))
                .isZero();
        int search = document().required("search").intValue();
        assertThat(withData("replay", "" + search, "--models", models, "--with-models", "--json"))
                .isZero();
        assertThat(document().required("same").booleanValue()).isTrue();
        assertThat(withData("runs", "--json")).isZero();
        assertThat(document().required("policy").stringValue()).isEqualTo("tiny-random@int4");
        assertThat(document().required("device").stringValue()).endsWith(", int4");
        assertThat(withData(
                        "run",
                        "2+2",
                        "--models",
                        models,
                        "--policy",
                        "tiny-random@f32",
                        "--precision",
                        "int4",
                        "--prm",
                        "none"))
                .isEqualTo(2);
        assertThat(words()).contains("Name the precision once");
        assertThat(withData(
                        "run",
                        "2+2",
                        "--models",
                        models,
                        "--policy",
                        "tiny-random",
                        "--precision",
                        "int3",
                        "--prm",
                        "none"))
                .isEqualTo(1);
        assertThat(words()).contains("has no precision \"int3\"; it has f32, int4, int8, int8-block.");
    }

    @Test
    void benchGenerateReportsItsMeasurements() {
        assertThat(withData(
                        "bench",
                        "generate",
                        "-n",
                        "2",
                        "--prompt",
                        "12",
                        "--new",
                        "3-5",
                        "--repetitions",
                        "1",
                        "--json"))
                .isZero();
        var figures = document();
        assertThat(figures.propertyNames())
                .containsExactly(
                        "model",
                        "n",
                        "precision",
                        "loop",
                        "threads",
                        "tokens_per_second",
                        "prefill_seconds",
                        "decode_seconds",
                        "sample_seconds",
                        "rows_mean",
                        "peak_bytes");
        assertThat(figures.required("loop").stringValue()).isEqualTo("espalier");
        assertThat(withData(
                        "bench",
                        "generate",
                        "-n",
                        "2",
                        "--prompt",
                        "12",
                        "--new",
                        "3",
                        "--repetitions",
                        "1",
                        "--loop",
                        "plain",
                        "--json"))
                .isZero();
        assertThat(document().required("loop").stringValue()).isEqualTo("plain");
        assertThat(withData("bench", "generate", "--new", "9-3")).isEqualTo(2);
        assertThat(withData("bench", "generate", "--precision", "int2")).isEqualTo(1);
        assertThat(words()).contains("it has f32");
        assertThat(espalier("bench")).isEqualTo(2);
        assertThat(words()).contains("Say what to measure: generate, score, search or sweep.");
    }

    @Test
    void benchMeasuresSearchesScoresAndBatches() {
        assertThat(withData("bench", "search", "-n", "4", "-m", "2", "--limit", "1", "--warm-up", "0", "--json"))
                .isZero();
        assertThat(document().required("kernel_share").doubleValue()).isBetween(0.0, 1.0);
        assertThat(withData(
                        "bench",
                        "search",
                        "--strategy",
                        "best-of-n",
                        "-n",
                        "2",
                        "--limit",
                        "2",
                        "--at-once",
                        "all",
                        "--warm-up",
                        "0",
                        "--json"))
                .isZero();
        assertThat(document().required("searches").intValue()).isEqualTo(2);
        assertThat(withData("bench", "search", "--at-once", "some")).isEqualTo(2);
        assertThat(words()).contains("Searches run \"one\" after another or \"all\" at once, not \"some\".");
        assertThat(withData("bench", "score", "-n", "2", "--repetitions", "1", "--max-new-tokens", "20", "--json"))
                .isZero();
        assertThat(document().required("steps_per_second").doubleValue()).isPositive();
        assertThat(withData(
                        "bench",
                        "sweep",
                        "-n",
                        "2",
                        "--limit",
                        "2",
                        "--batch",
                        "all",
                        "--repetitions",
                        "1",
                        "--max-new-tokens",
                        "10",
                        "--json"))
                .isZero();
        assertThat(document().required("batch").stringValue()).isEqualTo("all");
        assertThat(withData("bench", "sweep", "--batch", "some")).isEqualTo(2);
    }

    private int withData(String... arguments) {
        assumeTrue(Files.isDirectory(Home.sampleModels()), "the sample models are not here");
        var all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--db", folder.resolve("cli.db").toString()));
        return espalier(all.toArray(String[]::new));
    }

    private JsonNode document() {
        var lines = out.toString(StandardCharsets.UTF_8).strip().split("\n");
        return JsonMapper.shared().readTree(lines[lines.length - 1]);
    }

    private String words() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run",
                "sweep",
                "curve",
                "card",
                "runs",
                "show",
                "fork",
                "replay",
                "import",
                "grade",
                "models",
                "devices",
                "strategies",
                "bench",
                "demo"
            })
    void everyCommandHasHelpWithAnExample(String command) {
        assertThat(espalier(command, "--help")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("Example").contains("espalier " + command);
        assertThat(words())
                .as("descriptions are format strings: a per cent sign is written %%")
                .isEmpty();
    }

    @Test
    void helpListsEveryCommandWithAWholeSentence() {
        assertThat(espalier("--help")).isZero();
        assertThat(words()).isEmpty();
        var list = out.toString(StandardCharsets.UTF_8)
                .replaceAll("\\n {10,}", " ")
                .lines()
                .dropWhile(line -> !line.equals("Commands:"))
                .skip(1)
                .takeWhile(line -> !line.isBlank())
                .toList();
        assertThat(list)
                .hasSizeGreaterThan(10)
                .allSatisfy(line -> assertThat(line).endsWith("."));
    }

    @Test
    void aUsageErrorIsExitCode2AndSaysWhatToDo() {
        assertThat(espalier("swep")).isEqualTo(2);
        assertThat(words()).contains("swep").contains("sweep");
        assertThat(espalier("run", "--nonsense")).isEqualTo(2);
        assertThat(espalier("run", "-n", "many")).isEqualTo(2);
        assertThat(withData("run", "What?", "--mode", "toolkit")).isEqualTo(2);
        assertThat(words()).contains("standard, parity");
        assertThat(withData("run", "What?", "--set", "N=many")).isEqualTo(2);
        assertThat(withData("run", "What?", "-n", "4", "--set", "N=5")).isEqualTo(2);
        assertThat(words()).contains("N is given twice");
    }

    @Test
    void aSweepPrintsOneDocumentOfCurves() {
        assertThat(withData("sweep", "--limit", "3", "--budgets", "1,4", "--json"))
                .isZero();
        var curves = document().path("curves");
        assertThat(curves.valueStream().map(curve -> curve.path("strategy").asString()))
                .containsExactly("greedy", "majority", "best-of-n", "weighted", "beam-search", "dvts");
        for (var curve : curves) {
            for (var point : curve.path("points")) {
                assertThat(point.propertyNames())
                        .containsExactlyInAnyOrder(
                                "n",
                                "problems",
                                "failed",
                                "seeds",
                                "accuracy",
                                "low",
                                "high",
                                "coverage",
                                "generated_tokens",
                                "seconds");
                assertThat(point.path("problems").asInt()).isEqualTo(3);
                assertThat(point.path("accuracy").asDouble())
                        .isBetween(
                                point.path("low").asDouble() - 1e-9,
                                point.path("high").asDouble() + 1e-9);
                assertThat(point.path("generated_tokens").asDouble()).isPositive();
            }
        }
        assertThat(words()).as("progress is on standard error").contains("searches");

        var swept = document();
        assertThat(withData("curve", "--json", "--budgets", "1,4")).isZero();
        assertThat(document()).as("the stored runs give the same curves").isEqualTo(swept);

        assertThat(withData("runs", "--json")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8).strip().split("\n")).hasSize(4);
        assertThat(withData("card", "--json")).isZero();
        assertThat(document().path("pass_at_1_by_level").isArray()).isTrue();
    }

    @Test
    void aRunPrintsOneObjectPerProblem() {
        assertThat(withData("run", "What is $3 + 4$?", "--gold", "7", "--strategy", "beam-search", "-n", "4", "--json"))
                .isZero();
        var document = document();
        assertThat(document.path("strategy").asString()).isEqualTo("beam-search");
        assertThat(document.path("end").asString()).isEqualTo("finished");
        assertThat(document.path("candidates").asInt()).isEqualTo(4);
        assertThat(document.path("groups")
                        .valueStream()
                        .mapToInt(group -> group.path("votes").asInt())
                        .sum())
                .isEqualTo(4);
        var spent = document.path("spent");
        assertThat(spent.path("generations").asInt()).isEqualTo(4);
        assertThat(spent.path("policy_executed_tokens").asLong())
                .isBetween(
                        spent.path("policy_generated_tokens").asLong(),
                        2 * spent.path("policy_processed_tokens").asLong());
        assertThat(spent.path("prm_executed_tokens").asLong())
                .as("what paths share is read once")
                .isPositive()
                .isLessThan(spent.path("prm_processed_tokens").asLong());
        assertThat(spent.path("policy_flops").asDouble()
                        / spent.path("policy_processed_tokens").asDouble())
                .isEqualTo(spent.path("policy_executed_flops").asDouble()
                        / spent.path("policy_executed_tokens").asDouble())
                .isPositive();
    }

    @Test
    void withoutAGoldAnswerNothingIsRightOrWrong() throws IOException {
        var file = Files.writeString(folder.resolve("mixed.jsonl"), """
            {"problem": "What is $3 + 4$?", "answer": ["7"]}
            {"problem": "Prove that $1 + 1 = 2$."}
            {"problem": "Say something."}
            """);
        assertThat(withData("run", "--problems", file.toString(), "--strategy", "best-of-n", "-n", "2", "--json"))
                .isZero();
        var documents = out.toString(StandardCharsets.UTF_8)
                .strip()
                .lines()
                .map(JsonMapper.shared()::readTree)
                .toList();
        assertThat(documents).hasSize(3);
        for (var document : documents) {
            boolean gold = !document.path("gold").isNull();
            assertThat(document.path("best-of-N").required("correct").isNull()).isEqualTo(!gold);
            for (var group : document.path("groups"))
                assertThat(group.required("correct").isNull()).isEqualTo(!gold);
        }
        assertThat(documents.getFirst().path("gold").asString()).isEqualTo("7");
        assertThat(words())
                .contains("of 1 problems.")
                .containsOnlyOnce("2 of 3 problems have no gold answer; they do not count in accuracy and coverage.");

        assertThat(withData(
                        "sweep", "--problems", file.toString(), "--budgets", "1", "--methods", "majority", "--json"))
                .isZero();
        assertThat(document()
                        .path("curves")
                        .get(0)
                        .path("points")
                        .get(0)
                        .path("problems")
                        .asInt())
                .isEqualTo(1);
        assertThat(words()).contains("2 of 3 problems have no gold answer");
    }

    @Test
    void oneProblemOfAFileWithoutAGoldAnswerIsSaidToo() throws IOException {
        var file = Files.writeString(folder.resolve("one.csv"), "id,problem\na,Prove it.\nb,Say it.\n");
        for (var options : List.of(new String[] {"--id", "b"}, new String[] {"--limit", "1"})) {
            assertThat(withData(Stream.concat(
                                    Stream.of(
                                            "run", "--problems", file.toString(), "--strategy", "best-of-n", "-n", "1"),
                                    Stream.of(options))
                            .toArray(String[]::new)))
                    .isZero();
            assertThat(words())
                    .containsOnlyOnce("The problem has no gold answer; it does not count in accuracy and coverage.");
        }
    }

    @Test
    void parityModeRunsAStrategyWithItsParameters() {
        assertThat(withData(
                        "run",
                        "What is $3 + 4$?",
                        "--gold",
                        "7",
                        "--mode",
                        "parity",
                        "--strategy",
                        "beam-search",
                        "-n",
                        "4",
                        "-m",
                        "2",
                        "--iterations",
                        "6",
                        "--set",
                        "sort-completed=yes",
                        "--json"))
                .isZero();
        var document = document();
        assertThat(document.path("mode").asString()).isEqualTo("parity");
        assertThat(document.path("candidates").asInt()).isEqualTo(4);
        assertThat(document.path("parameters").path("sort-completed").asDouble())
                .isEqualTo(1);
        int search = document.required("search").intValue();
        assertThat(withData("replay", "" + search, "--json")).isZero();
        assertThat(document().required("same").booleanValue()).isTrue();
        assertThat(withData("run", "What?", "--strategy", "greedy", "--mode", "parity"))
                .isEqualTo(1);
        assertThat(words()).contains("no parity mode");
        assertThat(withData("run", "What?", "--strategy", "best-of-n", "--lookahead", "1"))
                .isEqualTo(1);
        assertThat(words()).contains("no parameter lookahead");
        assertThat(espalier("strategies")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("sort-completed")
                .contains("mcts");
    }

    @Test
    void aFailureIsExitCode1WithASentence() throws Exception {
        assertThat(withData("run", "What is $1+1$?", "--strategy", "dvts", "-n", "6", "-m", "4"))
                .isEqualTo(1);
        assertThat(words()).contains("M must divide N");
        assertThat(withData("run", "What is $1+1$?", "--policy", "nobody")).isEqualTo(1);
        assertThat(words()).contains("nobody").contains("policy-small");
        assertThat(withData("sweep", "--problems", folder.resolve("none.jsonl").toString()))
                .isEqualTo(1);
        assertThat(words()).contains("none.jsonl");
        assertThat(withData("run", "What?", "--models", folder.resolve("empty").toString()))
                .isEqualTo(1);
        assertThat(words()).contains("--models");
        var broken = folder.resolve("broken.db");
        Files.writeString(broken, "not a database".repeat(200));
        assertThat(espalier("runs", "--db", broken.toString())).isEqualTo(1);
        assertThat(words()).contains("broken.db");
        assertThat(withData("curve")).isEqualTo(1);
        assertThat(words()).contains("espalier sweep");
    }

    @Test
    void theDemonstrationDrawsItsFigures() throws Exception {
        assumeTrue(Files.isDirectory(Home.sampleModels()), "the sample models are not here");
        var pictures = folder.resolve("demo");
        assertThat(espalier("demo", "--limit", "3", "--out", pictures.toString()))
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("greedy").contains("dvts");
        for (var name :
                List.of("tree", "votes", "scores", "curve", "tree-dark", "votes-dark", "scores-dark", "curve-dark")) {
            var image = ImageIO.read(pictures.resolve(name + ".png").toFile());
            var colours = new java.util.HashSet<Integer>();
            for (int x = 0; x < image.getWidth(); x += 3)
                for (int y = 0; y < image.getHeight(); y += 3) colours.add(image.getRGB(x, y));
            assertThat(colours).as(name).hasSizeGreaterThan(10);
        }
        assertThat(pictures.resolve("demo.db")).exists();
    }
}
