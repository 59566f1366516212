package dev.espalier.problem;

import java.util.List;
import java.util.stream.IntStream;

/// The problems of one file, in the order of the file.
///
/// @param name     the file's name without its extensions
/// @param source   the file's path, for messages and run cards
/// @param sha256   of the file's bytes, lower-case hexadecimal
/// @param warnings one sentence for each skipped line ("line 12: …")
public record ProblemSet(String name, String source, String sha256, List<Problem> problems, List<String> warnings) {
    public ProblemSet {
        problems = List.copyOf(problems);
        warnings = List.copyOf(warnings);
    }

    /// Returns `count` problems at even distances in the set. Sets are often sorted by level, so this covers every
    /// level.
    public List<Problem> spread(int count) {
        if (count >= problems.size()) return problems;
        return IntStream.range(0, count)
                .mapToObj(i -> problems.get((int) ((long) i * problems.size() / count)))
                .toList();
    }
}
