package dev.espalier.cli;

import dev.espalier.EspalierException;
import dev.espalier.answer.Extraction;
import dev.espalier.answer.Grader;
import dev.espalier.answer.parity.ParityGrader;
import dev.espalier.io.JsonLines;
import dev.espalier.problem.Problem;
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

@Command(name = "grade", description = {"Grades answers: reads \"gold\" and \"pred\" from each line of a JSONL file (or \"gold\" and \"text\", to extract the answer from)",
    "and writes the same lines with \"equal\" (accepted for the gold answer), \"same\" (the same answer), \"rule\", \"canonical_gold\" and \"canonical_pred\";",
    "with \"text\" also \"pred\", \"extraction\" (the rule that found it) and \"span\" (where, in characters).",
    "\"finished\": false means that the text was cut off; \"problem\" identifies multiple choice. Plain or gzip, read line by line."},
    mixinStandardHelpOptions = true, footer = {"", "Examples:", "  espalier grade answers.jsonl > graded.jsonl", "  espalier grade outputs.jsonl.gz --out graded.jsonl.gz --grader number --tolerance 0.01",
    "  espalier grade outputs.jsonl --mode parity"})
final class GradeCommand implements Callable<Integer> {
    private static final int SHOWN = 20;
    private static final List<String> ADDED = List.of("equal", "same", "rule", "canonical_gold", "canonical_pred");

    @Parameters(paramLabel = "FILE", description = "JSONL of answers, plain or gzip.")
    Path file = Path.of("");

    @Option(names = "--out", paramLabel = "FILE", description = "Where the lines are written; packed with gzip where it ends in .gz (default: standard output).")
    @Nullable Path out;

    @Option(names = "--grader", description = "math, text, choice or number (default: choice for a multiple-choice problem, else math).")
    @Nullable String grader;

    @Option(names = "--tolerance", paramLabel = "SHARE", defaultValue = "0.001", description = "Of the grader number, as a share of the gold number (default: ${DEFAULT-VALUE}).")
    double tolerance;

    @Option(names = "--mode", defaultValue = "standard", description = "standard, or parity: what the search-and-learn toolkit extracts and groups (default: ${DEFAULT-VALUE}).")
    String mode = "standard";

    private final Console console = new Console(System.out, System.err, false);
    private long graded;
    private long accepted;
    private long skipped;

    @Override
    public Integer call() {
        var chosen = chosen();
        try (var lines = JsonLines.open(file)) {
            write(lines, chosen);
        }
        if (skipped > SHOWN) console.say("%,d lines were skipped in all.".formatted(skipped));
        console.say("%,d of %,d answers are accepted for their gold answers%s.".formatted(accepted, graded, graded == 0 ? "" : " (" + Console.percent(accepted / (double) graded) + " %)"));
        return graded > 0 || skipped == 0 ? EspalierCommand.DONE : EspalierCommand.FAILED;
    }

    /// Null where each line's own problem decides.
    private @Nullable Grader chosen() {
        boolean parity = switch (mode) {
            case "standard" -> false;
            case "parity" -> true;
            default -> throw new WrongUsage("There is no mode \"%s\". There are: standard, parity.".formatted(mode));
        };
        if (parity && grader != null) throw new WrongUsage("--mode parity has its own grader: leave --grader out.");
        try {
            return parity ? new ParityGrader() : grader == null ? null : Graders.named(grader, tolerance);
        } catch (EspalierException e) {
            throw new WrongUsage(e.getMessage());
        }
    }

    private void write(JsonLines lines, @Nullable Grader chosen) {
        try {
            if (out == null) {
                var stream = new BufferedOutputStream(System.out, 1 << 16);
                write(lines, chosen, stream);
                stream.flush();
                return;
            }
            // The file's own name appears once it is whole, and may be the name of the file that is read.
            var part = out.resolveSibling("." + out.getFileName() + "." + ProcessHandle.current().pid() + ".part");
            try {
                try (var stream = new BufferedOutputStream(packed(Files.newOutputStream(part)), 1 << 16)) {
                    write(lines, chosen, stream);
                }
                Files.move(part, out, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            throw new EspalierException("The graded lines could not be written to %s (%s). Check the folder and the room on the disk.".formatted(out == null ? "standard output" : out, e), e);
        }
    }

    private OutputStream packed(OutputStream stream) throws IOException {
        return out != null && out.toString().toLowerCase(Locale.ROOT).endsWith(".gz") ? new GZIPOutputStream(stream, 1 << 16) : stream;
    }

    private void write(JsonLines lines, @Nullable Grader chosen, OutputStream stream) throws IOException {
        for (var line = lines.next(); line != null; line = lines.next()) {
            switch (line) {
                case JsonLines.Malformed(long number, String reason) -> skip(number, reason);
                case JsonLines.Parsed(long number, String text, ObjectNode json) -> {
                    var added = JsonLines.JSON.createObjectNode();
                    var trouble = grade(json, chosen, added);
                    if (trouble.isEmpty()) stream.write((joined(text, json, added) + "\n").getBytes(StandardCharsets.UTF_8));
                    else skip(number, trouble);
                }
            }
        }
    }

    private void skip(long number, String reason) {
        if (++skipped <= SHOWN) console.say("line " + number + ": " + reason + "; it is left out");
    }

    /// @return "" or why a line cannot be graded
    private String grade(ObjectNode json, @Nullable Grader chosen, ObjectNode added) {
        var gold = value(json, "gold");
        if (gold == null) return "it has no \"gold\" that is text or a number";
        var problem = value(json, json.has("problem") ? "problem" : "question");
        var by = chosen != null ? chosen : problem == null ? Graders.MATHEMATICS : Graders.of(new Problem("", problem, gold, null, "", 0));
        var pred = value(json, "pred");
        if (!json.has("pred")) {
            var text = value(json, "text");
            if (text == null) return "it has neither \"pred\" nor \"text\"";
            var found = by.extract(text, json.path("finished").asBoolean(true));
            pred = found == null ? null : found.answer();
            added.put("pred", pred);
            describe(found, text, added);
        } else if (pred == null && !json.path("pred").isNull()) {
            return "its \"pred\" is neither text nor a number";
        }
        var verdict = by.grade(gold, pred == null ? "" : pred);
        added.put("equal", verdict.accepted()).put("same", verdict.same()).put("rule", verdict.rule()).put("canonical_gold", verdict.canonicalGold()).put("canonical_pred", verdict.canonicalPred());
        graded++;
        if (verdict.accepted()) accepted++;
        return "";
    }

    /// The span counts characters as Python does (Unicode code points), the end excluded.
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

    /// The line as it was with what was added before its closing brace. A line that was graded before is written anew.
    private static String joined(String text, ObjectNode json, ObjectNode added) {
        if (ADDED.stream().anyMatch(json::has)) {
            json.setAll(added);
            return JsonLines.JSON.writeValueAsString(json);
        }
        var line = text.strip();
        return line.substring(0, line.length() - 1).stripTrailing() + ", " + JsonLines.JSON.writeValueAsString(added).substring(1);
    }
}
