package dev.espalier.analysis.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.analysis.Accuracy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Compares with figures of NumPy and SciPy, one case per line of a file for each topic. `-Dstatistics.cases=FOLDER`
/// names another folder of this form. Closed forms agree to 1e-9, fits to 1e-6 of the value.
class ReferenceStatisticsTest {
    private static final double CLOSED = 1e-9;
    private static final double FIT = 1e-6;
    private static final double NOTHING = 1e-12;

    private static final Path PUBLISHED = Path.of("../shared/data/reference/statistics");

    private final List<String> differences = new ArrayList<>();
    private String place = "";
    private boolean agrees = true;

    private int cases;
    private int agreeing;

    @Test
    void everyCaseAgrees() throws IOException {
        var given = System.getProperty("statistics.cases");
        compareAll(Path.of(given == null ? "src/test/resources/statistics" : given));
        if (given == null && Files.isDirectory(PUBLISHED)) compareAll(PUBLISHED);
        System.out.println(agreeing + " of " + cases + " cases agree");
        assertThat(differences).isEmpty();
        assertThat(cases).isPositive();
    }

    private void compareAll(Path folder) throws IOException {
        try (var files = Files.newDirectoryStream(folder, "*.jsonl")) {
            for (var file : files) {
                var name = String.valueOf(file.getFileName());
                int line = 0;
                for (var text : Files.readAllLines(file)) {
                    place = name + " line " + ++line + ": ";
                    agrees = true;
                    if (text.isBlank()
                            || !compare(
                                    name.replace(".jsonl", ""),
                                    JsonMapper.shared().readTree(text))) continue;
                    cases++;
                    if (agrees) agreeing++;
                }
            }
        }
    }

    /// @return false if the case has no defined result
    private boolean compare(String topic, JsonNode at) {
        switch (topic) {
            case "pass-at-k" -> {
                if (at.path("k").intValue() > at.path("n").intValue()) return false;
                closed(
                        at,
                        "exact_float",
                        Accuracy.passAt(
                                at.path("k").intValue(),
                                at.path("n").intValue(),
                                at.path("c").intValue()));
            }
            case "coverage" -> coverage(at);
            case "powerlaw" -> powerLaw(at);
            case "loglinear" -> {
                var fit = LinearFit.perDoubling(doubles(at, "n"), doubles(at, "accuracy"));
                closed(at, "slope_per_doubling", fit.slope());
                closed(at, "intercept", fit.intercept());
                closed(at, "r2", fit.r2());
                closed(at, "slope_stderr", fit.slopeError());
                closed(at, "p_value", fit.pValue());
            }
            case "wilson" -> {
                var proportion =
                        new Proportion(at.path("k").intValue(), at.path("n").intValue());
                double confidence = at.path("confidence").doubleValue();
                closed(at, "wilson", ends(proportion.wilson(confidence)));
                closed(at, "wilson_cc", ends(proportion.wilsonWithContinuityCorrection(confidence)));
                closed(at, "clopper_pearson", ends(proportion.clopperPearson(confidence)));
            }
            case "mcnemar" -> mcNemar(at);
            case "bootstrap" -> bootstrap(at);
            case "quantiles" -> quantiles(at);
            case "calibration" -> calibration(at);
            case "levels" -> {
                var values = doubles(at, "values");
                closed(
                        at,
                        "quintiles_numpy_linear",
                        IntStream.range(1, 5)
                                .mapToDouble(i -> Quantiles.of(values, i / 5.0))
                                .toArray());
                closed(
                        at,
                        "levels",
                        Arrays.stream(Quantiles.levels(values)).asDoubleStream().toArray());
            }
            default -> throw new IllegalArgumentException("no such topic: " + topic);
        }
        return true;
    }

    private void coverage(JsonNode at) {
        int n = at.path("n").intValue();
        closed(
                at,
                "coverage",
                Arrays.stream(doubles(at, "k"))
                        .map(k -> Arrays.stream(doubles(at, "correct_counts"))
                                .map(c -> Accuracy.passAt((int) k, n, (int) c))
                                .average()
                                .orElseThrow())
                        .toArray());
    }

    private void powerLaw(JsonNode at) {
        var k = doubles(at, "k");
        var coverage = doubles(at, "coverage");
        fit(at.path("nls_on_coverage"), PowerLaw.ofCoverage(k, coverage), true);
        fit(at.path("loglog_ols"), PowerLaw.ofLogLog(k, coverage), false);
        fit(at.path("nls_on_log_coverage"), PowerLaw.ofLogCoverage(k, coverage), false);
    }

    private void fit(JsonNode wanted, PowerLaw law, boolean whole) {
        if (wanted.isNull() || wanted.isMissingNode()) return;
        if (law == null) {
            differs("no fit, but " + wanted);
            return;
        }
        relative(wanted, "a", law.a());
        relative(wanted, "b", law.b());
        if (!whole) return;
        relative(wanted, "sse", law.sse());
        relative(wanted, "r2", law.r2());
        relative(wanted, "stderr", law.errorA(), law.errorB());
    }

    private void mcNemar(JsonNode at) {
        var test = new McNemar(at.path("b").intValue(), at.path("c").intValue());
        closed(at, "exact_two_sided", test.exact());
        closed(at, "mid_p", test.midP());
        closed(at, "chi2", test.chiSquared());
        closed(at, "chi2_p", McNemar.pValue(test.chiSquared()));
        closed(at, "chi2_cc", test.correctedChiSquared());
        closed(at, "chi2_cc_p", McNemar.pValue(test.correctedChiSquared()));
    }

    private void bootstrap(JsonNode at) {
        var x = doubles(at, "x");
        var y = doubles(at, "y");
        var difference =
                IntStream.range(0, x.length).mapToDouble(i -> x[i] - y[i]).toArray();
        closed(at, "mean", Arrays.stream(x).average().orElseThrow());
        closed(at, "mean_diff", Arrays.stream(difference).average().orElseThrow());
        closed(at, "bootstrap_se_theory_mean", Bootstrap.standardError(x));
        closed(at, "bootstrap_se_theory_diff", Bootstrap.standardError(difference));
        if (!at.has("resample_indices")) return;
        var indices = at.path("resample_indices")
                .valueStream()
                .map(row -> row.valueStream().mapToInt(JsonNode::intValue).toArray())
                .toArray(int[][]::new);
        var means = Arrays.copyOf(Bootstrap.means(x, indices), Math.min(200, indices.length));
        closed(at, "resample_means_first200", means);
        closed(
                at,
                "percentiles_first200",
                percentiles(at.path("percentiles_first200").size(), means));
        closed(
                at,
                "percentiles_diff_first200",
                percentiles(
                        at.path("percentiles_diff_first200").size(),
                        Arrays.copyOf(Bootstrap.means(difference, indices), means.length)));
    }

    private static double[] percentiles(int count, double[] means) {
        return (count == 3 ? IntStream.of(25, 500, 975) : IntStream.of(25, 975))
                .mapToDouble(q -> Quantiles.of(means, q / 1000.0))
                .toArray();
    }

    private void quantiles(JsonNode at) {
        var values = doubles(at, "values");
        closed(
                at,
                "numpy_linear",
                Arrays.stream(doubles(at, "q"))
                        .map(q -> Quantiles.of(values, q / 100))
                        .toArray());
        closed(at, "mean", Arrays.stream(values).average().orElseThrow());
        double population = Bootstrap.standardError(values) * Math.sqrt(values.length);
        closed(at, "sd_population", population);
        closed(at, "sd_sample", population * Math.sqrt(values.length / (values.length - 1.0)));
    }

    private void calibration(JsonNode at) {
        var scores = doubles(at, "scores");
        var numbers = doubles(at, "labels");
        var labels = new boolean[numbers.length];
        for (int i = 0; i < labels.length; i++) labels[i] = numbers[i] > 0;
        closed(at, "auc_mann_whitney", Agreement.auc(scores, labels));
        closed(at, "brier", Agreement.brier(scores, labels));
        closed(at, "pearson", Agreement.pearson(scores, numbers));
        closed(at, "spearman", Agreement.spearman(scores, numbers));
        closed(at, "kendall_tau_b", Agreement.kendall(scores, numbers));
    }

    private void closed(JsonNode at, String name, double... ours) {
        same(at.path(name), name, 0, CLOSED, ours);
    }

    private void relative(JsonNode at, String name, double... ours) {
        same(at.path(name), name, FIT, NOTHING, ours);
    }

    private void same(JsonNode wanted, String name, double relative, double absolute, double... ours) {
        if (wanted.isMissingNode() || wanted.isNull()) return;
        var all = wanted.isArray() ? wanted.valueStream().toList() : List.of(wanted);
        if (all.size() != ours.length) {
            differs(name + " has " + all.size() + " values, not " + ours.length);
            return;
        }
        for (int i = 0; i < ours.length; i++) {
            if (all.get(i).isNull()) continue;
            double value = all.get(i).doubleValue();
            if (!(Math.abs(value - ours[i]) <= relative * Math.abs(value) + absolute))
                differs(name + " is " + value + ", not " + ours[i]);
        }
    }

    private void differs(String what) {
        agrees = false;
        differences.add(place + what);
    }

    private static double[] ends(Interval interval) {
        return new double[] {interval.low(), interval.high()};
    }

    private static double[] doubles(JsonNode at, String name) {
        return at.path(name).valueStream().mapToDouble(JsonNode::doubleValue).toArray();
    }
}
