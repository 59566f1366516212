package dev.espalier.cli;

import dev.espalier.EspalierException;
import dev.espalier.answer.Extraction;
import dev.espalier.answer.Grader;
import dev.espalier.answer.parity.ParityGrader;
import dev.espalier.io.JsonLines;
import dev.espalier.problem.Problem;
import dev.espalier.problem.ProblemFile;
import dev.espalier.task.Graders;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

@Command(
        name = "grade",
        description = {
            "Grades the answers in a JSONL file, plain or gzip.",
            "Reads \"gold\" and \"pred\" from each line (or \"gold\" and \"text\", to extract the answer from) and writes the same line with \"equal\" (accepted for "
                    + "the gold answer), \"same\" (the same answer), \"rule\", \"canonical_gold\" and \"canonical_pred\"; with \"text\" also \"pred\", \"extraction\" (the rule that "
                    + "found it, see docs/answers.md; \"last_number\" means that nothing in the text names an answer) and \"span\" (its position, in characters). The gold answer may have any name that a "
                    + "problem file may use, such as \"answer\" or \"ground_truth\". \"finished\": false means that the text is truncated; \"problem\" identifies multiple choice."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  espalier grade answers.jsonl > graded.jsonl",
            "  espalier grade outputs.jsonl.gz --out graded.jsonl.gz --grader number --tolerance 0.01",
            "  espalier grade outputs.jsonl --mode parity"
        })
final class GradeCommand implements Callable<Integer> {
    private static final int MAX_MESSAGES = 20;
    private static final List<String> ADDED = List.of("equal", "same", "rule", "canonical_gold", "canonical_pred");

    @Parameters(paramLabel = "FILE", description = "JSONL of answers, plain or gzip.")
    Path file = Path.of("");

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Output file, compressed with gzip if its name ends in .gz (default: standard output).")
    @Nullable
    Path out;

    @Option(
            names = "--grader",
            description = "math, text, choice or number (default: choice for a multiple-choice problem, else math).")
    @Nullable
    String grader;

    @Option(
            names = "--tolerance",
            paramLabel = "SHARE",
            defaultValue = "0.001",
            description =
                    "With --grader number: accepted difference, as a share of the gold number (default: ${DEFAULT-VALUE}).")
    double tolerance;

    @Option(
            names = "--mode",
            defaultValue = "standard",
            description =
                    "standard, or parity: extracts and groups answers as the search-and-learn toolkit does (default: ${DEFAULT-VALUE}).")
    String mode = "standard";

    private final Console console = new Console(System.out, System.err, false);
    private long graded;
    private long accepted;
    private long skipped;

    @Override
    public Integer call() {
        var fixedGrader = fixedGrader();
        try (var lines = JsonLines.open(file)) {
            write(lines, fixedGrader);
        }
        if (skipped > MAX_MESSAGES) console.message("%,d lines were skipped in all.".formatted(skipped));
        console.message("%,d of %,d answers are accepted%s."
                .formatted(
                        accepted,
                        graded,
                        graded == 0 ? "" : " (" + Console.percent(accepted / (double) graded) + " %)"));
        return graded > 0 || skipped == 0 ? EspalierCommand.DONE : EspalierCommand.FAILED;
    }

    /// The grader for all lines; null if each line's problem decides.
    private @Nullable Grader fixedGrader() {
        boolean parity = switch (mode) {
            case "standard" -> false;
            case "parity" -> true;
            default -> throw new UsageError("There is no mode \"%s\". There are: standard, parity.".formatted(mode));
        };
        if (parity && grader != null) throw new UsageError("--mode parity has its own grader: omit --grader.");
        try {
            return parity ? new ParityGrader() : grader == null ? null : Graders.named(grader, tolerance);
        } catch (EspalierException e) {
            throw new UsageError(e.getMessage());
        }
    }

    private void write(JsonLines lines, @Nullable Grader fixedGrader) {
        try {
            if (out == null) {
                var stream = new BufferedOutputStream(System.out, 1 << 16);
                write(lines, fixedGrader, stream);
                stream.flush();
                return;
            }
            // Write to a temporary file and move it: the output is never incomplete, and may replace the
            // input file.
            var part = out.resolveSibling(
                    "." + out.getFileName() + "." + ProcessHandle.current().pid() + ".part");
            try {
                try (var stream = new BufferedOutputStream(compressed(Files.newOutputStream(part)), 1 << 16)) {
                    write(lines, fixedGrader, stream);
                }
                Files.move(part, out, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            throw new EspalierException(
                    "The graded lines could not be written to %s (%s). Check the folder and the free disk space."
                            .formatted(out == null ? "standard output" : out, e),
                    e);
        }
    }

    private OutputStream compressed(OutputStream stream) throws IOException {
        return out != null && out.toString().toLowerCase(Locale.ROOT).endsWith(".gz")
                ? new GZIPOutputStream(stream, 1 << 16)
                : stream;
    }

    private void write(JsonLines lines, @Nullable Grader fixedGrader, OutputStream stream) throws IOException {
        for (var line = lines.next(); line != null; line = lines.next()) {
            switch (line) {
                case JsonLines.Malformed(long number, String reason) -> skip(number, reason);
                case JsonLines.Parsed(long number, String text, ObjectNode json) -> {
                    var added = JsonLines.JSON.createObjectNode();
                    var refusal = grade(json, fixedGrader, added);
                    if (refusal.isEmpty())
                        stream.write((merged(text, json, added) + "\n").getBytes(StandardCharsets.UTF_8));
                    else skip(number, refusal);
                }
            }
        }
    }

    private void skip(long number, String reason) {
        if (++skipped <= MAX_MESSAGES) console.message("line " + number + ": " + reason + "; the line is skipped");
    }

    /// @return "", or why the line cannot be graded
    private String grade(ObjectNode json, @Nullable Grader fixedGrader, ObjectNode added) {
        Problem problem;
        try {
            problem = ProblemFile.graded(json);
        } catch (EspalierException e) {
            return e.getMessage();
        }
        var named = value(json, "gold");
        var gold = named != null ? named : problem.gold();
        if (gold == null) return "it has no \"gold\" that is text or a number, nor a gold answer under another name";
        var lineGrader = fixedGrader != null
                ? fixedGrader
                : problem.text().isEmpty()
                        ? Graders.MATHEMATICS
                        : Graders.reading(new Problem("", problem.text(), gold, null, "", 0));
        var pred = value(json, "pred");
        if (!json.has("pred")) {
            var text = value(json, "text");
            if (text == null) return "it has neither \"pred\" nor \"text\"";
            var found = lineGrader.extract(text, json.path("finished").asBoolean(true));
            pred = found == null ? null : found.answer();
            added.put("pred", pred);
            describe(found, text, added);
        } else if (pred == null && !json.path("pred").isNull()) {
            return "its \"pred\" is neither text nor a number";
        }
        var comparison = lineGrader.grade(gold, pred == null ? "" : pred);
        added.put("equal", comparison.accepted())
                .put("same", comparison.same())
                .put("rule", comparison.rule())
                .put("canonical_gold", comparison.canonicalGold())
                .put("canonical_pred", comparison.canonicalPred());
        graded++;
        if (comparison.accepted()) accepted++;
        return "";
    }

    /// The span counts Unicode code points, as Python does; the end is exclusive.
    private static void describe(@Nullable Extraction found, String text, ObjectNode added) {
        if (found == null) {
            added.putNull("extraction").putNull("span");
        } else {
            int start = text.codePointCount(0, found.start());
            added.put("extraction", found.rule().name().toLowerCase(Locale.ROOT));
            added.putArray("span").add(start).add(start + text.codePointCount(found.start(), found.end()));
        }
    }

    private static @Nullable String value(ObjectNode json, String field) {
        var value = json.path(field);
        return value.isString() || value.isNumber() || value.isBoolean() ? value.asString() : null;
    }

    /// Inserts the added fields before the closing brace, so the rest of the line stays unchanged. Rewrites a line
    /// that was graded before.
    private static String merged(String text, ObjectNode json, ObjectNode added) {
        if (ADDED.stream().anyMatch(json::has)) {
            json.setAll(added);
            return JsonLines.JSON.writeValueAsString(json);
        }
        var line = text.strip();
        return line.substring(0, line.length() - 1).stripTrailing() + ", "
                + JsonLines.JSON.writeValueAsString(added).substring(1);
    }
}
