package dev.espalier.problem;

import java.util.List;
import java.util.stream.IntStream;

/// The problems of one file, in the file's order.
///
/// @param name     the file's name without its ending
/// @param source   where it was read from, for messages and run cards
/// @param sha256   of the file's bytes, lower-case hexadecimal
/// @param warnings one sentence for each line that could not be read ("line 12: …"); those lines are left out
public record ProblemSet(String name, String source, String sha256, List<Problem> problems, List<String> warnings) {
    public ProblemSet {
        problems = List.copyOf(problems);
        warnings = List.copyOf(warnings);
    }

    /// So many problems, spread evenly over the file's order: sets are often sorted by level, and every level should be met.
    public List<Problem> spread(int count) {
        if (count >= problems.size()) return problems;
        return IntStream.range(0, count).mapToObj(i -> problems.get((int) ((long) i * problems.size() / count))).toList();
    }
}
