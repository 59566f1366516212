package dev.espalier.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Says which problems stand behind the rows of a table of curves. Rows with other problems cannot be compared.
public final class RowProblems {
    private static final int ROWS_NAMED = 5;
    private static final int PROBLEMS_NAMED = 5;

    private RowProblems() {}

    /// The problems that some row has and a point lacks, sorted.
    public static List<String> lacking(List<Curve> curves, Curve.Point point) {
        return lacking(all(curves), point);
    }

    /// Those of some problems that a point lacks, sorted.
    ///
    /// @param all as [#all] gives them
    public static List<String> lacking(Set<String> all, Curve.Point point) {
        var lacking = new TreeSet<>(all);
        point.measured().forEach(lacking::remove);
        return List.copyOf(lacking);
    }

    /// The problems of all rows, sorted.
    public static Set<String> all(List<Curve> curves) {
        var all = new TreeSet<String>();
        for (var curve : curves) for (var point : curve.points()) all.addAll(point.measured());
        return all;
    }

    /// What a reader of the table must know: rows with other problems, and failed searches. Empty if every row has the
    /// same problems and no search failed. What holds for the whole table stands last.
    public static List<String> sentences(List<Curve> curves) {
        var all = all(curves);
        var sentences = new ArrayList<String>();
        int rows = 0;
        int failed = 0;
        for (var curve : curves) {
            for (var point : curve.points()) {
                failed = Math.max(failed, point.failed());
                var lacking = lacking(all, point);
                if (lacking.isEmpty() || rows++ >= ROWS_NAMED) continue;
                sentences.add("%s at N = %d lacks %d of %d problems: %s%s."
                        .formatted(
                                curve.strategy(),
                                point.n(),
                                lacking.size(),
                                all.size(),
                                String.join(
                                        ", ",
                                        lacking.stream().limit(PROBLEMS_NAMED).toList()),
                                lacking.size() > PROBLEMS_NAMED ? ", …" : ""));
            }
        }
        if (rows > ROWS_NAMED) sentences.add("%d more rows lack problems.".formatted(rows - ROWS_NAMED));
        if (rows > 0) sentences.add("The rows have different problems; compare only rows with the same ones.");
        if (failed > 0)
            sentences.add("Failed searches count as not right in accuracy and coverage: up to %d in a row."
                    .formatted(failed));
        return List.copyOf(sentences);
    }
}
