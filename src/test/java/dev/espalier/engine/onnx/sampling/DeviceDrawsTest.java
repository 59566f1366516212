package dev.espalier.engine.onnx.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.engine.device.Blocks;
import dev.espalier.engine.device.Device;
import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.backends.Backends;
import dev.espalier.engine.device.ort.NativeBackends;
import dev.espalier.engine.format.ElementType;
import dev.espalier.engine.onnx.decode.DecodeTask;
import dev.espalier.engine.onnx.decode.Row;
import dev.espalier.model.Generation;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.SampleKey;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Draws on the device equal those of the host's sampler.
public class DeviceDrawsTest {
    private static final int ROWS = 40;

    static Stream<DeviceBackend> backends() {
        return Stream.of(Backends.of(Device.CPU), NativeBackends.cpu());
    }

    private static List<Row> rows(double temperature, double topP, int seed) {
        return IntStream.range(0, ROWS)
                .mapToObj(i -> new Row(
                        new LanguageModel.Call(
                                "p",
                                List.of(),
                                false,
                                new Generation(temperature, topP, 9, "\n", ""),
                                9,
                                SampleKey.of(seed, "draw", List.of(i))),
                        new int[] {1, 2},
                        new DecodeTask.Continuation(false, new CompletableFuture<>()),
                        null))
                .toList();
    }

    private static void fill(Draws draws, ElementType element, int vocabulary, float spread, int seed) {
        var random = new Random(seed);
        for (long i = 0; i < (long) ROWS * vocabulary; i++) {
            float value = (float) random.nextGaussian() * spread;
            var memory = draws.logits().segment();
            if (element == ElementType.F32) memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
            else if (element == ElementType.F16)
                memory.setAtIndex(ValueLayout.JAVA_SHORT, i, Float.floatToFloat16(value));
            else memory.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) (Float.floatToIntBits(value) >>> 16));
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void drawsEqualTheSamplersForTheSameRandomNumbers(DeviceBackend backend) {
        for (var element : List.of(ElementType.F32, ElementType.F16, ElementType.BF16))
            for (int vocabulary : List.of(7, 512, 1300)) compare(backend, element, vocabulary);
    }

    /// Writes logits on the host and copies them, so that device memory is tested too.
    public static void compare(DeviceBackend backend, ElementType element, int vocabulary) {
        int drawn = vocabulary - 5;
        try (var there = new DeviceDraws(backend, vocabulary, drawn, element, ROWS);
                var here = new HostDraws(backend, vocabulary, drawn, element, ROWS)) {
            int seed = vocabulary;
            for (var settings : List.of(
                    new double[] {0.8, 0.95},
                    new double[] {1, 1},
                    new double[] {0, 1},
                    new double[] {1.7, 0.3},
                    new double[] {0.2, 0.999})) {
                var rows = rows(settings[0], settings[1], ++seed);
                fill(here, element, vocabulary, 3, seed);
                backend.copy(
                        new Blocks(here.logits(), 0),
                        new Blocks(there.logits(), 0),
                        here.logits().bytes(),
                        1);
                there.onLogits(rows);
                here.onLogits(rows);
                // In single precision a random number within about 1e-7 of a token's boundary may
                // select its neighbour. These do not.
                for (int i = 0; i < ROWS; i++) {
                    assertThat(there.draw(i, rows.get(i))).isEqualTo(here.draw(i, rows.get(i)));
                    assertThat(there.logProb()).isCloseTo(here.logProb(), within(2e-6));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void aWholeRowIsFetchedOnlyIfTopPRejectsBothDraws(DeviceBackend backend) {
        try (var draws = new DeviceDraws(backend, 1300, 1300, ElementType.F32, ROWS)) {
            fill(draws, ElementType.F32, 1300, 3, 5);
            for (var settings : List.of(
                    new double[] {1, 1, 0, 0}, new double[] {0.8, 0.95, 0, 6}, new double[] {1, 0.1, 20, ROWS})) {
                var rows = rows(settings[0], settings[1], 11);
                draws.onLogits(rows);
                long before = draws.fetched();
                for (int i = 0; i < ROWS; i++) draws.draw(i, rows.get(i));
                assertThat((double) draws.fetched() - before).isBetween(settings[2], settings[3]);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void logitsOfEqualWeightKeepTheirOrder(DeviceBackend backend) {
        try (var there = new DeviceDraws(backend, 1000, 1000, ElementType.F32, ROWS);
                var here = new HostDraws(backend, 1000, 1000, ElementType.F32, ROWS)) {
            var drawn = new ArrayList<Integer>();
            var expected = new ArrayList<Integer>();
            var rows = rows(1, 0.5, 3);
            there.onLogits(rows);
            for (int i = 0; i < ROWS; i++) {
                drawn.add(there.draw(i, rows.get(i)));
                expected.add(here.draw(i, rows.get(i)));
            }
            assertThat(drawn)
                    .isEqualTo(expected)
                    .allSatisfy(token -> assertThat(token).isBetween(0, 499));
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void invalidLogitsThrow(DeviceBackend backend) {
        try (var draws = new DeviceDraws(backend, 100, 100, ElementType.F32, ROWS)) {
            draws.logits().segment().fill((byte) 0xff);
            var rows = rows(1, 1, 3);
            draws.onLogits(rows);
            assertThatThrownBy(() -> draws.draw(0, rows.getFirst())).isInstanceOf(Sampler.InvalidLogits.class);
        }
    }
}
