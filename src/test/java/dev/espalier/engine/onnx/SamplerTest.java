package dev.espalier.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.EspalierException;
import dev.espalier.search.SampleKey;
import java.util.List;
import org.junit.jupiter.api.Test;

class SamplerTest {
    private static final float[] LOGITS = {(float) Math.log(0.1), (float) Math.log(0.4), (float) Math.log(0.2), (float) Math.log(0.3)};

    private static double[] frequencies(double temperature, double topP, int draws) {
        var sampler = new Sampler(LOGITS.length);
        var counts = new double[LOGITS.length];
        for (int i = 0; i < draws; i++) counts[sampler.draw(LOGITS, temperature, topP, SampleKey.of(i, "p", List.of(0)), i % 7)] += 1.0 / draws;
        return counts;
    }

    @Test
    void temperatureZeroTakesTheFirstOfTheMostProbable() {
        var sampler = new Sampler(3);
        assertThat(sampler.draw(new float[] {1, 2, 2}, 0, 1, SampleKey.of(1, "p", List.of()), 0)).isEqualTo(1);
    }

    @Test
    void drawsFollowTheDistribution() {
        assertThat(frequencies(1, 1, 200_000)).containsExactly(new double[] {0.1, 0.4, 0.2, 0.3}, within(0.005));
    }

    @Test
    void temperatureSharpens() {
        double sum = 0.01 + 0.16 + 0.04 + 0.09;
        assertThat(frequencies(0.5, 1, 200_000)).containsExactly(new double[] {0.01 / sum, 0.16 / sum, 0.04 / sum, 0.09 / sum}, within(0.005));
    }

    @Test
    void topPKeepsTheSmallestSetThatReachesTheMass() {
        assertThat(frequencies(1, 0.6, 200_000)).containsExactly(new double[] {0, 4 / 7.0, 0, 3 / 7.0}, within(0.005));
        assertThat(frequencies(1, 1e-9, 1000)).containsExactly(new double[] {0, 1, 0, 0}, within(1e-9));
    }

    @Test
    void theLogProbabilityIsThatBeforeTemperatureAndTopP() {
        var sampler = new Sampler(LOGITS.length);
        int token = sampler.draw(LOGITS, 0.3, 0.5, SampleKey.of(5, "p", List.of(1)), 3);
        assertThat(sampler.logProb()).isCloseTo(LOGITS[token], within(1e-6));
    }

    @Test
    void logitsThatAreNoNumbersFail() {
        var sampler = new Sampler(2);
        assertThatThrownBy(() -> sampler.draw(new float[] {Float.NaN, 0}, 1, 1, SampleKey.of(1, "p", List.of()), 0))
            .isInstanceOf(EspalierException.class).hasMessageContaining("damaged");
    }

    @Test
    void expAgreesWithTheLibrary() {
        for (double x = 0; x > -60; x -= 0.0137) assertThat(Exp.exp(x)).isCloseTo(Math.exp(x), within(1e-10 * Math.exp(x)));
        assertThat(Exp.exp(0)).isEqualTo(1);
        assertThat(Exp.exp(-1e300)).isZero();
        assertThat(Exp.exp(Double.NEGATIVE_INFINITY)).isZero();
    }
}
