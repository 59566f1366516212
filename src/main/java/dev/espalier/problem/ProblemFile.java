package dev.espalier.problem;

import dev.espalier.EspalierException;
import dev.espalier.io.JsonLines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// Reads problem sets from files of JSON lines (UTF-8, plain or gzip).
///
/// The fields of a line tell its format: `problem` (with optional `answer`, `solution`, `subject`, `level`,
/// `unique_id`) as in MATH-500, or `question` and `answer` as in GSM8K, where `####` precedes the gold answer.
/// [GoldAnswer] lists the other names of the gold answer. `options` or `choices` stand in the problem's text as letters
/// ([Choices]). A line that cannot be read is skipped and adds a warning.
public final class ProblemFile {
    private static final int MAX_BYTES = 512 << 20;
    private static final int MAX_PROBLEMS = 1_000_000;
    private static final int MAX_WARNINGS = 200;

    private ProblemFile() {}

    /// Reads a line of answers to grade: its gold answer under any name that a problem file may use, and its problem
    /// with the choices. The text is "" if the line names no problem.
    ///
    /// @throws EspalierException why the line cannot be read, as the end of the sentence "line 12: …"
    public static Problem graded(JsonNode line) {
        try {
            return ProblemLine.readGraded(line);
        } catch (ProblemLine.Unreadable e) {
            throw new EspalierException(e.getMessage(), e);
        }
    }

    /// Reads the file once, line by line, so it may be a pipe.
    ///
    /// @throws EspalierException if the file is missing, not a file, not UTF-8, too large, or holds no readable
    ///     problem
    public static ProblemSet read(Path file) {
        String name = name(file);
        List<Problem> problems = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        var ids = new Ids();
        int unread = 0;
        String sha256;
        try (var lines = JsonLines.open(file)) {
            for (var line = lines.next(); line != null; line = lines.next()) {
                if (lines.bytesRead() > MAX_BYTES || problems.size() == MAX_PROBLEMS) {
                    throw new EspalierException(
                            "%s holds more than %,d problems or 512 MiB. Split it into smaller problem sets."
                                    .formatted(file, MAX_PROBLEMS));
                }
                try {
                    problems.add(unique(problem(file, line, name), ids, line.number(), warnings));
                } catch (ProblemLine.Unreadable e) {
                    unread++;
                    warn(warnings, "line " + line.number() + ": " + e.getMessage());
                }
            }
            sha256 = lines.sha256();
        }
        if (problems.isEmpty()) {
            throw new EspalierException(
                    "No problem could be read from " + file
                            + (warnings.isEmpty() ? ": the file is empty" : " (" + warnings.getFirst() + ")")
                            + ". Give a file with one JSON object per line that has \"problem\" and \"answer\", or \"question\" and \"answer\".");
        }
        if (unread > MAX_WARNINGS) {
            warnings.add(unread + " lines could not be read in all; the first " + MAX_WARNINGS + " are listed here");
        }
        return new ProblemSet(name, file.toString(), sha256, problems, warnings);
    }

    private static Problem problem(Path file, JsonLines.Line line, String name) throws ProblemLine.Unreadable {
        return switch (line) {
            case JsonLines.Malformed(long number, String reason)
            when reason.equals(JsonLines.NOT_UTF_8) ->
                throw new EspalierException(
                        file + " is not UTF-8 text (line " + number + "). Save it as UTF-8 and open it again.");
            case JsonLines.Malformed(var _, String reason) -> throw new ProblemLine.Unreadable(reason);
            case JsonLines.Parsed(long number, String text, var _) -> ProblemLine.read(text, name + "-" + number);
        };
    }

    /// Reads a problem from a line that may hold other fields too.
    ///
    /// @param idIfNone the id to use if the line names none
    /// @throws EspalierException if the line holds no problem; the message is the end of the sentence "line 12: …"
    public static Problem problem(JsonNode line, String idIfNone) {
        try {
            return ProblemLine.read(line, idIfNone);
        } catch (ProblemLine.Unreadable e) {
            throw new EspalierException(e.getMessage(), e);
        }
    }

    /// The ids used so far. The value counts the copies made of an id.
    private static final class Ids {
        private final Map<String, Integer> copies = new HashMap<>();

        String unique(String id) {
            if (copies.putIfAbsent(id, 1) == null) return id;
            String copy;
            do {
                copy = id + "#" + copies.merge(id, 1, Integer::sum);
            } while (copies.putIfAbsent(copy, 1) != null);
            return copy;
        }
    }

    private static Problem unique(Problem read, Ids ids, long number, List<String> warnings) {
        String id = ids.unique(read.id());
        if (id.equals(read.id())) {
            return read;
        }
        warn(warnings, "line " + number + ": the id " + read.id() + " is used twice; this problem is renamed to " + id);
        return read.withId(id);
    }

    private static void warn(List<String> warnings, String sentence) {
        if (warnings.size() < MAX_WARNINGS) {
            warnings.add(sentence);
        }
    }

    /// The file's name without its extensions; "piped" for a pipe, whose name is only a number.
    public static String name(Path file) {
        if (!Files.isRegularFile(file)) return "piped";
        String name = file.getFileName().toString();
        return name.replaceFirst("(?i)\\.gz$", "").replaceFirst("(?i)\\.(jsonl|ndjson|json)$", "");
    }
}
