package dev.espalier.cli;

import dev.espalier.analysis.Curve;
import dev.espalier.analysis.RowProblems;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Curves as JSON and as a table.
final class CurveDocument {
    private CurveDocument() {}

    static Map<String, Object> json(List<Curve> curves) {
        return Map.of(
                "curves",
                curves.stream()
                        .map(curve -> {
                            var document = new LinkedHashMap<String, Object>();
                            document.put("strategy", curve.strategy());
                            document.put(
                                    "points",
                                    curve.points().stream()
                                            .map(point -> point(curves, point))
                                            .toList());
                            return document;
                        })
                        .toList());
    }

    private static Map<String, Object> point(List<Curve> curves, Curve.Point point) {
        var document = new LinkedHashMap<String, Object>();
        document.put("n", point.n());
        document.put("problems", point.problems());
        document.put("failed", point.failed());
        var lacking = RowProblems.lacking(curves, point);
        if (!lacking.isEmpty()) document.put("lacking", lacking);
        document.put("seeds", point.seeds());
        document.put("accuracy", Console.finiteOrNull(point.accuracy()));
        document.put("low", Console.finiteOrNull(point.low()));
        document.put("high", Console.finiteOrNull(point.high()));
        document.put("coverage", Console.finiteOrNull(point.coverage()));
        document.put("generated_tokens", Console.finiteOrNull(point.generatedTokens()));
        document.put("seconds", Console.finiteOrNull(point.seconds()));
        return document;
    }

    static Table table(List<Curve> curves) {
        var table = new Table(
                "method",
                "N",
                "problems",
                "failed",
                "seeds",
                "accuracy %",
                "95 % interval",
                "coverage %",
                "tokens",
                "seconds");
        for (var curve : curves) {
            for (var point : curve.points()) {
                table.row(
                        curve.strategy(),
                        point.n(),
                        point.problems(),
                        point.failed(),
                        point.seeds(),
                        Console.percent(point.accuracy()),
                        Console.percent(point.low()) + "–" + Console.percent(point.high()),
                        Console.percent(point.coverage()),
                        Console.decimal(point.generatedTokens(), 0),
                        Console.decimal(point.seconds(), 2));
            }
        }
        return table;
    }
}
