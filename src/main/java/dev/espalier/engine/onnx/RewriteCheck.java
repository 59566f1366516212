package dev.espalier.engine.onnx;

import dev.espalier.EspalierException;
import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.DeviceException;
import dev.espalier.engine.device.DeviceMemory;
import dev.espalier.engine.device.DeviceTensor;
import dev.espalier.engine.device.GraphRuns;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.folder.Tokenizer;
import dev.espalier.engine.format.ElementType;
import dev.espalier.engine.format.Floats;
import dev.espalier.engine.graph.GraphLayout;
import dev.espalier.engine.graph.Rewriting;
import dev.espalier.engine.onnx.decode.PolicyLimits;
import dev.espalier.engine.onnx.exported.ExportedGraph;
import dev.espalier.engine.onnx.exported.KvLane;
import dev.espalier.io.Notices;
import dev.espalier.model.Generation;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.SampleKey;
import dev.espalier.model.Step;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Compares a rewritten graph with its original before it is used (docs/decisions/0080). It compares next-token
/// log-probabilities after prompts of several lengths and after tokens fed one by one, for rows of different lengths in
/// one batch, in the decode loop that will run the graph. It also checks that the original's masks hide no position of
/// a full context.
public final class RewriteCheck {
    private static final System.Logger LOG = System.getLogger(RewriteCheck.class.getName());
    private static final System.Logger NOTICES = System.getLogger(Notices.LOGGER);
    private static final Object ROW = new Object();
    private static final List<String> PROBLEMS = List.of(
            "What is $12 + 7$?",
            "x",
            "A farmer sells 12 eggs a day for $0.25 each. How much does he earn in a week of seven days?");
    private static final String BEGUN = "## Step 1: Add";
    private static final int NEW_TOKENS = 4;
    private static final int MAX_COMPARED = 256;
    private static final long CACHE_BYTES = 64L << 20;
    private static final String SAME = "same";
    private static final String OTHER = "other: ";

    private final ModelFolder model;
    private final DeviceBackend backend;
    private final int threads;
    /// True if the original graph computed its logits.
    private boolean originalRead;

    private RewriteCheck(ModelFolder model, DeviceBackend backend, int threads) {
        this.model = model;
        this.backend = backend;
        this.threads = threads;
    }

    /// Decides which graph to run.
    ///
    /// @param resultFolder folder with the results of earlier checks, null to check each time
    /// @return the model itself; or the model with its exported graph if the rewritten one differs, after a notice
    ///     to the user
    public static ModelFolder checked(
            ModelFolder model, DeviceBackend backend, int threads, @Nullable Path resultFolder) {
        if (model.execution().layout() != GraphLayout.REWRITTEN) return model;
        if (model.execution().rounded() != null) return quantized(model, backend, threads, resultFolder);
        // On a GPU, GroupQueryAttention in f32 would run on the CPU (docs/cuda.md).
        if (!backend.cpu() && !model.execution().precision().contains("f16"))
            return model.exported("a GPU supports KV in one memory in 16 bits only");
        model.verify();
        var file = resultFolder == null
                ? null
                : resultFolder.resolve(model.fingerprint() + (backend.cpu() ? "-cpu" : "-gpu"));
        String found = file == null ? "" : readResult(file);
        if (!found.equals(SAME) && !found.startsWith(OTHER)) {
            var check = new RewriteCheck(model, backend, threads);
            try {
                String difference = check.difference();
                found = difference.isEmpty() ? SAME : OTHER + difference;
                if (file != null) writeResult(file, found);
            } catch (DeviceException | EspalierException | CompletionException e) {
                if (e instanceof DeviceException device && device.endless())
                    throw new EspalierException(
                            "The model %s failed when it was tried (%s); %s."
                                    .formatted(model.name(), device.getMessage(), device.advice("")),
                            e);
                // Opening the original reports the error.
                if (!check.originalRead) return model.exported("the original graph failed");
                // Not stored: the cause may be a lack of memory.
                found = OTHER + "the rewritten graph failed: " + (e.getCause() == null ? e : e.getCause()).getMessage();
            }
        }
        if (found.equals(SAME)) return model;
        String reason = found.substring(OTHER.length()).strip();
        NOTICES.log(
                System.Logger.Level.WARNING,
                "The model " + model.name() + " runs with its exported graph, at about half the speed: " + reason
                        + ".");
        return model.exported(reason);
    }

    /// Quantizes a model's weights once, into a file in the folder of results.
    private static ModelFolder quantized(
            ModelFolder model, DeviceBackend backend, int threads, @Nullable Path resultFolder) {
        String other = "use " + model.name() + " in its own precision, f32";
        if (!backend.cpu())
            throw new EspalierException("Weights can be quantized to int8 for the CPU only: " + other + ".");
        var checked = checked(model.unrounded(), backend, threads, resultFolder);
        if (checked.execution().layout() != GraphLayout.REWRITTEN)
            throw new EspalierException("The weights of %s cannot be quantized, since its exported graph is used: %s."
                    .formatted(model.name(), other));
        try {
            var folder = resultFolder == null ? Files.createTempDirectory("espalier") : resultFolder;
            var weights = folder.resolve(model.fingerprint() + ".bin");
            Rewriting.of(
                    model.path().resolve(model.files().graph()),
                    model.execution().names(),
                    model.shape().layers(),
                    model.shape().headDim(),
                    model.shape().kvHeads(),
                    weights);
            return model.rounded(weights);
        } catch (Rewriting.Refused | IOException e) {
            throw new EspalierException(
                    "The weights of %s cannot be quantized: %s. Free disk space there, or %s."
                            .formatted(model.name(), e.getMessage(), other),
                    e);
        }
    }

    private static String readResult(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            return "";
        }
    }

    /// Stores a result. If that fails, the check is repeated next time.
    private static void writeResult(Path file, String found) {
        try {
            Files.createDirectories(file.getParent());
            var temporary = Files.createTempFile(file.getParent(), "new", "");
            try {
                Files.writeString(temporary, found);
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.INFO, "The result of checking a rewritten graph cannot be stored: " + e);
        }
    }

    /// Runs the original and then the rewritten graph, so that only one of them uses memory.
    ///
    /// @return half a sentence about the difference, "" if there is none
    private String difference() {
        var cases = new ArrayList<Case>();
        var expected = new ArrayList<List<float[]>>();
        int tokenCount;
        try (var tokenizer = Tokenizer.read(
                        model.path().resolve(model.files().tokenizer()),
                        model.shape().vocabulary());
                var original = ExportedGraph.original(model, backend, threads)) {
            tokenCount = Math.min(model.shape().vocabulary(), tokenizer.size());
            var masks = model.rewriting().masks();
            if (!masks.isEmpty() && hides(original, masks))
                return "its attention does not see all positions of its context";
            for (var problem : PROBLEMS) {
                var begun = Arrays.copyOf(tokenizer.encode(BEGUN), NEW_TOKENS);
                var prompt = model.prompting().chat().encode(tokenizer, problem, "");
                if (prompt.length + NEW_TOKENS < model.shape().context()) cases.add(new Case(problem, prompt, begun));
            }
            if (cases.isEmpty()) return "its context has no room for the comparison";
            for (var one : cases) expected.add(originalLogits(original, one));
        }
        originalRead = true;
        double maxLogit = 0;
        double maxDifference = 0;
        try (var policy = new OnnxPolicy(
                model, backend, threads, new PolicyLimits(cases.size() * (NEW_TOKENS + 1), CACHE_BYTES))) {
            var found = cases.stream()
                    .map(one -> IntStream.rangeClosed(0, NEW_TOKENS)
                            .mapToObj(given -> policy.nextTokens(one.call(), one.step(given), MAX_COMPARED))
                            .toList())
                    .toList();
            for (int i = 0; i < cases.size(); i++) {
                for (int given = 0; given <= NEW_TOKENS; given++) {
                    var logits = Arrays.copyOf(expected.get(i).get(given), tokenCount);
                    double all = logOfSum(logits);
                    for (var choice : GraphRuns.await(found.get(i).get(given)).choices()) {
                        maxLogit = Math.max(maxLogit, Math.abs(logits[choice.token()]));
                        // NaN counts as a difference.
                        double difference = Math.abs(logits[choice.token()] - all - choice.logProb());
                        maxDifference = Double.isNaN(difference)
                                ? Double.POSITIVE_INFINITY
                                : Math.max(maxDifference, difference);
                    }
                }
            }
        }
        LOG.log(
                System.Logger.Level.INFO,
                "Log-probabilities of %s, rewritten and original, differ by at most %.3g; logits reach %.3g."
                        .formatted(model.name(), maxDifference, maxLogit));
        return maxDifference <= tolerance(maxLogit)
                ? ""
                : "the log-probabilities of the rewritten graph differ from the original's by up to %.3g"
                        .formatted(maxDifference);
    }

    private record Case(String problem, int[] prompt, int[] begun) {
        LanguageModel.Call call() {
            return new LanguageModel.Call(
                    problem,
                    List.of(),
                    true,
                    new Generation(0, 1, 1, "\n\n", ""),
                    1,
                    SampleKey.of(1, "check", List.of()));
        }

        Step step(int tokens) {
            return Step.of("", Arrays.copyOf(begun, tokens), new float[tokens]);
        }
    }

    private static double logOfSum(float[] logits) {
        double top = Double.NEGATIVE_INFINITY;
        for (float logit : logits) top = Math.max(top, logit);
        double sum = 0;
        for (float logit : logits) sum += Math.exp(logit - top);
        return top + Math.log(sum);
    }

    /// In f32 only the order of additions differs. With 16-bit elements (11 significant bits, 8 in bf16) or
    /// quantized products, results differ by one rounding step now and then, in all layers.
    private double tolerance(double maxLogit) {
        if (model.execution().precision().equals("f32")) return 1e-3;
        return Math.max(5e-2, (model.execution().precision().equals("bf16") ? 5e-2 : 2e-2) * maxLogit);
    }

    /// True if a mask hides a position when the last token of a full context is read.
    private boolean hides(ExportedGraph original, Map<String, Rewriting.Hidden> masks) {
        int past = model.shape().context() - 1;
        var empty = new KvLane<Object>(original, past);
        // All layers share one past, since its values do not matter.
        try (var memory = backend.allocate(
                Math.max(64, original.tokenBytes() / (2L * model.shape().layers()) * past))) {
            var all = new DeviceMemory[2 * model.shape().layers()];
            Arrays.fill(all, memory);
            Map<String, DeviceTensor> inputs = new HashMap<>();
            empty.bind(all, 1, past, false, inputs);
            var made = run(original, inputs, new HashMap<>(), new int[] {1}, past, masks.keySet());
            boolean hides = false;
            for (var mask : masks.entrySet()) {
                try (var tensor = Objects.requireNonNull(made.get(mask.getKey()))) {
                    hides |= hides(tensor, mask.getValue(), past + 1);
                }
            }
            return hides;
        }
    }

    private static boolean hides(DeviceTensor mask, Rewriting.Hidden hidden, int positions) {
        var shape = mask.type().shape();
        // The last dimension is the number of positions, or 1 for all of them.
        if (shape.length == 0 || shape[shape.length - 1] != positions && shape[shape.length - 1] != 1) return true;
        var numbers = mask.read();
        var element = mask.type().element();
        if (hidden == Rewriting.Hidden.ADDED != Floats.readable(element)) return true;
        for (long i = 0, count = numbers.byteSize() / element.bytes(); i < count; i++) {
            boolean visible = hidden == Rewriting.Hidden.ADDED
                    ? Math.abs(Floats.get(numbers, element, i)) < 1e-6
                    : numbers.get(ValueLayout.JAVA_BYTE, i) != 0 == (hidden == Rewriting.Hidden.FALSE);
            if (!visible) return true;
        }
        return false;
    }

    /// The original graph's logits after a prompt and after each following token. Each present is the next past.
    /// The prompt is read in one run, as the decode loops do (decision 0010), since dynamic quantization computes
    /// scales over the tokens of a run.
    private List<float[]> originalLogits(ExportedGraph graph, Case one) {
        var tokens = Arrays.copyOf(one.prompt, one.prompt.length + NEW_TOKENS);
        System.arraycopy(one.begun, 0, tokens, one.prompt.length, NEW_TOKENS);
        var logits = new ArrayList<float[]>();
        var past = lane(graph, 0);
        try {
            for (int from = 0, to = Math.max(1, one.prompt.length - 1); to <= tokens.length; from = to++) {
                var present = lane(graph, to);
                try {
                    logits.add(step(graph, past, present, Arrays.copyOfRange(tokens, from, to), from));
                } finally {
                    past.close();
                    past = present;
                }
            }
        } finally {
            past.close();
        }
        return logits.subList(logits.size() - NEW_TOKENS - 1, logits.size());
    }

    private static KvLane<Object> lane(ExportedGraph graph, int length) {
        var lane = new KvLane<>(graph, length);
        lane.add(ROW);
        return lane;
    }

    /// Feeds tokens after the known ones.
    ///
    /// @return the logits of the last token
    private float[] step(ExportedGraph graph, KvLane<Object> past, KvLane<Object> present, int[] tokens, int known) {
        Map<String, DeviceTensor> inputs = new HashMap<>();
        Map<String, DeviceTensor> outputs = new HashMap<>();
        past.bindPast(1, inputs);
        present.bindPresent(1, outputs);
        String name = model.execution().names().logits();
        try (var result = Objects.requireNonNull(
                run(graph, inputs, outputs, tokens, known, Set.of(name)).get(name))) {
            var logits = new float[model.shape().vocabulary()];
            Floats.copy(result.read(), graph.logits(), (result.type().shape()[1] - 1) * logits.length, logits);
            return logits;
        }
    }

    private Map<String, DeviceTensor> run(
            ExportedGraph graph,
            Map<String, DeviceTensor> inputs,
            Map<String, DeviceTensor> outputs,
            int[] tokens,
            int known,
            Set<String> made) {
        int count = tokens.length;
        int total = known + count;
        try (var ids = backend.allocateOnHost((long) count * Long.BYTES);
                var mask = backend.allocateOnHost((long) total * Long.BYTES);
                var positions = backend.allocateOnHost((long) count * Long.BYTES)) {
            for (int i = 0; i < count; i++) {
                ids.segment().setAtIndex(ValueLayout.JAVA_LONG, i, tokens[i]);
                positions.segment().setAtIndex(ValueLayout.JAVA_LONG, i, known + i);
            }
            for (int t = 0; t < total; t++) mask.segment().setAtIndex(ValueLayout.JAVA_LONG, t, 1);
            inputs.put(model.execution().names().ids(), backend.tensor(ids, 0, ElementType.I64, 1, count));
            inputs.put(model.execution().names().mask(), backend.tensor(mask, 0, ElementType.I64, 1, total));
            if (graph.positions())
                inputs.put(
                        model.execution().names().positions(), backend.tensor(positions, 0, ElementType.I64, 1, count));
            return graph.session().run(inputs, outputs, made);
        } finally {
            inputs.values().forEach(DeviceTensor::close);
            outputs.values().forEach(DeviceTensor::close);
        }
    }
}
