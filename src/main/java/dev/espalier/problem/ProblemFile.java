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

/// Reader of problem sets kept as JSON lines: one JSON object a line, UTF-8, as it is or compressed with gzip.
///
/// Each line is recognised by its fields: `problem` (with `answer`, `solution`, `subject`, `level`, `unique_id`, all optional) as in MATH-500, or
/// `question` and `answer` as in GSM8K, where the gold answer stands after `####`. A line that cannot be read is left out and becomes a warning.
public final class ProblemFile {
    private static final int LARGEST = 512 << 20;
    private static final int MOST_PROBLEMS = 1_000_000;
    private static final int SHOWN_WARNINGS = 200;

    private ProblemFile() {
    }

    /// Reads the file once and a line at a time: it may be a pipe.
    ///
    /// @throws EspalierException when the file is missing, not a file, not UTF-8, too large, or holds no readable problem
    public static ProblemSet read(Path file) {
        String name = name(file);
        List<Problem> problems = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        var ids = new Ids();
        int unread = 0;
        String sha256;
        try (var lines = JsonLines.open(file)) {
            for (var line = lines.next(); line != null; line = lines.next()) {
                if (lines.read() > LARGEST || problems.size() == MOST_PROBLEMS) {
                    throw new EspalierException("%s holds more than %,d problems or 512 MiB. Split it into smaller problem sets.".formatted(file, MOST_PROBLEMS));
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
            throw new EspalierException("No problem could be read from " + file + (warnings.isEmpty() ? ": the file is empty" : " (" + warnings.getFirst() + ")")
                    + ". Give a file with one JSON object a line that has \"problem\" and \"answer\", or \"question\" and \"answer\".");
        }
        if (unread > SHOWN_WARNINGS) {
            warnings.add(unread + " lines could not be read in all; the first " + SHOWN_WARNINGS + " are named here");
        }
        return new ProblemSet(name, file.toString(), sha256, problems, warnings);
    }

    private static Problem problem(Path file, JsonLines.Line line, String name) throws ProblemLine.Unreadable {
        return switch (line) {
            case JsonLines.Broken(long number, String reason) when reason.equals(JsonLines.NOT_UTF_8) ->
                throw new EspalierException(file + " is not UTF-8 text (line " + number + "). Save it as UTF-8 and open it again.");
            case JsonLines.Broken(_, String reason) -> throw new ProblemLine.Unreadable(reason);
            case JsonLines.Read(long number, String text, _) -> ProblemLine.read(text, name + "-" + number);
        };
    }

    /// The problem of one line that may hold more than a problem.
    ///
    /// @param idIfNone the problem's id where the line names none
    /// @throws EspalierException where there is none; its message is the end of the sentence "line 12: …"
    public static Problem problem(JsonNode line, String idIfNone) {
        try {
            return ProblemLine.read(line, idIfNone);
        } catch (ProblemLine.Unreadable e) {
            throw new EspalierException(e.getMessage(), e);
        }
    }

    /// The ids so far, each with the number of the last copy that was made of it.
    private static final class Ids {
        private final Map<String, Integer> copies = new HashMap<>();

        String free(String id) {
            if (copies.putIfAbsent(id, 1) == null) return id;
            String copy;
            do {
                copy = id + "#" + copies.merge(id, 1, Integer::sum);
            } while (copies.putIfAbsent(copy, 1) != null);
            return copy;
        }
    }

    private static Problem unique(Problem read, Ids ids, long number, List<String> warnings) {
        String id = ids.free(read.id());
        if (id.equals(read.id())) {
            return read;
        }
        warn(warnings, "line " + number + ": the id " + read.id() + " was used before; this problem is called " + id);
        return read.withId(id);
    }

    private static void warn(List<String> warnings, String sentence) {
        if (warnings.size() < SHOWN_WARNINGS) {
            warnings.add(sentence);
        }
    }

    /// A file's name without its endings. What is no file of its own, like a pipe, has a number for a name, which says nothing.
    public static String name(Path file) {
        if (!Files.isRegularFile(file)) return "piped";
        String name = file.getFileName().toString();
        return name.replaceFirst("(?i)\\.gz$", "").replaceFirst("(?i)\\.(jsonl|ndjson|json)$", "");
    }
}
