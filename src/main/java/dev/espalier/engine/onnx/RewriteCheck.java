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

/// Compares a graph whose attention was rewritten with the original, before it is used (docs/decisions/0080): what it says behind prompts of several lengths and behind tokens
/// fed one by one, of rows of different lengths in one batch, through the loop that is going to run it; and whether, with the context full, the original's masks hide nothing.
public final class RewriteCheck {
    private static final System.Logger LOG = System.getLogger(RewriteCheck.class.getName());
    private static final System.Logger ALOUD = System.getLogger(Notices.LOGGER);
    private static final Object ROW = new Object();
    private static final List<String> PROBLEMS = List.of("What is $12 + 7$?", "x", "A farmer sells 12 eggs a day for $0.25 each. How much does he earn in a week of seven days?");
    private static final String BEGUN = "## Step 1: Add";
    private static final int NEW_TOKENS = 4;
    private static final int MOST_COMPARED = 256;
    private static final long CACHE_BYTES = 64L << 20;
    private static final String SAME = "same";
    private static final String OTHER = "other: ";

    private final ModelFolder model;
    private final DeviceBackend backend;
    private final int threads;
    /// Whether the original gave its logits.
    private boolean read;

    private RewriteCheck(ModelFolder model, DeviceBackend backend, int threads) {
        this.model = model;
        this.backend = backend;
        this.threads = threads;
    }

    /// @param remembered folder of what earlier checks found, null for none
    /// @return the folder itself, or with its graph as it was exported where the rewritten one says something else; that is said aloud then
    public static ModelFolder checked(ModelFolder model, DeviceBackend backend, int threads, @Nullable Path remembered) {
        if (model.execution().layout() != GraphLayout.REWRITTEN) return model;
        if (model.execution().rounded() != null) return rounded(model, backend, threads, remembered);
        // There, grouped attention in f32 would go back to the processor (docs/cuda.md).
        if (!backend.cpu() && !model.execution().precision().contains("f16")) return model.exported("a GPU reads KV in one memory in 16 bits only");
        model.verify();
        var file = remembered == null ? null : remembered.resolve(model.fingerprint() + (backend.cpu() ? "-cpu" : "-gpu"));
        String found = file == null ? "" : read(file);
        if (!found.equals(SAME) && !found.startsWith(OTHER)) {
            var check = new RewriteCheck(model, backend, threads);
            try {
                String difference = check.difference();
                found = difference.isEmpty() ? SAME : OTHER + difference;
                if (file != null) write(file, found);
            } catch (DeviceException | EspalierException | CompletionException e) {
                if (e instanceof DeviceException device && device.endless()) throw new EspalierException("The model %s failed while it was tried (%s); %s.".formatted(model.name(), device.getMessage(), device.advice("")), e);
                // Opening the original tells what is wrong with it.
                if (!check.read) return model.exported("the original failed");
                // Perhaps for a want of memory: not remembered.
                found = OTHER + "the rewritten one failed: " + (e.getCause() == null ? e : e.getCause()).getMessage();
            }
        }
        if (found.equals(SAME)) return model;
        String reason = found.substring(OTHER.length()).strip();
        ALOUD.log(System.Logger.Level.WARNING, "The model " + model.name() + " runs as it was exported, at about half the speed: " + reason + ".");
        return model.exported(reason);
    }

    /// A model whose weights are to be rounded: once, into a file among the remembered.
    private static ModelFolder rounded(ModelFolder model, DeviceBackend backend, int threads, @Nullable Path remembered) {
        String other = "take " + model.name() + " in its own precision, f32";
        if (!backend.cpu()) throw new EspalierException("Weights are rounded to int8 for the CPU only: " + other + ".");
        var checked = checked(model.unrounded(), backend, threads, remembered);
        if (checked.execution().layout() != GraphLayout.REWRITTEN) throw new EspalierException("The weights of %s cannot be rounded, since it runs as it was exported: %s.".formatted(model.name(), other));
        try {
            var folder = remembered == null ? Files.createTempDirectory("espalier") : remembered;
            var weights = folder.resolve(model.fingerprint() + ".bin");
            Rewriting.of(model.path().resolve(model.files().graph()), model.execution().names(), model.shape().layers(), model.shape().headDim(), model.shape().kvHeads(), weights);
            return model.rounded(weights);
        } catch (Rewriting.Refused | IOException e) {
            throw new EspalierException("The weights of %s cannot be rounded: %s. Make room there, or %s.".formatted(model.name(), e.getMessage(), other), e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            return "";
        }
    }

    /// Without a place to remember it in, it is found out again.
    private static void write(Path file, String found) {
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
            LOG.log(System.Logger.Level.INFO, "What was found of a rewritten graph is not remembered: " + e);
        }
    }

    /// One after another, so that only one of them takes memory.
    ///
    /// @return "" for none that matters, else half a sentence
    private String difference() {
        var cases = new ArrayList<Case>();
        var expected = new ArrayList<List<float[]>>();
        int drawn;
        try (var tokenizer = Tokenizer.read(model.path().resolve(model.files().tokenizer())); var original = ExportedGraph.original(model, backend, threads)) {
            drawn = Math.min(model.shape().vocabulary(), tokenizer.size());
            var masks = model.rewriting().masks();
            if (!masks.isEmpty() && hides(original, masks)) return "its attention does not see all of its context alike";
            for (var problem : PROBLEMS) {
                var begun = Arrays.copyOf(tokenizer.encode(BEGUN), NEW_TOKENS);
                var prompt = model.prompting().chat().encode(tokenizer, problem, "");
                if (prompt.length + NEW_TOKENS < model.shape().context()) cases.add(new Case(problem, prompt, begun));
            }
            if (cases.isEmpty()) return "its context has no room for the comparison";
            for (var one : cases) expected.add(alone(original, one));
        }
        read = true;
        double largest = 0;
        double most = 0;
        try (var policy = new OnnxPolicy(model, backend, threads, new PolicyLimits(cases.size() * (NEW_TOKENS + 1), CACHE_BYTES))) {
            var found = cases.stream().map(one -> IntStream.rangeClosed(0, NEW_TOKENS).mapToObj(given -> policy.nextTokens(one.call(), one.step(given), MOST_COMPARED)).toList()).toList();
            for (int i = 0; i < cases.size(); i++) {
                for (int given = 0; given <= NEW_TOKENS; given++) {
                    var logits = Arrays.copyOf(expected.get(i).get(given), drawn);
                    double all = logOfSum(logits);
                    for (var choice : GraphRuns.await(found.get(i).get(given)).choices()) {
                        largest = Math.max(largest, Math.abs(logits[choice.token()]));
                        // Numbers that are none are never alike.
                        double apart = Math.abs(logits[choice.token()] - all - choice.logProb());
                        most = Double.isNaN(apart) ? Double.POSITIVE_INFINITY : Math.max(most, apart);
                    }
                }
            }
        }
        LOG.log(System.Logger.Level.INFO, "What %s says, rewritten and original, differs by at most %.3g; logits reach %.3g.".formatted(model.name(), most, largest));
        return most <= tolerance(largest) ? "" : "what the rewritten graph says differs from the original by up to %.3g".formatted(most);
    }

    private record Case(String problem, int[] prompt, int[] begun) {
        LanguageModel.Call call() {
            return new LanguageModel.Call(problem, List.of(), true, new Generation(0, 1, 1, "\n\n", ""), 1, SampleKey.of(1, "check", List.of()));
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

    /// In f32 what another order of adding makes. With numbers of 16 bits (11 bits of them a number's own, in bf16 8) or rounded products a step of theirs shifts by one now and then, through all layers.
    private double tolerance(double largest) {
        if (model.execution().precision().equals("f32")) return 1e-3;
        return Math.max(5e-2, (model.execution().precision().equals("bf16") ? 5e-2 : 2e-2) * largest);
    }

    /// With all of the context read but for one token, which masks hide anything of it?
    private boolean hides(ExportedGraph original, Map<String, Rewriting.Hidden> masks) {
        int past = model.shape().context() - 1;
        var empty = new KvLane<Object>(original, past);
        // All layers' past is one and the same memory: it is not for its numbers.
        try (var memory = backend.allocate(Math.max(64, original.tokenBytes() / (2L * model.shape().layers()) * past))) {
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
        // The last length is that of all positions, or 1 for all of them alike.
        if (shape.length == 0 || shape[shape.length - 1] != positions && shape[shape.length - 1] != 1) return true;
        var numbers = mask.read();
        var element = mask.type().element();
        if (hidden == Rewriting.Hidden.ADDED != Floats.readable(element)) return true;
        for (long i = 0, count = numbers.byteSize() / element.bytes(); i < count; i++) {
            boolean visible = hidden == Rewriting.Hidden.ADDED ? Math.abs(Floats.get(numbers, element, i)) < 1e-6 : numbers.get(ValueLayout.JAVA_BYTE, i) != 0 == (hidden == Rewriting.Hidden.FALSE);
            if (!visible) return true;
        }
        return false;
    }

    /// The logits behind a prompt, and behind each token after it, through the original: each present is the next past. What is read at once is what the loops read at once
    /// (decision 0010), since scales may be taken over that.
    private List<float[]> alone(ExportedGraph graph, Case one) {
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

    /// Feeds tokens behind those that were read before.
    ///
    /// @return the logits behind the last one
    private float[] step(ExportedGraph graph, KvLane<Object> past, KvLane<Object> present, int[] tokens, int known) {
        Map<String, DeviceTensor> inputs = new HashMap<>();
        Map<String, DeviceTensor> outputs = new HashMap<>();
        past.bindPast(1, inputs);
        present.bindPresent(1, outputs);
        String name = model.execution().names().logits();
        try (var result = Objects.requireNonNull(run(graph, inputs, outputs, tokens, known, Set.of(name)).get(name))) {
            var logits = new float[model.shape().vocabulary()];
            Floats.copy(result.read(), graph.logits(), (result.type().shape()[1] - 1) * logits.length, logits);
            return logits;
        }
    }

    private Map<String, DeviceTensor> run(ExportedGraph graph, Map<String, DeviceTensor> inputs, Map<String, DeviceTensor> outputs, int[] tokens, int known, Set<String> made) {
        int count = tokens.length;
        int total = known + count;
        try (var ids = backend.allocateOnHost((long) count * Long.BYTES); var mask = backend.allocateOnHost((long) total * Long.BYTES);
             var positions = backend.allocateOnHost((long) count * Long.BYTES)) {
            for (int i = 0; i < count; i++) {
                ids.segment().setAtIndex(ValueLayout.JAVA_LONG, i, tokens[i]);
                positions.segment().setAtIndex(ValueLayout.JAVA_LONG, i, known + i);
            }
            for (int t = 0; t < total; t++) mask.segment().setAtIndex(ValueLayout.JAVA_LONG, t, 1);
            inputs.put(model.execution().names().ids(), backend.tensor(ids, 0, ElementType.I64, 1, count));
            inputs.put(model.execution().names().mask(), backend.tensor(mask, 0, ElementType.I64, 1, total));
            if (graph.positions()) inputs.put(model.execution().names().positions(), backend.tensor(positions, 0, ElementType.I64, 1, count));
            return graph.session().run(inputs, outputs, made);
        } finally {
            inputs.values().forEach(DeviceTensor::close);
            outputs.values().forEach(DeviceTensor::close);
        }
    }
}
