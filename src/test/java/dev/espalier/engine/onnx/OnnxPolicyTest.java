package dev.espalier.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import dev.espalier.engine.device.Device;
import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.DeviceSession;
import dev.espalier.engine.device.DeviceTensor;
import dev.espalier.engine.device.backends.Backends;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.folder.SampleModels;
import dev.espalier.engine.onnx.decode.PolicyLimits;
import dev.espalier.model.Finish;
import dev.espalier.model.Generation;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.Result;
import dev.espalier.model.SampleKey;
import dev.espalier.model.Step;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class OnnxPolicyTest {
    private static final List<String> PROBLEMS = List.of(
            "Compute $3 + 4 \\times 5$.",
            "Alice has 12 apples and gives a third of them to Bob, who already has 7. How many apples does Bob have now?",
            "Solve $2x - 7 = 19$ for $x$.");
    private static final Generation GENERATION = new Generation(0.8, 0.95, 60, "\n\n", "");

    DeviceBackend backend() {
        return Backends.of(Device.CPU);
    }

    /// Single rows run on one thread and batches on two; results do not depend on that.
    OnnxPolicy policy(int rows, long cacheBytes) {
        return new OnnxPolicy(
                SampleModels.folder("policy-small"), backend(), rows == 1 ? 1 : 2, new PolicyLimits(rows, cacheBytes));
    }

    private static LanguageModel.Call whole(int i) {
        return new LanguageModel.Call(PROBLEMS.get(i % PROBLEMS.size()), List.of(), false, GENERATION, 60, key(i));
    }

    private static SampleKey key(int i) {
        return SampleKey.of(1, "p", List.of(i));
    }

    /// A separator that random weights generate too.
    private static LanguageModel.Call step(String problem, List<Step> path, String separator, SampleKey key) {
        return new LanguageModel.Call(problem, path, true, new Generation(0.8, 1, 200, separator, ""), 60, key);
    }

    private static List<Result.Sampled> all(OnnxPolicy policy, List<LanguageModel.Call> calls) {
        return calls.stream().map(policy::generate).toList().stream()
                .map(CompletableFuture::join)
                .toList();
    }

    private static List<Result.Sampled> oneByOne(OnnxPolicy policy, List<LanguageModel.Call> calls) {
        return calls.stream().map(call -> policy.generate(call).join()).toList();
    }

    @Test
    void aRowIsBitwiseTheSameAloneAndInABatch() {
        var calls = IntStream.range(0, 24).mapToObj(OnnxPolicyTest::whole).toList();
        try (var alone = policy(1, 0);
                var together = policy(16, 64 << 20)) {
            assertThat(all(together, calls)).isEqualTo(oneByOne(alone, calls));
        }
    }

    @Test
    void theOrderOfTheRequestsDoesNotMatter() {
        var order = new ArrayList<>(IntStream.range(0, 24).boxed().toList());
        try (var policy = policy(8, 64 << 20)) {
            var first = all(policy, order.stream().map(OnnxPolicyTest::whole).toList());
            Collections.shuffle(order, new Random(3));
            var shuffled = all(policy, order.stream().map(OnnxPolicyTest::whole).toList());
            for (int i = 0; i < order.size(); i++) assertThat(shuffled.get(i)).isEqualTo(first.get(order.get(i)));
        }
    }

    @Test
    void twoSearchesShareABatchAndGetTheResultsThatTheyGetAlone() throws Exception {
        var first = IntStream.range(0, 12).mapToObj(OnnxPolicyTest::whole).toList();
        var second = IntStream.range(12, 24).mapToObj(OnnxPolicyTest::whole).toList();
        try (var alone = policy(1, 0);
                var shared = policy(32, 64 << 20);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var one = threads.submit(() -> all(shared, first));
            var other = threads.submit(() -> all(shared, second));
            assertThat(one.get()).isEqualTo(oneByOne(alone, first));
            assertThat(other.get()).isEqualTo(oneByOne(alone, second));
        }
    }

    @Test
    void rowsOfTwoSearchesRunInOneBatch() {
        var bothHaveAsked = new CountDownLatch(1);
        var batches = new ConcurrentLinkedQueue<Long>();
        var watching = watched(backend(), inputs -> {
            bothHaveAsked.await();
            var type = inputs.get("input_ids").type();
            if (type.shape()[1] == 1) batches.add(type.shape()[0]);
        });
        try (var policy = new OnnxPolicy(
                SampleModels.folder("policy-small"), watching, 1, new PolicyLimits(24, 64 << 20, 1, 1L << 30))) {
            var asked = new ArrayList<CompletableFuture<Result.Sampled>>();
            for (int problem = 0; problem < 2; problem++)
                for (int i = 0; i < 12; i++)
                    asked.add(policy.generate(
                            new LanguageModel.Call(PROBLEMS.get(problem), List.of(), false, GENERATION, 60, key(i))));
            bothHaveAsked.countDown();
            asked.forEach(CompletableFuture::join);
        }
        assertThat(batches).as("each search has twelve rows").anyMatch(rows -> rows > 12);
    }

    private interface Watcher {
        void run(Map<String, DeviceTensor> inputs) throws InterruptedException;
    }

    /// A backend that reports the inputs of each run.
    private static DeviceBackend watched(DeviceBackend backend, Watcher watcher) {
        return proxy(DeviceBackend.class, (_, method, arguments) -> {
            var result = method.invoke(backend, arguments);
            if (!(result instanceof DeviceSession session)) return result;
            return proxy(DeviceSession.class, (_, call, given) -> {
                if (call.getName().equals("run"))
                    watcher.run(((Map<?, ?>) given[0])
                            .entrySet().stream().collect(Collectors.toMap(e -> (String) e.getKey(), e ->
                                    (DeviceTensor) e.getValue())));
                return call.invoke(session, given);
            });
        });
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    @Test
    void continuationsAreBitwiseTheSameWhateverIsCached() {
        try (var kept = policy(16, 64 << 20);
                var evicting = policy(16, 300_000);
                var nothing = policy(3, 0)) {
            assertThat(grow(evicting)).isEqualTo(grow(kept));
            assertThat(grow(nothing)).isEqualTo(grow(kept));
        }
    }

    /// A small tree: each problem's path grows by four steps with three continuations each, and the first of them
    /// is continued.
    static List<List<Result.Sampled>> grow(OnnxPolicy policy) {
        var waves = new ArrayList<List<Result.Sampled>>();
        var paths = new ArrayList<List<Step>>(Collections.nCopies(PROBLEMS.size(), List.of()));
        for (int depth = 0; depth < 4; depth++) {
            var calls = new ArrayList<LanguageModel.Call>();
            for (int p = 0; p < paths.size(); p++)
                for (int child = 0; child < 3; child++)
                    calls.add(
                            step(PROBLEMS.get(p), paths.get(p), " ", SampleKey.of(2, "p" + p, List.of(depth, child))));
            var wave = all(policy, calls);
            waves.add(wave);
            for (int p = 0; p < paths.size(); p++) {
                var longer = new ArrayList<>(paths.get(p));
                longer.addAll(wave.get(3 * p).steps());
                paths.set(p, longer);
            }
        }
        return waves;
    }

    @Test
    void theMostProbableNextTokensEqualGreedyDecoding() {
        var greedy =
                new LanguageModel.Call(PROBLEMS.get(0), List.of(), false, GENERATION.withTemperature(0), 12, key(0));
        try (var policy = policy(4, 64 << 20)) {
            var text = policy.generate(greedy).join().steps();
            var begun = Step.Text.EMPTY;
            for (var step : text)
                for (int i = 0; i < step.tokens().length; i++) {
                    var next = policy.nextTokens(greedy, begun, 5).join();
                    var first = next.choices().getFirst();
                    assertThat(first.token()).isEqualTo(step.tokens()[i]);
                    assertThat(first.logProb()).isEqualTo(step.logProbs()[i]);
                    assertThat(next.choices())
                            .hasSize(5)
                            .isSortedAccordingTo(java.util.Comparator.comparingDouble(choice -> -choice.logProb()));
                    begun = begun.append(first.token(), first.text(), first.logProb());
                }
            assertThat(begun.text())
                    .isEqualTo(text.stream().map(Step::text).collect(java.util.stream.Collectors.joining()));
        }
    }

    @Test
    void nextTokensAreBitwiseTheSameInABatchAloneAndWhateverIsCached() {
        try (var alone = policy(1, 0);
                var together = policy(16, 64 << 20)) {
            var path = together.generate(step(PROBLEMS.get(1), List.of(), " ", key(3)))
                    .join()
                    .steps();
            var begun = Step.of("", new int[] {17, 23, 11}, new float[3]);
            var wanted = new ArrayList<CompletableFuture<Result.NextTokens>>();
            for (int i = 0; i < 12; i++)
                wanted.add(together.nextTokens(
                        step(PROBLEMS.get(1), i % 2 == 0 ? path : List.of(), " ", key(0)),
                        i % 3 == 0 ? begun : Step.Text.EMPTY,
                        4));
            for (int i = 0; i < 12; i++)
                assertThat(wanted.get(i).join())
                        .isEqualTo(alone.nextTokens(
                                        step(PROBLEMS.get(1), i % 2 == 0 ? path : List.of(), " ", key(0)),
                                        i % 3 == 0 ? begun : Step.Text.EMPTY,
                                        4)
                                .join());
            long before = together.executed();
            together.nextTokens(step(PROBLEMS.get(1), List.of(), " ", key(0)), begun.append(31, "", 0), 4)
                    .join();
            assertThat(together.executed() - before)
                    .as("one more token is one more token to read")
                    .isEqualTo(1);
        }
    }

    @Test
    void aPromptIsReadOnceForAllWorkers() {
        var calls = IntStream.range(0, 24)
                .mapToObj(i -> new LanguageModel.Call(PROBLEMS.get(i % 2), List.of(), false, GENERATION, 30, key(i)))
                .toList();
        try (var policy = policy(8, 64 << 20)) {
            var results = all(policy, calls);
            long generated = results.stream()
                    .mapToLong(result -> result.cost().generated())
                    .sum();
            // Prefill reads all tokens of a prompt but the last, which is fed to draw the first token.
            long prompts = results.subList(0, 2).stream()
                    .mapToLong(
                            result -> result.cost().processed() - result.cost().generated())
                    .sum();
            assertThat(policy.executed()).isEqualTo(generated + prompts);
        }
    }

    @Test
    void kvThatIsInASlotAlreadyIsNotCopied() {
        var copied = new LongAdder();
        var counting = proxy(DeviceBackend.class, (_, method, arguments) -> {
            if (method.getName().equals("copy")) copied.add((long) arguments[2] * (long) arguments[3]);
            return method.invoke(backend(), arguments);
        });
        try (var policy =
                new OnnxPolicy(SampleModels.folder("policy-small"), counting, 1, new PolicyLimits(1, 64 << 20))) {
            policy.generate(new LanguageModel.Call(PROBLEMS.get(1), List.of(), false, GENERATION, 5, key(1)))
                    .join();
            long before = copied.sum();
            policy.generate(new LanguageModel.Call(PROBLEMS.get(1), List.of(), false, GENERATION, 5, key(2)))
                    .join();
            assertThat(copied.sum()).as("the prompt of the row before").isEqualTo(before);
            policy.generate(new LanguageModel.Call(PROBLEMS.get(0), List.of(), false, GENERATION, 5, key(3)))
                    .join();
            assertThat(copied.sum()).as("another prompt is kept").isGreaterThan(before);
        }
    }

    @Test
    void childrenOfACachedStepDoNotReadTheirPathAgain() {
        try (var policy = policy(4, 64 << 20)) {
            var first = policy.generate(step(PROBLEMS.get(0), List.of(), " ", key(1)))
                    .join();
            assertThat(first.finish()).isEqualTo(Finish.STEP);
            long before = policy.executed();
            var second = policy.generate(step(PROBLEMS.get(0), first.steps(), " ", key(2)))
                    .join();
            assertThat(policy.executed() - before).isEqualTo(second.cost().generated());
        }
    }

    @Test
    void generationStopsWithTheTokenThatCompletesTheSeparator() {
        try (var policy = policy(4, 64 << 20)) {
            var result = policy.generate(step(PROBLEMS.get(0), List.of(), " ", key(1)))
                    .join();
            assertThat(result.finish()).isEqualTo(Finish.STEP);
            assertThat(result.steps()).hasSize(1);
            var step = result.steps().getFirst();
            assertThat(step.text()).contains(" ");
            assertThat(step.logProbs()).hasSameSizeAs(step.tokens());
            assertThat(result.cost().generated()).isEqualTo(step.tokens().length);
        }
    }

    @Test
    void withoutStopAtStepAllStepsEqualThoseSampledStepByStep() {
        try (var policy = policy(4, 64 << 20)) {
            var whole = policy.generate(new LanguageModel.Call(
                            PROBLEMS.get(0), List.of(), false, new Generation(0, 1, 50, " ", ""), 50, key(0)))
                    .join();
            var steps = new ArrayList<Step>();
            int left = 50;
            Result.Sampled last;
            do {
                last = policy.generate(new LanguageModel.Call(
                                PROBLEMS.get(0), steps, true, new Generation(0, 1, 50, " ", ""), left, key(0)))
                        .join();
                steps.addAll(last.steps());
                left -= last.steps().stream().mapToInt(s -> s.tokens().length).sum();
            } while (last.finish() == Finish.STEP);
            assertThat(whole.steps()).isEqualTo(steps);
            assertThat(whole.finish()).isEqualTo(last.finish());
        }
    }

    @Test
    void theTokenLimitTruncates() {
        try (var policy = policy(4, 64 << 20)) {
            var result = policy.generate(
                            new LanguageModel.Call(PROBLEMS.get(0), List.of(), false, GENERATION, 5, key(7)))
                    .join();
            assertThat(result.finish()).isEqualTo(Finish.LENGTH);
            assertThat(result.steps().stream().mapToInt(s -> s.tokens().length).sum())
                    .isEqualTo(5);
        }
    }

    @Test
    void cancellingFreesTheSlotInTheBatch() {
        try (var policy = policy(1, 0)) {
            var endless = new Generation(1, 1, 400, "\n\n", "");
            var cancelled = IntStream.range(0, 20)
                    .mapToObj(i -> policy.generate(
                            new LanguageModel.Call(PROBLEMS.get(0), List.of(), false, endless, 400, key(i))))
                    .toList();
            cancelled.forEach(future -> future.cancel(true));
            var result = policy.generate(
                            new LanguageModel.Call(PROBLEMS.get(0), List.of(), false, GENERATION, 3, key(1)))
                    .join();
            assertThat(result.cost().generated()).isBetween(1L, 3L);
            assertThat(policy.executed()).isLessThan(20 * 400);
        }
    }

    @Test
    void aProblemBeyondTheContextFailsAloneWithAMessage() {
        try (var policy = policy(4, 0)) {
            var tooLong = policy.generate(
                    new LanguageModel.Call("7 + ".repeat(400), List.of(), false, GENERATION, 5, key(1)));
            var fine = policy.generate(whole(1));
            assertThatThrownBy(tooLong::join)
                    .cause()
                    .isInstanceOf(EspalierException.class)
                    .hasMessageContaining("tokens; policy-small's context is 512");
            assertThat(fine.join().steps()).isNotEmpty();
        }
    }

    @Test
    void invalidWeightsAreReportedWithTheModelsNameAndFolder(@TempDir Path folder) throws Exception {
        var sample = SampleModels.folder("policy-small").path();
        for (var file : List.of("fused.onnx", "model.onnx", "tokenizer.json"))
            Files.copy(sample.resolve(file), folder.resolve(file));
        var weights = ByteBuffer.allocate((int) Files.size(sample.resolve("weights.bin")))
                .order(ByteOrder.LITTLE_ENDIAN);
        while (weights.remaining() >= Float.BYTES) weights.putFloat(Float.NaN);
        Files.write(folder.resolve("weights.bin"), weights.array());
        var hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(weights.array()));
        Files.writeString(
                folder.resolve(ModelFolder.FILE),
                Files.readString(sample.resolve(ModelFolder.FILE))
                        .replaceAll("(\"weights.bin\": )\"[0-9a-f]{64}\"", "$1\"" + hash + "\""));
        try (var policy = new OnnxPolicy(ModelFolder.read(folder), backend(), 1, new PolicyLimits(2, 0))) {
            for (int i = 0; i < 2; i++)
                assertThatThrownBy(policy.generate(whole(i))::join)
                        .as("and goes on")
                        .cause()
                        .isInstanceOf(EspalierException.class)
                        .hasMessage("The policy policy-small computed invalid numbers (NaN or infinity); the files in "
                                + folder + " may be damaged: copy the model folder again.");
        }
    }

    @Test
    void closingFailsWaitingCalls() {
        var policy = policy(1, 0);
        var waiting =
                IntStream.range(0, 8).mapToObj(i -> policy.generate(whole(i))).toList();
        policy.close();
        assertThat(waiting).allMatch(CompletableFuture::isDone);
        assertThatThrownBy(() -> waiting.getLast().join())
                .cause()
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("was closed");
        assertThatThrownBy(() -> policy.generate(whole(0)).join())
                .cause()
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("was closed");
    }
}
