package dev.espalier.engine.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import dev.espalier.engine.Models;
import dev.espalier.engine.device.Device;
import dev.espalier.engine.device.DeviceChoice;
import dev.espalier.engine.folder.SampleModels;
import dev.espalier.model.Generation;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.SampleKey;
import dev.espalier.problem.Problem;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ThroughputTest {
    private static final Generation SHORT = new Generation(0.8, 1, 12, "\n\n", "");
    private static final String PROBLEM = "What is the remainder when $18+59$ is divided by $8$?";

    @Test
    void allRowsAreMeasured() {
        var folder = SampleModels.folder("policy-small");
        try (var policy = Models.policy(folder, Device.CPU, 1);
                var reward = Models.reward(SampleModels.folder("prm"), Device.CPU, 1)) {
            assertThat(Throughput.policy(
                            policy, List.of(PROBLEM, PROBLEM), SHORT, 2, List.of(Throughput.Concurrency.values()), 1))
                    .hasSize(3)
                    .allSatisfy(rate -> {
                        assertThat(rate.rows()).isEqualTo(4);
                        assertThat(rate.tokens()).isBetween(4L, 48L);
                        assertThat(rate.tokensPerSecond()).isPositive();
                    });
            assertThat(Throughput.reward(reward, policy, Problem.typed(PROBLEM, null), SHORT, 3, 1)
                            .stepsPerSecond())
                    .isPositive();
        }
    }

    @Test
    void bothLoopsSampleAWorkloadToItsLengths() {
        var folder = SampleModels.folder("policy-small");
        var work = Workload.of(folder, "30", 5, 4, 9, 1);
        assertThat(work.prompt()).hasSize(30);
        assertThat(Arrays.stream(work.lengths()).boxed().toList())
                .hasSize(5)
                .allMatch(length -> length >= 4 && length <= 9);
        var pairing = LoopComparison.of(folder, DeviceChoice.of(Device.CPU), 2, LoopComparison.Loop.BOTH, work, 2);
        assertThat(pairing.espalier()).hasSize(2).allSatisfy(speed -> {
            assertThat(speed.tokens()).isEqualTo(work.tokens());
            assertThat(speed.rowsMean()).isBetween(1.0, 5.0);
        });
        assertThat(pairing.plain())
                .hasSize(2)
                .allSatisfy(speed -> assertThat(speed.rowsMean()).isEqualTo(5));
    }

    @Test
    void aWorkloadBeyondTheContextIsRejected() {
        var folder = SampleModels.folder("policy-small");
        assertThatThrownBy(() -> Workload.of(folder, "500", 1, 20, 20, 1))
                .isInstanceOf(EspalierException.class)
                .hasMessage(
                        "500 prompt tokens and 20 new ones do not fit the context of policy-small, 512 tokens. Ask for fewer.");
    }

    @Test
    void thePlainGraphSamplesTheSameTokensAsTheFusedGraph() {
        var folder = SampleModels.folder("policy-small");
        var generation = new Generation(0.8, 1, 40, "\n\n", "");
        var keys = IntStream.range(0, 8)
                .mapToObj(i -> SampleKey.of(3, "same", List.of(i)))
                .toList();
        try (var policy = Models.policy(folder, Device.CPU, 1);
                var plain = new PlainLoop(folder, 1)) {
            var fused = keys.stream()
                    .map(key -> policy.generate(new LanguageModel.Call(PROBLEM, List.of(), false, generation, 40, key)))
                    .toList()
                    .stream()
                    .map(CompletableFuture::join)
                    .map(r -> r.steps().stream()
                            .flatMapToInt(s -> IntStream.of(s.tokens()))
                            .toArray())
                    .toList();
            // Logits differ in the last bits, so a draw could select another token. It does not with these
            // keys.
            assertThat(plain.run(PROBLEM, generation, keys))
                    .usingRecursiveComparison()
                    .isEqualTo(fused);
        }
    }
}
