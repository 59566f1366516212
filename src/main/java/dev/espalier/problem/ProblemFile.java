package dev.espalier.problem;

import dev.espalier.EspalierException;
import dev.espalier.io.JsonLines;
import dev.espalier.io.Records;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads problem sets from files: JSON lines and the other formats of [Records].
///
/// The fields of a record tell its format: `problem` (with optional `answer`, `solution`, `subject`, `level`,
/// `unique_id`) as in MATH-500, or `question` and `answer` as in GSM8K, where `####` precedes the gold answer.
/// [Question] and [GoldAnswer] list the other names in use. `options` or `choices` stand in the problem's text as
/// letters
/// ([Choices]). A record that cannot be read is skipped and adds a warning.
public final class ProblemFile {
    private static final int MAX_BYTES = 512 << 20;
    private static final int MAX_PROBLEMS = 1_000_000;
    private static final int MAX_WARNINGS = 200;
    private static final Records.Names NAMES = new ColumnNames();
    private static final ProblemLine.Reading FROM_0 = new ProblemLine.Reading(false, 0);
    private static final ProblemLine.Reading FROM_1 = new ProblemLine.Reading(false, 1);
    private static final ProblemLine.Reading OUTPUTS_FROM_0 = new ProblemLine.Reading(true, 0);
    private static final String EXPECTED =
            "Give a file with one JSON object per line that has \"problem\" and \"answer\", or \"question\" and \"answer\".";
    /// Said where a file's indices of choices count from 1.
    public static final String INDEX_FROM_1 =
            "The numbers that name the right choices count from 1: one equals the number of choices, and none is 0.";

    private ProblemFile() {}

    /// Reads a line of answers to grade: its gold answer under any name that a problem file may use, and its problem
    /// with the choices. The text is "" if the line names no problem.
    ///
    /// @throws EspalierException why the line cannot be read, as the end of the sentence "line 12: …"
    public static Problem graded(ObjectNode line) {
        try {
            return ProblemLine.readGraded(line);
        } catch (ProblemLine.Unreadable e) {
            throw new EspalierException(e.getMessage(), e);
        }
    }

    /// Opens a file of problems or outputs in any format that [Records] reads.
    ///
    /// @throws EspalierException if the file is missing, not a file, or of a format that is not read
    public static Records open(Path file) {
        return Records.open(file, NAMES);
    }

    /// A problem as it is if the indices of choices count from 0, and from 1.
    private record Either(Problem fromZero, Problem fromOne) {
        Problem from(int first) {
            return first == 0 ? fromZero : fromOne;
        }
    }

    /// Reads the file once, record by record, so it may be a pipe.
    ///
    /// @throws EspalierException if the file is missing, not a file, not UTF-8 or UTF-16, too large, or holds no
    ///     readable problem
    public static ProblemSet read(Path file) {
        String name = name(file);
        List<Either> problems = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        var ids = new Ids();
        var index = new ChoiceIndex();
        int unread = 0;
        String sha256;
        try (var records = open(file)) {
            for (var record = records.next(); record != null; record = records.next()) {
                if (records.bytesRead() > MAX_BYTES || problems.size() == MAX_PROBLEMS) {
                    throw new EspalierException(
                            "%s holds more than %,d problems or 512 MiB. Split it into smaller problem sets."
                                    .formatted(file, MAX_PROBLEMS));
                }
                try {
                    problems.add(unique(problem(file, record, name, index), ids, record.place(), warnings));
                } catch (ProblemLine.Unreadable e) {
                    unread++;
                    warn(warnings, record.place() + ": " + e.getMessage());
                }
            }
            sha256 = records.sha256();
            warnings.addAll(records.notes());
        }
        if (problems.isEmpty()) {
            throw new EspalierException("No problem could be read from " + file
                    + (warnings.isEmpty() ? ": the file is empty" : " (" + warnings.getFirst() + ")") + ". "
                    + EXPECTED);
        }
        if (unread > MAX_WARNINGS) {
            warnings.add(unread + " lines could not be read in all; the first " + MAX_WARNINGS + " are listed here");
        }
        if (index.first() == 1) warnings.add(INDEX_FROM_1);
        return new ProblemSet(
                name,
                file.toString(),
                sha256,
                problems.stream().map(read -> read.from(index.first())).toList(),
                warnings);
    }

    private static Either problem(Path file, Records.Item record, String name, ChoiceIndex index)
            throws ProblemLine.Unreadable {
        return switch (record) {
            case Records.Unread(var _, String place, String reason)
            when reason.equals(JsonLines.NOT_UTF_8) ->
                throw new EspalierException(
                        file + " is not UTF-8 text (" + place + "). Save it as UTF-8 and open it again.");
            case Records.Unread(var _, var _, String reason) -> throw new ProblemLine.Unreadable(reason);
            case Records.Read(long number, var _, ObjectNode json) -> {
                var id = name + "-" + number;
                var read = ProblemLine.read(json, id, FROM_0);
                index.add(read.sign());
                yield new Either(
                        read.problem(),
                        read.changesWithFirst()
                                ? ProblemLine.read(json, id, FROM_1).problem()
                                : read.problem());
            }
        };
    }

    /// Reads a problem from an object that may hold other fields too, with indices of choices from 0.
    ///
    /// @param idIfNone the id to use if the object names none
    /// @throws EspalierException if it holds no problem; the message is the end of the sentence "line 12: …"
    public static Problem problem(JsonNode json, String idIfNone) {
        if (json instanceof ObjectNode object)
            return read(object, idIfNone, FROM_0).problem();
        throw new EspalierException("not a JSON object");
    }

    /// Reads the problem of an object that holds a model's outputs.
    ///
    /// @param index of the whole file; asked only if the line's right choice depends on it
    /// @throws EspalierException as [#problem]
    public static Problem problemOfOutputs(ObjectNode json, String idIfNone, Supplier<ChoiceIndex> index) {
        var read = read(json, idIfNone, OUTPUTS_FROM_0);
        return read.changesWithFirst() && index.get().first() == 1
                ? read(json, idIfNone, new ProblemLine.Reading(true, 1)).problem()
                : read.problem();
    }

    private static ProblemLine.Read read(ObjectNode json, String idIfNone, ProblemLine.Reading reading) {
        try {
            return ProblemLine.read(json, idIfNone, reading);
        } catch (ProblemLine.Unreadable e) {
            throw new EspalierException(e.getMessage(), e);
        }
    }

    /// Finds out how the indices of choices in a file of outputs count. Reads it once.
    ///
    /// @throws EspalierException as [#open]
    public static ChoiceIndex choiceIndex(Path file) {
        var index = new ChoiceIndex();
        try (var records = open(file)) {
            for (var record = records.next(); record != null; record = records.next())
                if (record instanceof Records.Read read) index.add(sign(read.json()));
        }
        return index;
    }

    private static ChoiceIndex.Sign sign(ObjectNode json) {
        try {
            return ProblemLine.read(json, "", OUTPUTS_FROM_0).sign();
        } catch (ProblemLine.Unreadable | JacksonException | ArithmeticException unread) {
            return ChoiceIndex.Sign.NONE;
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

    private static Either unique(Either read, Ids ids, String place, List<String> warnings) {
        String given = read.fromZero().id();
        String id = ids.unique(given);
        if (id.equals(given)) {
            return read;
        }
        warn(warnings, place + ": the id " + given + " is used twice; this problem is renamed to " + id);
        return new Either(read.fromZero().withId(id), read.fromOne().withId(id));
    }

    private static void warn(List<String> warnings, String sentence) {
        if (warnings.size() < MAX_WARNINGS) {
            warnings.add(sentence);
        }
    }

    /// The file's name without its extensions; "piped" for a pipe, whose name is only a number.
    public static String name(Path file) {
        return Files.isRegularFile(file) ? Records.name(file) : "piped";
    }
}
