package dev.espalier.engine.onnx.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.model.Generation;
import dev.espalier.model.SampleKey;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SamplerTest {
    private static final float[] LOGITS = {
        (float) Math.log(0.1), (float) Math.log(0.4), (float) Math.log(0.2), (float) Math.log(0.3)
    };

    private static Generation sampling(double temperature, double topP, int topK, double minP) {
        return new Generation(temperature, topP, topK, minP, 10, "\n", "");
    }

    private static double[] frequencies(double temperature, double topP, int draws) {
        return frequencies(sampling(temperature, topP, 0, 0), draws);
    }

    private static double[] frequencies(Generation sampling, int draws) {
        var sampler = new Sampler(LOGITS.length);
        var counts = new double[LOGITS.length];
        for (int i = 0; i < draws; i++)
            counts[sampler.draw(LOGITS, sampling, SampleKey.of(i, "p", List.of(0)), i % 7)] += 1.0 / draws;
        return counts;
    }

    @Test
    void temperatureZeroTakesTheFirstOfTheMostProbable() {
        var sampler = new Sampler(3);
        assertThat(sampler.draw(new float[] {1, 2, 2}, sampling(0, 1, 0, 0), SampleKey.of(1, "p", List.of()), 0))
                .isEqualTo(1);
    }

    @Test
    void drawsFollowTheDistribution() {
        assertThat(frequencies(1, 1, 200_000)).containsExactly(new double[] {0.1, 0.4, 0.2, 0.3}, within(0.005));
    }

    @Test
    void temperatureSharpens() {
        double sum = 0.01 + 0.16 + 0.04 + 0.09;
        assertThat(frequencies(0.5, 1, 200_000))
                .containsExactly(new double[] {0.01 / sum, 0.16 / sum, 0.04 / sum, 0.09 / sum}, within(0.005));
    }

    @Test
    void topPKeepsTheSmallestSetThatReachesTheMass() {
        assertThat(frequencies(1, 0.6, 200_000)).containsExactly(new double[] {0, 4 / 7.0, 0, 3 / 7.0}, within(0.005));
        assertThat(frequencies(1, 1e-9, 1000)).containsExactly(new double[] {0, 1, 0, 0}, within(1e-9));
    }

    @Test
    void theLogProbabilityIsThatBeforeTemperatureAndTopP() {
        var sampler = new Sampler(LOGITS.length);
        int token = sampler.draw(LOGITS, sampling(0.3, 0.5, 0, 0), SampleKey.of(5, "p", List.of(1)), 3);
        assertThat(sampler.logProb()).isCloseTo(LOGITS[token], within(1e-6));
    }

    @Test
    void invalidLogitsThrow() {
        var sampler = new Sampler(2);
        assertThatThrownBy(() -> sampler.draw(
                        new float[] {Float.NaN, 0}, sampling(1, 1, 0, 0), SampleKey.of(1, "p", List.of()), 0))
                .isInstanceOf(Sampler.InvalidLogits.class);
    }

    @Test
    void topKKeepsTheMostProbableAndTheSmallerIdOfEquals() {
        assertThat(frequencies(sampling(1, 1, 2, 0), 200_000))
                .containsExactly(new double[] {0, 4 / 7.0, 0, 3 / 7.0}, within(0.005));
        assertThat(frequencies(sampling(1, 1, 9, 0), 100_000))
                .containsExactly(new double[] {0.1, 0.4, 0.2, 0.3}, within(0.01));
        var equal = new Sampler(5);
        for (int i = 0; i < 50; i++)
            assertThat(equal.draw(
                            new float[] {0, 1, 1, 1, 0}, sampling(1, 1, 2, 0), SampleKey.of(i, "p", List.of()), 0))
                    .isBetween(1, 2);
    }

    @Test
    void minPKeepsTokensNotFarBelowTheMostProbable() {
        assertThat(frequencies(sampling(1, 1, 0, 0.7), 200_000))
                .containsExactly(new double[] {0, 4 / 7.0, 0, 3 / 7.0}, within(0.005));
        assertThat(frequencies(sampling(1, 1, 0, 1), 1000)).containsExactly(new double[] {0, 1, 0, 0}, within(1e-9));
    }

    @Test
    void topPCountsTheMassThatTopKAndMinPLeave() {
        // With 4/9, 3/9 and 2/9, the first two reach six tenths.
        assertThat(frequencies(sampling(1, 0.6, 3, 0), 200_000))
                .containsExactly(new double[] {0, 4 / 7.0, 0, 3 / 7.0}, within(0.005));
        assertThat(frequencies(sampling(1, 0.4, 0, 0.5), 1000))
                .containsExactly(new double[] {0, 1, 0, 0}, within(1e-9));
    }

    @Test
    void manyTokensAreDrawnAsASortedListWouldBe() {
        var random = new Random(7);
        var logits = new float[1000];
        for (int i = 0; i < logits.length; i++) logits[i] = (float) (3 * random.nextGaussian());
        var order = IntStream.range(0, logits.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -logits[i]))
                .limit(40)
                .toList();
        var sampler = new Sampler(logits.length);
        for (int i = 0; i < 2000; i++)
            assertThat(order)
                    .contains(sampler.draw(logits, sampling(1.5, 1, 40, 0), SampleKey.of(i, "p", List.of()), 0));
    }

    @Test
    void expAgreesWithTheLibrary() {
        var numbers = new float[5000];
        var found = new double[numbers.length];
        for (int i = 0; i < numbers.length; i++) numbers[i] = -0.0137f * i;
        Exp.all(numbers, 0, 1, found);
        for (int i = 0; i < numbers.length; i++) {
            double exact = Math.exp(numbers[i]);
            // More digits near the most probable token; the absolute error is below e^-64.
            assertThat(found[i]).isCloseTo(exact, within((numbers[i] > -10 ? 2e-13 : 1e-11) * exact + 2e-28));
            if (numbers[i] <= -64) assertThat(found[i]).isZero();
        }
        var edges = new double[4];
        Exp.all(new float[] {0, -1e30f, Float.NEGATIVE_INFINITY, Float.NaN}, 0, 1, edges);
        assertThat(edges).containsExactly(1, 0, 0, Double.NaN);
    }
}
