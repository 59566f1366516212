package dev.espalier.experiment.imports;

import java.util.List;

/// An import's progress, and at its end its result.
///
/// @param share    share of the file that has been read, from 0 to 1
/// @param runs     ids of the runs that hold the file's searches
/// @param added    new searches
/// @param present  searches from an earlier import of the same file
/// @param skipped  omitted lines
/// @param compared answers and votes recorded in the file
/// @param same     of those, the number that parity mode reproduces
/// @param warnings sentences about lines, the first [#SHOWN] of them
public record ImportReport(
        double share,
        List<Long> runs,
        int added,
        int present,
        int skipped,
        int compared,
        int same,
        List<String> warnings) {
    public static final int SHOWN = 20;
    static final ImportReport START = new ImportReport(0, List.of(), 0, 0, 0, 0, 0, List.of());

    public ImportReport {
        runs = List.copyOf(runs);
        warnings = List.copyOf(warnings);
    }

    /// A one-sentence summary.
    public String sentence() {
        var text = new StringBuilder(count(added, "search", "searches")).append(" imported");
        if (present > 0) text.append(", ").append(count(present, "was", "were")).append(" there already");
        if (skipped > 0)
            text.append(", ").append(count(skipped, "line", "lines")).append(" skipped");
        if (compared > 0)
            text.append("; ")
                    .append("%,d of %,d recorded answers and votes are the same in parity mode"
                            .formatted(same, compared));
        return text.append('.').toString();
    }

    private static String count(int count, String one, String many) {
        return "%,d %s".formatted(count, count == 1 ? one : many);
    }
}
