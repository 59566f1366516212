package dev.espalier.cli;

import dev.espalier.EspalierException;
import dev.espalier.experiment.Workbench;
import dev.espalier.experiment.imports.ImportReport;
import dev.espalier.experiment.imports.ImportSpec;
import dev.espalier.experiment.imports.LiveImport;
import dev.espalier.experiment.run.Outcome;
import dev.espalier.search.log.Mode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "import",
        description = {
            "Imports outputs of other programs as finished runs, which every view can open.",
            "Reads JSON lines, JSON, CSV, TSV and Parquet, plain, gzip or zstd, of search-and-learn (\"completions\", \"scores\"), Qwen2.5-Math's evaluation (\"code\", "
                    + "\"pred_score\"), lm-eval, lighteval, NeMo-Skills, Open-R1, OpenR, PRM800K, ProcessBench and OpenAI's batch API, or with \"problem\", \"answer\", "
                    + "\"completions\" and \"scores\"; docs/files.md lists the fields. Compares answers and votes that a file recorded with what parity mode computes from its texts. "
                    + "Importing a file again adds nothing."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  espalier import outputs.jsonl --policy Llama-3.2-3B --prm RLHFlow-8B && espalier curve",
            "  espalier import a.jsonl b.jsonl.gz --db other.db --json"
        })
final class ImportCommand extends EspalierCommand {
    @Parameters(arity = "1..*", paramLabel = "FILE", description = "File of outputs.")
    List<Path> files = List.of();

    @Option(
            names = "--policy",
            paramLabel = "NAME",
            defaultValue = "",
            description = "Name of the policy that generated the texts (default: \"imported: FILE\").")
    String policy = "";

    @Option(
            names = "--prm",
            paramLabel = "NAME",
            defaultValue = "",
            description = "Name of the reward model that scored them (default: \"imported: FILE\").")
    String prm = "";

    @Option(
            names = "--strategy",
            paramLabel = "NAME",
            defaultValue = "best-of-n",
            description =
                    "Name of the strategy that generated them (default: ${DEFAULT-VALUE}). Only best-of-n gives curves of votes over a pool.")
    String strategy = "";

    @Option(
            names = "--mode",
            defaultValue = "standard",
            description =
                    "Rules that extract, group and elect answers in every view: standard, or parity for the search-and-learn toolkit's (default: ${DEFAULT-VALUE}).")
    String mode = "standard";

    @Option(
            names = "--separator",
            paramLabel = "TEXT",
            defaultValue = "\\n\\n",
            description = "Text that ends a step, with \\n for a line feed (default: ${DEFAULT-VALUE}).")
    String separator = "";

    @Option(
            names = "--token-limit",
            paramLabel = "TOKENS",
            defaultValue = "2048",
            description =
                    "Token limit when the texts were generated (default: ${DEFAULT-VALUE}, the toolkit's). If a file counts tokens, a text with exactly this many counts as truncated.")
    int tokenLimit;

    @Mixin
    ReductionOption reduction = new ReductionOption();

    @Override
    int run(Workbench workbench) throws InterruptedException {
        int exitCode = DONE;
        for (var file : files) {
            int code = importFile(workbench, file);
            if (code == CANCELLED) return CANCELLED;
            exitCode = Math.max(exitCode, code);
        }
        return exitCode;
    }

    private int importFile(Workbench workbench, Path file) throws InterruptedException {
        LiveImport live;
        try {
            live = workbench
                    .imports()
                    .start(new ImportSpec(
                            file,
                            policy,
                            prm,
                            strategy,
                            mode(),
                            reduction.reduction(),
                            separator.replace("\\n", "\n"),
                            tokenLimit));
        } catch (EspalierException refused) {
            console.message(refused.getMessage());
            return FAILED;
        }
        var outcome = await(live, file.getFileName().toString());
        var report = live.report();
        report.warnings().forEach(console::message);
        if (common.json) console.json(document(file, report));
        else if (outcome.end() != Outcome.End.FAILED)
            console.print(file.getFileName() + ": " + report.sentence() + runs(report));
        return switch (outcome.end()) {
            case FINISHED -> DONE;
            case CANCELLED -> CANCELLED;
            case FAILED -> {
                console.message(outcome.message());
                yield FAILED;
            }
        };
    }

    private Mode mode() {
        return Arrays.stream(Mode.values())
                .filter(known -> known.label().equals(mode))
                .findFirst()
                .orElseThrow(
                        () -> new UsageError("There is no mode \"%s\". There are: standard, parity.".formatted(mode)));
    }

    private static String runs(ImportReport report) {
        if (report.runs().isEmpty()) return "";
        return report.runs().size() == 1
                ? " Run " + report.runs().getFirst() + "."
                : " Runs "
                        + String.join(
                                ", ",
                                report.runs().stream().map(String::valueOf).toList()) + ".";
    }

    private Outcome await(LiveImport live, String name) throws InterruptedException {
        while (true) {
            try {
                return live.done().get(250, TimeUnit.MILLISECONDS);
            } catch (TimeoutException stillRunning) {
                var report = live.report();
                console.progress(
                        (int) Math.round(100 * report.share()),
                        100,
                        "%% of %s, %,d searches".formatted(name, report.added() + report.present()));
            } catch (ExecutionException impossible) {
                throw new IllegalStateException("an import ends with an outcome", impossible);
            }
        }
    }

    private static LinkedHashMap<String, Object> document(Path file, ImportReport report) {
        var document = new LinkedHashMap<String, Object>();
        document.put("file", file.toString());
        document.put("runs", report.runs());
        document.put("imported", report.added());
        document.put("present", report.present());
        document.put("skipped", report.skipped());
        document.put("recorded", report.compared());
        document.put("recorded_same", report.same());
        return document;
    }
}
