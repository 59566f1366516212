package dev.espalier.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfidenceIntervalTest {
    private static final Offset<Double> CLOSE = Offset.offset(5e-4);

    @ParameterizedTest
    @CsvSource({"1, 0, 0, 0.7935", "1, 1, 0.2065, 1", "6, 1, 0.6097, 1", "100, 0, 0, 0.0370", "1, 0.5, 0.0546, 0.9454"})
    void equalValuesAreNotCertain(int problems, double value, double low, double high) {
        var interval = ConfidenceInterval.of(Collections.nCopies(problems, value));
        assertThat(interval.mean()).isEqualTo(value);
        assertThat(interval.low()).isCloseTo(low, CLOSE);
        assertThat(interval.high()).isCloseTo(high, CLOSE);
    }

    @Test
    void unequalValuesAreResampled() {
        var interval = ConfidenceInterval.of(List.of(0.0, 1.0, 1.0, 1.0));
        assertThat(interval.mean()).isEqualTo(0.75);
        assertThat(interval.low()).isEqualTo(0.25);
        assertThat(interval.high()).isEqualTo(1);
    }

    @Test
    void noValuesHaveNoInterval() {
        assertThat(ConfidenceInterval.of(List.of()).low()).isNaN();
        assertThat(ConfidenceInterval.ofDifference(Map.of(), Map.of()).high()).isNaN();
    }

    @Test
    void equalRunsMayStillDiffer() {
        var run = problems(10, 1);
        var difference = ConfidenceInterval.ofDifference(run, run);
        assertThat(difference.mean()).isZero();
        assertThat(difference.low()).isCloseTo(-0.2775, CLOSE);
        assertThat(difference.high()).isCloseTo(0.2775, CLOSE);
        assertThat(difference.clear()).isFalse();
    }

    @Test
    void aDifferenceOfOneInEveryProblemStaysWithinItsBounds() {
        var few = ConfidenceInterval.ofDifference(problems(1, 1), problems(1, 0));
        assertThat(few.high()).isEqualTo(1);
        assertThat(few.low()).isNegative();
        assertThat(few.clear()).isFalse();
        assertThat(ConfidenceInterval.ofDifference(problems(20, 1), problems(20, 0))
                        .clear())
                .isTrue();
    }

    @Test
    void onlyProblemsThatBothHaveCount() {
        var difference = ConfidenceInterval.ofDifference(Map.of("a", 1.0, "b", 0.0), Map.of("a", 0.0, "c", 1.0));
        assertThat(difference.mean()).isEqualTo(1);
    }

    private static Map<String, Double> problems(int count, double value) {
        return IntStream.range(0, count).boxed().collect(Collectors.toMap(i -> "p" + i, _ -> value));
    }
}
