package dev.espalier.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import dev.espalier.engine.device.Device;
import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.DeviceException;
import dev.espalier.engine.device.DeviceSession;
import dev.espalier.engine.device.DeviceTensor;
import dev.espalier.engine.device.GraphOptions;
import dev.espalier.engine.device.GraphRuns;
import dev.espalier.engine.device.backends.Backends;
import dev.espalier.engine.device.ort.NativeBackends;
import dev.espalier.engine.folder.ExportedModels;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.folder.SampleModels;
import dev.espalier.engine.folder.Tokenizer;
import dev.espalier.engine.format.TensorType;
import dev.espalier.engine.onnx.decode.LoopGuard;
import dev.espalier.engine.onnx.decode.PolicyLimits;
import dev.espalier.engine.onnx.queue.Scheduler;
import dev.espalier.model.Generation;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.Result;
import dev.espalier.model.RewardModel;
import dev.espalier.model.SampleKey;
import dev.espalier.model.Step;
import dev.espalier.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Graphs that never end: their runs can be cancelled.
@Timeout(120)
class EndlessGraphTest {
    private static final Generation GENERATION = new Generation(0.8, 0.95, 20, "\n\n", "");
    private static final String ENDLESS = "~";

    @TempDir
    private Path folder;

    static Stream<DeviceBackend> interfaces() {
        return Stream.of(Backends.of(Device.CPU), NativeBackends.cpu());
    }

    private ModelFolder model(String name, String output) throws IOException {
        var copy = SampleModels.copy(name, folder);
        try (var tokenizer = Tokenizer.read(copy.resolve("tokenizer.json"))) {
            EndlessGraph.in(copy.resolve("fused.onnx"), output, tokenizer.encode(ENDLESS)[0]);
        }
        return ModelFolder.read(copy);
    }

    private OnnxPolicy policy(DeviceBackend backend) throws IOException {
        return new OnnxPolicy(model("policy-small", "logits"), backend, 1, new PolicyLimits(4, 64 << 20, 1, 1L << 30));
    }

    private static LanguageModel.Call call(String problem, List<Step> path, int i) {
        return new LanguageModel.Call(problem, path, false, GENERATION, 20, SampleKey.of(1, "e", List.of(i)));
    }

    private static Step step(OnnxPolicy policy, String text) {
        var tokens = policy.tokens(text);
        return Step.of(text, tokens, new float[tokens.length]);
    }

    private static List<Result.Sampled> samples(OnnxPolicy policy) {
        var all = IntStream.range(0, 6)
                .mapToObj(i -> policy.generate(call("Compute $3 + 4$.", List.of(), i)))
                .toList();
        return all.stream().map(EndlessGraphTest::joined).toList();
    }

    private static <T> T joined(CompletableFuture<T> future) {
        return future.orTimeout(1, TimeUnit.MINUTES).join();
    }

    /// Waits until a worker runs the graph.
    private static void awaitRun(LongAdder executed) {
        while (executed.sum() == 0) Thread.onSpinWait();
    }

    @ParameterizedTest
    @MethodSource("interfaces")
    void aCancelledRequestsRunEndsAndTheWorkerServesTheNext(DeviceBackend backend) throws IOException {
        List<Result.Sampled> expected;
        try (var own = new OnnxPolicy(
                SampleModels.folder("policy-small"), backend, 1, new PolicyLimits(4, 64 << 20, 1, 1L << 30))) {
            expected = samples(own);
        }
        try (var policy = policy(backend)) {
            // During prefill and during decoding.
            for (var endless : List.of(
                    call(ENDLESS + " and more", List.of(), 0),
                    call("Compute $3 + 4$.", List.of(step(policy, "a" + ENDLESS + "b")), 1))) {
                var cancelled = policy.generate(endless);
                if (!endless.path().isEmpty()) awaitRun(endless.executed());
                cancelled.cancel(true);
                assertThat(samples(policy)).isEqualTo(expected);
            }
            assertThat(policy.stopped()).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("interfaces")
    void aModelCanBeClosedWhileItsGraphRuns(DeviceBackend backend) throws IOException {
        CompletableFuture<Result.Sampled> running;
        CompletableFuture<Result.Sampled> reading;
        try (var policy = policy(backend)) {
            var turning = call("Compute $3 + 4$.", List.of(step(policy, "a" + ENDLESS + "b")), 1);
            running = policy.generate(turning);
            awaitRun(turning.executed());
            reading = policy.generate(call(ENDLESS, List.of(), 2));
        }
        for (var future : List.of(running, reading))
            assertThatThrownBy(() -> joined(future))
                    .hasCauseInstanceOf(EspalierException.class)
                    .hasMessageContaining("was closed; open it again to go on.");
    }

    @ParameterizedTest
    @MethodSource("interfaces")
    void aRewardModelsRunIsCancelledToo(DeviceBackend backend) throws IOException {
        var good = new RewardModel.Call(
                Problem.typed("Compute $3 + 4$.", null),
                List.of(Step.of("It is 7.\n\n", new int[0], new float[0])),
                false,
                SampleKey.of(0, "p", List.of()),
                new LongAdder());
        var endless = new RewardModel.Call(
                Problem.typed("Compute $3 + 4$.", null),
                List.of(Step.of("It is " + ENDLESS + ".\n\n", new int[0], new float[0])),
                false,
                SampleKey.of(0, "p", List.of()),
                new LongAdder());
        Result.Scored expected;
        try (var own = new OnnxRewardModel(SampleModels.folder("prm"), backend, 1, 64 << 20)) {
            expected = joined(own.score(good));
        }
        CompletableFuture<Result.Scored> closed;
        try (var reward = new OnnxRewardModel(model("prm", "scores"), backend, 1, 64 << 20)) {
            var cancelled = reward.score(endless);
            cancelled.cancel(true);
            assertThat(joined(reward.score(good))).isEqualTo(expected);
            closed = reward.score(endless);
        }
        assertThatThrownBy(() -> joined(closed)).hasMessageContaining("was closed; open it again to go on.");
    }

    @ParameterizedTest
    @MethodSource("interfaces")
    void openingARewrittenGraphCanBeCancelledDuringItsCheck(DeviceBackend backend) throws IOException {
        var copy = ExportedModels.copy("torch-eager", folder);
        EndlessGraph.in(copy.resolve("model.onnx"), "logits", -1);
        var model = ModelFolder.read(copy);
        assertThat(model.execution().layout()).isEqualTo(dev.espalier.engine.graph.GraphLayout.REWRITTEN);
        var checks = folder.resolve("checks");
        var unneeded = new AtomicBoolean();
        var asked = new AtomicBoolean();
        var opening = new GraphRuns();
        opening.cancelWhen(() -> {
            asked.set(true);
            return unneeded.get();
        });
        var opened = CompletableFuture.supplyAsync(
                () -> opening.within(() -> RewriteCheck.checked(model, backend, 1, checks)));
        // A run evaluates the condition when it begins.
        while (!asked.get()) Thread.onSpinWait();
        unneeded.set(true);
        opening.terminateIfCancelled();
        assertThatThrownBy(() -> joined(opened)).hasCauseInstanceOf(CancellationException.class);
        assertThat(Files.exists(checks)).as("nothing was found out").isFalse();
    }

    @Test
    void onlyAGraphWithALoopIsGivenATime() throws IOException {
        var model = model("policy-small", "logits");
        var plain = SampleModels.folder("policy-small");
        try (var session =
                Backends.of(Device.CPU).open(plain.path().resolve(plain.files().graph()), GraphOptions.threads(1))) {
            assertThat(LoopGuard.of(plain, session)).as("always ends").isSameAs(session);
            assertThat(LoopGuard.of(model, session)).isInstanceOf(LoopGuard.class);
        }
    }

    /// Waits until it is told that nobody needs it, as an endless graph does.
    private static final class EndlessSession implements DeviceSession {
        private final AtomicInteger runs = new AtomicInteger();
        private boolean ends;

        @Override
        public Map<String, TensorType> inputs() {
            return Map.of();
        }

        @Override
        public Map<String, TensorType> outputs() {
            return Map.of();
        }

        @Override
        public Map<String, DeviceTensor> run(
                Map<String, DeviceTensor> inputs, Map<String, DeviceTensor> outputs, Set<String> made) {
            runs.incrementAndGet();
            if (ends) return Map.of();
            var terminated = new CompletableFuture<Boolean>();
            return GraphRuns.run(
                    () -> {
                        terminated.join();
                        throw new DeviceException("terminated");
                    },
                    () -> terminated.complete(true));
        }

        @Override
        public void close() {}
    }

    @Test
    void aFirstRunThatTakesTooLongIsEndedAndNoOtherBegins() {
        var endless = new EndlessSession();
        var guarded = new LoopGuard(endless, Duration.ofMillis(50));
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> new GraphRuns().within(() -> guarded.run(Map.of(), Map.of(), Set.of())))
                    .isInstanceOfSatisfying(DeviceException.class, e -> {
                        assertThat(e.endless()).isTrue();
                        assertThat(e.getMessage()).contains("has a loop that did not end");
                        assertThat(e.advice("")).contains("-Despalier.loop-seconds");
                    });
        }
        assertThat(endless.runs).hasValue(1);
    }

    @Test
    void aRunThatNobodyNeedsIsCancelledBeforeItsTimeIsOver() {
        var runs = new GraphRuns();
        runs.cancelWhen(() -> true);
        assertThatThrownBy(() -> runs.within(() ->
                        new LoopGuard(new EndlessSession(), Duration.ofHours(1)).run(Map.of(), Map.of(), Set.of())))
                .isInstanceOf(CancellationException.class);
    }

    @Test
    void laterRunsHaveMoreTime() {
        var session = new EndlessSession();
        session.ends = true;
        var guarded = new LoopGuard(session, Duration.ofMillis(20));
        guarded.run(Map.of(), Map.of(), Set.of());
        session.ends = false;
        assertThatThrownBy(() -> guarded.run(Map.of(), Map.of(), Set.of())).isInstanceOf(DeviceException.class);
        assertThat(session.runs).hasValue(2);
    }

    @Test
    void aRunContinuesWhileOneOfItsRequestsIsNotDone() {
        var requests = List.of(new CompletableFuture<String>(), new CompletableFuture<String>());
        var run = new CompletableFuture<String>();
        var began = new CompletableFuture<Void>();
        try (var scheduler =
                new Scheduler<CompletableFuture<String>>("small", 1, 1, future -> future, _ -> "", worker -> {
                    for (var request = worker.take(_ -> true); request != null; request = worker.take(_ -> true)) {
                        worker.serving(requests);
                        began.complete(null);
                        try {
                            GraphRuns.await(run);
                        } catch (CancellationException _) {
                            // As a decode loop does.
                        }
                    }
                })) {
            requests.forEach(scheduler::add);
            began.join();
            requests.getFirst().cancel(true);
            assertThat(run).isNotDone();
            requests.getLast().cancel(true);
            assertThatThrownBy(() -> joined(run)).isInstanceOf(CancellationException.class);
        }
    }
}
