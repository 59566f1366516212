package dev.espalier.analysis.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatisticsTest {
    private static final Offset<Double> CLOSE = Offset.offset(1e-9);

    @Test
    void withoutTrialsAProportionIsUnknown() {
        var none = new Proportion(0, 0);
        assertThat(none.value()).isNaN();
        assertThat(none.wilson(0.95)).isEqualTo(new Interval(0, 1));
        assertThat(none.wilsonWithContinuityCorrection(0.95)).isEqualTo(new Interval(0, 1));
        assertThat(none.clopperPearson(0.95)).isEqualTo(new Interval(0, 1));
    }

    @ParameterizedTest
    @CsvSource({"-1, 2", "3, 2"})
    void impossibleProportionsAreRefused(int successes, int trials) {
        assertThatThrownBy(() -> new Proportion(successes, trials)).isInstanceOf(IllegalArgumentException.class);
    }

    /// Figures of Newcombe 1998, table I (81 of 263, and others), to their four digits.
    @ParameterizedTest
    @CsvSource({
        "81, 263, 0.2553, 0.3662, 0.2535, 0.3682, 0.2527, 0.3676",
        "15, 148, 0.0624, 0.1605, 0.0598, 0.1644, 0.0578, 0.1617",
        "0, 20, 0.0000, 0.1611, 0.0000, 0.2005, 0.0000, 0.1684",
        "1, 29, 0.0061, 0.1718, 0.0018, 0.1963, 0.0009, 0.1776"
    })
    void intervalsAreThePublishedOnes(
            int k, int n, double low, double high, double lowCc, double highCc, double exactLow, double exactHigh) {
        var proportion = new Proportion(k, n);
        var digits = Offset.offset(5.1e-5);
        assertThat(proportion.wilson(0.95).low()).isCloseTo(low, digits);
        assertThat(proportion.wilson(0.95).high()).isCloseTo(high, digits);
        assertThat(proportion.wilsonWithContinuityCorrection(0.95).low()).isCloseTo(lowCc, digits);
        assertThat(proportion.wilsonWithContinuityCorrection(0.95).high()).isCloseTo(highCc, digits);
        assertThat(proportion.clopperPearson(0.95).low()).isCloseTo(exactLow, digits);
        assertThat(proportion.clopperPearson(0.95).high()).isCloseTo(exactHigh, digits);
    }

    @Test
    void withoutDiscordantProblemsTheRunsDoNotDiffer() {
        var none = new McNemar(0, 0);
        assertThat(none.exact()).isEqualTo(1);
        assertThat(none.midP()).isEqualTo(1);
        assertThat(none.chiSquared()).isNaN();
        assertThat(none.correctedChiSquared()).isNaN();
    }

    @Test
    void equalCountsGiveNoEvidence() {
        var even = new McNemar(7, 7);
        assertThat(even.exact()).isEqualTo(1);
        assertThat(even.midP()).isCloseTo(1, CLOSE);
        assertThat(even.correctedChiSquared()).isZero();
        assertThat(McNemar.pValue(0)).isEqualTo(1);
    }

    @Test
    void mcNemarIsSymmetric() {
        assertThat(new McNemar(3, 12).exact()).isEqualTo(new McNemar(12, 3).exact());
        assertThat(new McNemar(3, 12).midP()).isEqualTo(new McNemar(12, 3).midP());
    }

    @Test
    void quantilesOfEqualValuesAreThatValue() {
        var values = new double[] {0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1};
        for (int q = 0; q <= 100; q++)
            assertThat(Quantiles.of(values, q / 100.0)).isEqualTo(0.1);
        assertThat(Quantiles.levels(values)).containsOnly(1);
    }

    @Test
    void quantilesNeedValues() {
        assertThat(Quantiles.of(new double[0], 0.5)).isNaN();
        assertThatThrownBy(() -> Quantiles.of(new double[] {1}, 1.1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void agreementIsUndefinedWithoutBothLabels() {
        var scores = new double[] {0.1, 0.9};
        assertThat(Agreement.auc(scores, new boolean[] {true, true})).isNaN();
        assertThat(Agreement.auc(new double[0], new boolean[0])).isNaN();
        assertThat(Agreement.brier(new double[0], new boolean[0])).isNaN();
        assertThat(Agreement.pearson(scores, new double[] {1, 1})).isNaN();
        assertThat(Agreement.spearman(new double[] {2, 2}, scores)).isNaN();
        assertThat(Agreement.kendall(new double[] {1}, new double[] {1})).isNaN();
        assertThatThrownBy(() -> Agreement.auc(scores, new boolean[] {true}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tiesCountHalfInTheArea() {
        assertThat(Agreement.auc(new double[] {1, 1, 1, 1}, new boolean[] {true, false, true, false}))
                .isEqualTo(0.5);
        assertThat(Agreement.auc(new double[] {2, 1}, new boolean[] {true, false}))
                .isEqualTo(1);
        assertThat(Agreement.auc(new double[] {2, 1}, new boolean[] {false, true}))
                .isZero();
    }

    @Test
    void aLineNeedsTwoDifferentPoints() {
        assertThat(LinearFit.of(new double[] {1, 1}, new double[] {1, 2}).slope())
                .isNaN();
        var two = LinearFit.of(new double[] {1, 2}, new double[] {1, 3});
        assertThat(two.slope()).isCloseTo(2, CLOSE);
        assertThat(two.slopeError()).isNaN();
        assertThat(two.pValue()).isNaN();
    }

    @Test
    void aPowerLawIsFoundAgain() {
        var k = IntStream.range(0, 14).mapToDouble(i -> Math.pow(2, i)).toArray();
        for (double a : new double[] {-0.2, -1, -3, -8})
            for (double b : new double[] {-0.1, -0.3, -0.7, -1}) {
                var coverage = IntStream.range(0, 14)
                        .mapToDouble(i -> Math.exp(a * Math.pow(k[i], b)))
                        .toArray();
                for (var law : new PowerLaw[] {
                    PowerLaw.ofCoverage(k, coverage),
                    PowerLaw.ofLogCoverage(k, coverage),
                    PowerLaw.ofLogLog(k, coverage)
                }) {
                    assertThat(law).isNotNull();
                    assertThat(law.a()).isCloseTo(a, Offset.offset(1e-6));
                    assertThat(law.b()).isCloseTo(b, Offset.offset(1e-6));
                    assertThat(law.at(1e6)).isCloseTo(Math.exp(a * Math.pow(1e6, b)), Offset.offset(1e-6));
                }
            }
    }

    @Test
    void nothingOrEverythingCoveredHasNoLaw() {
        var k = new double[] {1, 2, 4};
        for (double share : new double[] {0, 1}) {
            var coverage = new double[] {share, share, share};
            assertThat(PowerLaw.ofCoverage(k, coverage)).isNull();
            assertThat(PowerLaw.ofLogCoverage(k, coverage)).isNull();
            assertThat(PowerLaw.ofLogLog(k, coverage)).isNull();
        }
        assertThat(PowerLaw.ofCoverage(new double[] {1}, new double[] {0.5})).isNull();
        assertThat(PowerLaw.ofLogLog(new double[0], new double[0])).isNull();
    }
}
