package dev.espalier.experiment.imports;

import java.util.List;

/// How far an import is, and at its end what it did.
///
/// @param share    of the file that has been read, from 0 to 1
/// @param runs     ids of the runs that the file's searches are in
/// @param added    searches that are new
/// @param present  searches that an earlier import of the same file had brought
/// @param skipped  lines that were left out
/// @param compared answers and votes that the file itself recorded
/// @param same     of those, how many come out the same in parity mode
/// @param warnings sentences about lines, the first [#SHOWN] of them
public record ImportReport(double share, List<Long> runs, int added, int present, int skipped, int compared, int same, List<String> warnings) {
    public static final int SHOWN = 20;
    static final ImportReport START = new ImportReport(0, List.of(), 0, 0, 0, 0, 0, List.of());

    public ImportReport {
        runs = List.copyOf(runs);
        warnings = List.copyOf(warnings);
    }

    /// What was done, in one sentence.
    public String sentence() {
        var text = new StringBuilder(count(added, "search", "searches")).append(" imported");
        if (present > 0) text.append(", ").append(count(present, "was", "were")).append(" there already");
        if (skipped > 0) text.append(", ").append(count(skipped, "line", "lines")).append(" left out");
        if (compared > 0) text.append("; ").append("%,d of %,d recorded answers and votes are the same in parity mode".formatted(same, compared));
        return text.append('.').toString();
    }

    private static String count(int count, String one, String many) {
        return "%,d %s".formatted(count, count == 1 ? one : many);
    }
}
