package dev.espalier.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import dev.espalier.engine.device.Device;
import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.backends.Backends;
import dev.espalier.engine.folder.SampleModels;
import dev.espalier.model.Result;
import dev.espalier.model.RewardModel;
import dev.espalier.model.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class OnnxRewardModelTest {
    DeviceBackend backend() {
        return Backends.of(Device.CPU);
    }

    private OnnxRewardModel prm() {
        return prm("prm", 2, 64 << 20);
    }

    private OnnxRewardModel prm(String name, int threads, long cacheBytes) {
        return new OnnxRewardModel(SampleModels.folder(name), backend(), threads, cacheBytes);
    }

    private static Step step(String text) {
        return Step.of(text, new int[0], new float[0]);
    }

    private static RewardModel.Call call(int i) {
        var path = new ArrayList<Step>();
        for (int s = 0; s <= i % 5; s++)
            path.add(step("## Step " + (s + 1) + ": Add: $" + i + "+" + s + "=" + (i + s) + "$.\n\n"));
        return new RewardModel.Call("Compute " + "$3+4$, then ".repeat(i % 3) + "$" + i + "+1$.", path, i % 2 == 0);
    }

    @Test
    void everyNonEmptyStepHasOneScore() {
        try (var prm = prm()) {
            var path = List.of(step("## Step 1: Add: $1+2=3$.\n\n"), step("The answer is $3$."), step(""));
            var scored = prm.score(new RewardModel.Call("Compute $1+2$.", path, true))
                    .join();
            assertThat(scored.scores())
                    .hasSize(2)
                    .allSatisfy(score -> assertThat(score).isBetween(0.0, 1.0));
            assertThat(scored.cost().generated()).isZero();
            assertThat(scored.cost().processed()).isEqualTo(prm.executed());
        }
    }

    @Test
    void aPathWithoutStepsHasNoScores() {
        try (var prm = prm()) {
            assertThat(prm.score(new RewardModel.Call("Compute $1+2$.", List.of(), true))
                            .join()
                            .scores())
                    .isEmpty();
        }
    }

    @Test
    void theFirstStepsScoreDoesNotDependOnLaterSteps() {
        try (var prm = prm()) {
            var first = step("## Step 1: Add: $1+2=3$.\n\n");
            var one = prm.score(new RewardModel.Call("Compute $1+2$.", List.of(first), false))
                    .join();
            var two = prm.score(
                            new RewardModel.Call("Compute $1+2$.", List.of(first, step("The answer is $3$.")), true))
                    .join();
            assertThat(two.scores().getFirst()).isEqualTo(one.scores().getFirst());
        }
    }

    @Test
    void scoresAreBitwiseTheSameWhateverIsCachedAndInWhicheverOrderPathsCome() {
        var calls = new ArrayList<>(
                IntStream.range(0, 150).mapToObj(OnnxRewardModelTest::call).toList());
        for (var name : List.of("prm", "prm-weak")) {
            try (var kept = prm(name, 2, 64 << 20);
                    var evicting = prm(name, 2, 2_000_000);
                    var nothing = prm(name, 1, 0)) {
                var oneByOne =
                        calls.stream().map(call -> kept.score(call).join()).toList();
                assertThat(all(kept, calls)).isEqualTo(oneByOne);
                assertThat(all(evicting, calls)).isEqualTo(oneByOne);
                assertThat(all(nothing, calls)).isEqualTo(oneByOne);
                assertThat(all(evicting, calls.reversed())).isEqualTo(oneByOne.reversed());
            }
        }
    }

    private static List<Result.Scored> all(OnnxRewardModel prm, List<RewardModel.Call> calls) {
        return calls.stream().map(prm::score).toList().stream()
                .map(CompletableFuture::join)
                .toList();
    }

    @Test
    void aPathThatGrowsCostsItsNewStepOnly() {
        try (var prm = prm()) {
            var first = step("## Step 1: Add: $1+2=3$.\n\n");
            var one = prm.score(new RewardModel.Call("Compute $1+2$.", List.of(first), false))
                    .join();
            long before = prm.executed();
            var two = prm.score(
                            new RewardModel.Call("Compute $1+2$.", List.of(first, step("The answer is $3$.")), true))
                    .join();
            assertThat(prm.executed() - before)
                    .isEqualTo(two.cost().processed() - one.cost().processed());
        }
    }

    @Test
    void twoSearchesGetTheResultsThatTheyGetAlone() throws Exception {
        var calls = IntStream.range(0, 60).mapToObj(OnnxRewardModelTest::call).toList();
        try (var alone = prm();
                var shared = prm();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var one = threads.submit(() -> all(shared, calls.subList(0, 30)));
            var other = threads.submit(() -> all(shared, calls.subList(30, 60)));
            assertThat(one.get()).isEqualTo(all(alone, calls.subList(0, 30)));
            assertThat(other.get()).isEqualTo(all(alone, calls.subList(30, 60)));
        }
    }

    @Test
    void aPathBeyondTheContextHasNoScoreAndItsSiblingsDo() {
        try (var prm = prm()) {
            var tooLong = prm.score(new RewardModel.Call("Compute $1+2$.", List.of(step("1 + ".repeat(300))), false));
            CompletableFuture<Result.Scored> fine = prm.score(call(3));
            assertThat(tooLong.join().scores()).isEmpty();
            assertThat(tooLong.join().note()).contains("the context of the reward model prm is 512");
            var longProblem = new RewardModel.Call("1 + ".repeat(300), List.of(step("1")), true);
            assertThat(prm.score(longProblem).join().note()).contains("the context of the reward model prm is 512");
            assertThat(fine.join().scores()).hasSize(4);
        }
    }

    @Test
    void closingFailsLaterCalls() {
        var prm = prm();
        prm.close();
        assertThatThrownBy(() -> prm.score(call(1)).join())
                .cause()
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("was closed");
    }
}
