package dev.espalier.cli;

import dev.espalier.EspalierException;
import dev.espalier.engine.Models;
import dev.espalier.engine.bench.LoopComparison;
import dev.espalier.engine.bench.Speed;
import dev.espalier.engine.bench.Workload;
import dev.espalier.engine.device.PeakMemory;
import dev.espalier.experiment.Workbench;
import dev.espalier.experiment.models.ModelEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "generate",
        mixinStandardHelpOptions = true,
        description =
                "Measures tokens per second: samples N rows of one prompt together, each to a fixed length. Reports the median of several repetitions after a warm-up.",
        footer = {
            "",
            "The plain loop is what most programs use: standard operators in f32; outputs are fed back as inputs; finished rows stay in the batch to the end.",
            "",
            "Examples:",
            "  espalier bench generate -n 64 --loop both",
            "  espalier bench generate --model policy-small -n 16 --prompt 100 --new 20-128 --json"
        })
final class BenchGenerateCommand extends EspalierCommand {
    @Option(names = "--model", paramLabel = "NAME", description = "Policy (default: the first usable one).")
    @Nullable
    String model;

    @Option(
            names = {"-n", "--n"},
            split = ",",
            paramLabel = "N",
            defaultValue = "64",
            description = "Number of rows; several are measured one after another (default: ${DEFAULT-VALUE}).")
    List<Integer> rows = List.of();

    @Option(
            names = "--prompt",
            paramLabel = "TOKENS|TEXT",
            defaultValue = "100",
            description = "Number of prompt tokens, or a problem's text (default: ${DEFAULT-VALUE}).")
    String prompt = "";

    @Option(
            names = "--new",
            paramLabel = "A[-B]",
            defaultValue = "128",
            description = "New tokens per row, or a range over which the rows are spread (default: ${DEFAULT-VALUE}).")
    String newTokens = "";

    @Option(names = "--threads", paramLabel = "COUNT", description = "Processor threads (default: as in searches).")
    @Nullable
    Integer threads;

    @Option(
            names = "--precision",
            paramLabel = "NAME",
            description = "f32, int8, int4, or another that the model folder has (default: by device and size).")
    @Nullable
    String precision;

    @Option(
            names = "--loop",
            defaultValue = "espalier",
            description = "espalier, plain, or both (alternating, with their ratio) (default: ${DEFAULT-VALUE}).")
    String loop = "";

    @Option(
            names = "--repetitions",
            paramLabel = "COUNT",
            defaultValue = "5",
            description = "Repetitions; the median is reported (default: ${DEFAULT-VALUE}).")
    int repetitions;

    @Option(
            names = "--llama-cpp",
            paramLabel = "BINARY",
            description =
                    "Path of llama.cpp's llama-batched-bench. Runs it afterwards with the same numbers; needs --gguf.")
    @Nullable
    Path llamaCpp;

    @Option(names = "--gguf", paramLabel = "FILE", description = "The model for --llama-cpp.")
    @Nullable
    Path gguf;

    @Override
    int run(Workbench workbench) throws InterruptedException {
        if ((llamaCpp == null) != (gguf == null))
            throw new UsageError("--llama-cpp BINARY and --gguf FILE must be given together.");
        var range = range();
        var which = loop();
        var name = model != null
                ? model
                : workbench.models().entries().stream()
                        .filter(entry -> entry.kind().equals("policy") && entry.usable())
                        .map(ModelEntry::name)
                        .findFirst()
                        .orElseThrow(() -> new EspalierException("There is no usable policy in " + common.modelFolder()
                                + ". Name a folder of model folders with --models."));
        var folder = workbench
                .models()
                .policyFolder(precision == null ? name : workbench.models().policyName(name, precision));
        var title = String.valueOf(folder.path().getFileName());
        int threadCount = threads == null ? Models.threads() : threads;
        if (threadCount < 1) throw new UsageError("--threads must be at least 1, not " + threadCount + ".");
        var table =
                new Table("rows", "loop", "tokens/s", "prefill s", "decode s", "sample s", "rows in flight", "peak MB");
        for (int n : rows) {
            var workload = Workload.of(folder, prompt, n, range[0], range[1], 1);
            var comparison = LoopComparison.of(folder, common.device(), threadCount, which, workload, repetitions);
            var espalier = LoopComparison.median(comparison.espalier());
            var plain = LoopComparison.median(comparison.plain());
            for (var speed : new Speed[] {espalier, plain}) {
                if (speed == null) continue;
                if (common.json)
                    console.json(document(title, n, folder.execution().precision(), speed));
                else
                    table.row(
                            n,
                            speed.loop(),
                            "%.0f".formatted(speed.tokensPerSecond()),
                            "%.3f".formatted(speed.prefillSeconds()),
                            "%.3f".formatted(speed.decodeSeconds()),
                            "%.3f".formatted(speed.sampleSeconds()),
                            "%.1f".formatted(speed.rowsMean()),
                            PeakMemory.bytes() >> 20);
            }
            if (espalier != null && plain != null)
                console.message("N = %d: %.2f times the plain loop (medians of %d in one run)."
                        .formatted(n, espalier.tokensPerSecond() / plain.tokensPerSecond(), repetitions));
        }
        if (!common.json) {
            console.message("%s in %s, prompt %s, %s new tokens, %d threads."
                    .formatted(title, folder.execution().precision(), prompt, newTokens, threadCount));
            console.print(table.toString());
        }
        if (llamaCpp != null && gguf != null) runLlamaCpp(llamaCpp, gguf, threadCount, range[1]);
        return DONE;
    }

    private static LinkedHashMap<String, Object> document(String model, int n, String precision, Speed speed) {
        var document = new LinkedHashMap<String, Object>();
        document.put("model", model);
        document.put("n", n);
        // The plain loop uses its own graph, always in f32.
        document.put("precision", speed.loop().equals("plain") ? "f32" : precision);
        document.put("loop", speed.loop());
        document.put("threads", speed.threads());
        document.put("tokens_per_second", speed.tokensPerSecond());
        document.put("prefill_seconds", speed.prefillSeconds());
        document.put("decode_seconds", speed.decodeSeconds());
        document.put("sample_seconds", speed.sampleSeconds());
        document.put("rows_mean", speed.rowsMean());
        document.put("peak_bytes", PeakMemory.bytes());
        return document;
    }

    /// Runs llama-batched-bench and prints its table unchanged; llama.cpp defines the columns.
    private void runLlamaCpp(Path binary, Path file, int threadCount, int maxTokens) throws InterruptedException {
        int length = prompt.matches("\\d+") ? Integer.parseInt(prompt) : 100;
        for (int n : rows) {
            var command = List.of(
                    binary.toString(),
                    "-m",
                    file.toString(),
                    "-c",
                    "" + (length + n * maxTokens + 64),
                    "-t",
                    "" + threadCount,
                    "-npp",
                    "" + length,
                    "-ntg",
                    "" + maxTokens,
                    "-npl",
                    "" + n,
                    "-pps");
            try {
                var process =
                        new ProcessBuilder(command).redirectErrorStream(true).start();
                process.getOutputStream().close();
                var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                output.lines().filter(line -> line.startsWith("|")).forEach(console::message);
                if (process.waitFor() != 0)
                    throw new EspalierException(binary + " ended with " + process.exitValue() + ": "
                            + output.lines().reduce("", (_, last) -> last));
            } catch (IOException e) {
                throw new EspalierException(
                        binary + " cannot be run (" + e.getMessage() + "). Name llama.cpp's llama-batched-bench.", e);
            }
        }
    }

    private int[] range() {
        var ends = newTokens.split("-", -1);
        try {
            int from = Integer.parseInt(ends[0].strip());
            int to = ends.length == 1 ? from : Integer.parseInt(ends[1].strip());
            if (ends.length <= 2 && from >= 1 && to >= from) return new int[] {from, to};
        } catch (NumberFormatException _) {
            // Fall through to the message below.
        }
        throw new UsageError("--new is a number of tokens or a range like 20-128, not \"%s\".".formatted(newTokens));
    }

    private LoopComparison.Loop loop() {
        try {
            return LoopComparison.Loop.valueOf(loop.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new UsageError("There is no loop \"%s\". There are: espalier, plain, both.".formatted(loop));
        }
    }
}
