package dev.espalier.problem;

import dev.espalier.EspalierException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;

/// Reader of problem sets kept as JSON lines: one JSON object a line, UTF-8, as it is or compressed with gzip.
///
/// Each line is recognised by its fields: `problem` (with `answer`, `solution`, `subject`, `level`, `unique_id`, all optional) as in MATH-500, or
/// `question` and `answer` as in GSM8K, where the gold answer stands after `####`. A line that cannot be read is left out and becomes a warning.
public final class ProblemFile {
    private static final int LARGEST = 512 << 20;
    private static final int SHOWN_WARNINGS = 200;

    private ProblemFile() {
    }

    /// @throws EspalierException when the file is missing, not a file, not UTF-8, or holds no readable problem
    public static ProblemSet read(Path file) {
        byte[] stored = bytes(file);
        String text = decode(file, unpack(file, stored));
        String name = name(file);
        List<Problem> problems = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        int number = 0;
        int unread = 0;
        for (String line : (Iterable<String>) text.lines()::iterator) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            try {
                problems.add(unique(ProblemLine.read(line, name + "-" + number), ids, number, warnings));
            } catch (ProblemLine.Unreadable e) {
                unread++;
                warn(warnings, "line " + number + ": " + e.getMessage());
            }
        }
        if (problems.isEmpty()) {
            throw new EspalierException("No problem could be read from " + file + (warnings.isEmpty() ? ": the file is empty" : " (" + warnings.getFirst() + ")")
                    + ". Give a file with one JSON object a line that has \"problem\" and \"answer\", or \"question\" and \"answer\".");
        }
        if (unread > SHOWN_WARNINGS) {
            warnings.add(unread + " lines could not be read in all; the first " + SHOWN_WARNINGS + " are named here");
        }
        return new ProblemSet(name, file.toString(), sha256(stored), problems, warnings);
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

    private static Problem unique(Problem read, Set<String> ids, int number, List<String> warnings) {
        if (ids.add(read.id())) {
            return read;
        }
        int copy = 2;
        while (!ids.add(read.id() + "#" + copy)) {
            copy++;
        }
        String id = read.id() + "#" + copy;
        warn(warnings, "line " + number + ": the id " + read.id() + " was used before; this problem is called " + id);
        return read.withId(id);
    }

    private static void warn(List<String> warnings, String sentence) {
        if (warnings.size() < SHOWN_WARNINGS) {
            warnings.add(sentence);
        }
    }

    private static byte[] bytes(Path file) {
        if (!Files.exists(file)) {
            throw new EspalierException("There is no problem file " + file + ". Check the path.");
        }
        if (Files.isDirectory(file)) {
            throw new EspalierException(file + " is a folder. Choose a file of JSON lines in it (.jsonl or .jsonl.gz).");
        }
        try {
            if (Files.size(file) > LARGEST) {
                throw new EspalierException(file + " is larger than 512 MiB. Split it into smaller problem sets.");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new EspalierException("The problem file " + file + " could not be read (" + e.getMessage() + "). Check that you may read it.", e);
        }
    }

    private static byte[] unpack(Path file, byte[] stored) {
        boolean packed = stored.length > 1 && (stored[0] & 0xff) == 0x1f && (stored[1] & 0xff) == 0x8b;
        if (!packed) {
            return stored;
        }
        try (var in = new GZIPInputStream(new ByteArrayInputStream(stored))) {
            byte[] unpacked = in.readNBytes(LARGEST + 1);
            if (unpacked.length > LARGEST) {
                throw new EspalierException(file + " unpacks to more than 512 MiB. Split it into smaller problem sets.");
            }
            return unpacked;
        } catch (IOException e) {
            throw new EspalierException(file + " is a damaged gzip file (" + e.getMessage() + "). Download or pack it again.", e);
        }
    }

    private static String decode(Path file, byte[] bytes) {
        boolean marked = bytes.length > 2 && (bytes[0] & 0xff) == 0xef && (bytes[1] & 0xff) == 0xbb && (bytes[2] & 0xff) == 0xbf;
        ByteBuffer in = ByteBuffer.wrap(bytes, marked ? 3 : 0, bytes.length - (marked ? 3 : 0));
        CharBuffer out = CharBuffer.allocate(in.remaining());
        CoderResult result = StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT).decode(in, out, true);
        if (result.isError()) {
            int line = 1;
            for (int i = 0; i < in.position(); i++) {
                line += bytes[i] == '\n' ? 1 : 0;
            }
            throw new EspalierException(file + " is not UTF-8 text (line " + line + "). Save it as UTF-8 and open it again.");
        }
        return out.flip().toString();
    }

    private static String name(Path file) {
        String name = file.getFileName().toString();
        return name.replaceFirst("(?i)\\.gz$", "").replaceFirst("(?i)\\.(jsonl|ndjson|json)$", "");
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
