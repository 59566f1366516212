package dev.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.onnx.PlainLoop;
import dev.espalier.search.Generation;
import dev.espalier.search.LanguageModel;
import dev.espalier.search.SampleKey;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ThroughputTest {
    private static final Generation SHORT = new Generation(0.8, 1, 12, "\n\n", "");
    private static final String PROBLEM = "What is the remainder when $18+59$ is divided by $8$?";

    @Test
    void speedsAreMeasuredForAllRows() {
        var folder = SampleModels.folder("policy-small");
        try (var policy = Models.policy(folder, Device.CPU, 1); var reward = Models.reward(SampleModels.folder("prm"), Device.CPU, 1)) {
            assertThat(Throughput.policy(policy, PROBLEM, SHORT, 3, 2)).satisfies(speed -> {
                assertThat(speed.rows()).isEqualTo(3);
                assertThat(speed.tokens()).isBetween(3L, 36L);
                assertThat(speed.tokensPerSecond()).isPositive();
            });
            assertThat(Throughput.reward(reward, policy, PROBLEM, SHORT, 3, 1).stepsPerSecond()).isPositive();
        }
        assertThat(Throughput.plain(folder, 1, PROBLEM, SHORT, 3, 1).tokensPerSecond()).isPositive();
    }

    @Test
    void thePlainGraphSaysTheSameAsTheFusedOne() {
        var folder = SampleModels.folder("policy-small");
        var generation = new Generation(0.8, 1, 40, "\n\n", "");
        var keys = IntStream.range(0, 8).mapToObj(i -> SampleKey.of(3, "same", List.of(i))).toList();
        try (var policy = Models.policy(folder, Device.CPU, 1); var plain = new PlainLoop(folder, 1)) {
            var fused = keys.stream().map(key -> policy.generate(new LanguageModel.Call(PROBLEM, List.of(), false, generation, 40, key))).toList().stream()
                .map(CompletableFuture::join).map(r -> r.steps().stream().flatMapToInt(s -> IntStream.of(s.tokens())).toArray()).toList();
            // Their numbers differ in the last bits, so a draw may in principle fall on the other side: not with these keys.
            assertThat(plain.run(PROBLEM, generation, keys)).usingRecursiveComparison().isEqualTo(fused);
        }
    }
}
