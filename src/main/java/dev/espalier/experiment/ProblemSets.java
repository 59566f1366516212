package dev.espalier.experiment;

import dev.espalier.EspalierException;
import dev.espalier.problem.ProblemFile;
import dev.espalier.problem.ProblemSet;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// The problem sets on offer. Thread-safe.
public final class ProblemSets {
    private final List<ProblemSet> sets = new CopyOnWriteArrayList<>();
    private final List<String> warnings = new CopyOnWriteArrayList<>();

    /// Reads the files; one that cannot be read becomes a warning.
    ProblemSets(List<Path> files) {
        for (var file : files) {
            try {
                load(file);
            } catch (EspalierException e) {
                warnings.add(e.getMessage());
            }
        }
    }

    public List<ProblemSet> list() {
        return List.copyOf(sets);
    }

    /// One sentence for each file that could not be read at the start.
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    /// Reads a problem file and adds it. Replaces the set that came from the same file.
    ///
    /// @throws EspalierException if the file cannot be read
    public ProblemSet load(Path file) {
        var set = ProblemFile.read(file);
        sets.removeIf(other -> other.source().equals(set.source()));
        sets.add(set);
        return set;
    }
}
