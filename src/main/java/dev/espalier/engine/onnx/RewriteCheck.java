package dev.espalier.engine.onnx;

import dev.espalier.engine.Devices;
import dev.espalier.engine.GraphLayout;
import dev.espalier.engine.ModelFolder;
import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.DeviceException;
import dev.espalier.engine.device.DeviceMemory;
import dev.espalier.engine.device.DeviceTensor;
import dev.espalier.engine.device.ElementType;
import dev.espalier.engine.graph.Rewriting;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Compares a graph whose attention was rewritten with the original, before it is used (docs/decisions/0080): logits behind prompts of several lengths and behind tokens
/// fed one by one, of rows of different lengths in one batch; and whether, with the context full, the original's masks hide nothing.
public final class RewriteCheck {
    private static final System.Logger LOG = System.getLogger(RewriteCheck.class.getName());
    private static final System.Logger ALOUD = System.getLogger(Devices.ALOUD);
    private static final Object ROW = new Object();
    private static final int[] PROMPTS = {11, 6, 1};
    private static final int NEW_TOKENS = 4;
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
        if (model.layout() != GraphLayout.REWRITTEN) return model;
        // There, grouped attention in f32 would go back to the processor (docs/cuda.md).
        if (!backend.cpu() && !model.precision().contains("f16")) return model.exported("a GPU reads KV in one memory in 16 bits only");
        model.verify();
        var file = remembered == null ? null : remembered.resolve(model.fingerprint() + (backend.cpu() ? "-cpu" : "-gpu"));
        String found = file == null ? "" : read(file);
        if (!found.equals(SAME) && !found.startsWith(OTHER)) {
            var check = new RewriteCheck(model, backend, threads);
            try {
                String difference = check.difference();
                found = difference.isEmpty() ? SAME : OTHER + difference;
                if (file != null) write(file, found);
            } catch (DeviceException e) {
                // Opening the original tells what is wrong with it.
                if (!check.read) return model.exported("ONNX Runtime refused it");
                // Perhaps for a want of memory: not remembered.
                found = OTHER + "ONNX Runtime refused the rewritten one (" + e.getMessage() + ")";
            }
        }
        if (found.equals(SAME)) return model;
        String reason = found.substring(OTHER.length()).strip();
        ALOUD.log(System.Logger.Level.WARNING, "The model " + model.name() + " runs as it was exported, at about half the speed: " + reason + ".");
        return model.exported(reason);
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
        var rows = new ArrayList<int[]>();
        for (int prompt : PROMPTS) rows.add(tokens(Math.min(prompt, model.context() - NEW_TOKENS - 1) + NEW_TOKENS, rows.size()));
        var expected = new ArrayList<List<float[]>>();
        try (var original = HubGraph.original(model, backend, threads)) {
            var masks = HubGraph.rewriting(model).masks();
            if (!masks.isEmpty() && hides(original, masks)) return "its attention does not see all of its context alike";
            for (var row : rows) expected.add(alone(original, row));
            read = true;
        }
        try (var rewritten = HubGraph.open(model, backend, threads)) {
            var found = together(rewritten, rows);
            double largest = 0;
            double most = 0;
            for (int row = 0; row < rows.size(); row++) {
                for (int i = 0; i < expected.get(row).size(); i++) {
                    float[] one = expected.get(row).get(i);
                    float[] other = found.get(row).get(i);
                    for (int id = 0; id < one.length; id++) {
                        largest = Math.max(largest, Math.abs(one[id]));
                        // Numbers that are none are never alike.
                        double apart = Math.abs(one[id] - other[id]);
                        most = Double.isNaN(apart) ? Double.POSITIVE_INFINITY : Math.max(most, apart);
                    }
                }
            }
            LOG.log(System.Logger.Level.INFO, "Logits of %s, rewritten and original, differ by at most %.3g of %.3g.".formatted(model.name(), most, largest));
            return most <= tolerance(largest) ? "" : "the logits of the rewritten graph differ from its own by up to %.3g".formatted(most);
        }
    }

    /// In f32 what another order of adding makes. With numbers of 16 bits (11 bits of them a number's own, in bf16 8) or rounded products a step of theirs shifts by one now and then, through all layers.
    private double tolerance(double largest) {
        if (model.precision().equals("f32")) return 1e-3;
        return Math.max(5e-2, (model.precision().equals("bf16") ? 5e-2 : 2e-2) * largest);
    }

    private int[] tokens(int count, int row) {
        return IntStream.range(0, count).map(i -> (int) ((3 + 7919L * (i + 1) * (row + 1)) % model.vocabulary())).toArray();
    }

    /// With all of the context read but for one token, which masks hide anything of it?
    private boolean hides(HubGraph original, Map<String, Rewriting.Hidden> masks) {
        int past = model.context() - 1;
        var empty = new KvLane<Object>(original, past);
        // All layers' past is one and the same memory: it is not for its numbers.
        try (var memory = backend.allocate(Math.max(64, original.tokenBytes() / (2L * model.layers()) * past))) {
            var all = new DeviceMemory[2 * model.layers()];
            Arrays.fill(all, memory);
            Map<String, DeviceTensor> inputs = new HashMap<>();
            empty.bind(all, 1, past, false, inputs);
            var made = run(original, inputs, new HashMap<>(), new int[][] {{1}}, new int[] {past}, past + 1, masks.keySet());
            boolean hides = false;
            for (var mask : masks.entrySet()) {
                try (var tensor = made.get(mask.getKey())) {
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

    /// The logits of a row's last positions through the original: the prompt at once, then token by token, each present the next past.
    private List<float[]> alone(HubGraph graph, int[] tokens) {
        var logits = new ArrayList<float[]>();
        var past = lane(graph, 0, 1);
        try {
            for (int from = 0, to = tokens.length - NEW_TOKENS; to <= tokens.length; from = to++) {
                var present = lane(graph, to, 1);
                try {
                    logits.add(step(graph, past, present, new int[][] {Arrays.copyOfRange(tokens, from, to)}, new int[] {from}).getFirst());
                } finally {
                    past.close();
                    past = present;
                }
            }
        } finally {
            past.close();
        }
        return logits;
    }

    /// The same of several rows through the rewritten graph: each prompt alone, then a token of every row in one batch.
    private List<List<float[]>> together(HubGraph graph, List<int[]> rows) {
        var logits = new ArrayList<List<float[]>>();
        int length = HubLoop.step(Arrays.stream(PROMPTS).max().orElse(1) + NEW_TOKENS);
        try (var lane = lane(graph, length, rows.size())) {
            for (int row = 0; row < rows.size(); row++) {
                int prompt = rows.get(row).length - NEW_TOKENS;
                try (var own = lane(graph, length, 1)) {
                    logits.add(new ArrayList<>(step(graph, own, own, new int[][] {Arrays.copyOf(rows.get(row), prompt)}, new int[] {0})));
                    lane.copyRow(own, 0, row, prompt);
                }
            }
            for (int token = 0; token < NEW_TOKENS; token++) {
                int at = token;
                var known = rows.stream().mapToInt(row -> row.length - NEW_TOKENS + at).toArray();
                var fed = IntStream.range(0, rows.size()).mapToObj(row -> new int[] {rows.get(row)[known[row]]}).toArray(int[][]::new);
                var found = step(graph, lane, lane, fed, known);
                for (int row = 0; row < rows.size(); row++) logits.get(row).add(found.get(row));
            }
        }
        return logits;
    }

    private static KvLane<Object> lane(HubGraph graph, int length, int rows) {
        var lane = new KvLane<>(graph, length);
        for (int row = 0; row < rows; row++) lane.add(ROW);
        return lane;
    }

    /// Feeds as many tokens of every row.
    ///
    /// @param known positions that each row has read before
    /// @return each row's logits behind its last token
    private List<float[]> step(HubGraph graph, KvLane<Object> past, KvLane<Object> present, int[][] tokens, int[] known) {
        Map<String, DeviceTensor> inputs = new HashMap<>();
        Map<String, DeviceTensor> outputs = new HashMap<>();
        past.bindPast(tokens.length, inputs);
        present.bindPresent(tokens.length, outputs);
        int total = Arrays.stream(known).max().orElse(0) + tokens[0].length;
        String name = model.names().logits();
        var found = new ArrayList<float[]>();
        try (var result = run(graph, inputs, outputs, tokens, known, total, Set.of(name)).get(name)) {
            long positions = result.type().shape()[1];
            MemorySegment numbers = result.read();
            for (int row = 0; row < tokens.length; row++) {
                var logits = new float[model.vocabulary()];
                Floats.copy(numbers, graph.logits(), ((row + 1) * positions - 1) * logits.length, logits);
                found.add(logits);
            }
        }
        return found;
    }

    private Map<String, DeviceTensor> run(HubGraph graph, Map<String, DeviceTensor> inputs, Map<String, DeviceTensor> outputs, int[][] tokens, int[] known, int total, Set<String> made) {
        int rows = tokens.length;
        int each = tokens[0].length;
        try (var ids = backend.allocateOnHost((long) rows * each * Long.BYTES); var mask = backend.allocateOnHost((long) rows * total * Long.BYTES);
             var positions = backend.allocateOnHost((long) rows * each * Long.BYTES)) {
            for (int row = 0; row < rows; row++) {
                for (int i = 0; i < each; i++) {
                    ids.segment().setAtIndex(ValueLayout.JAVA_LONG, (long) row * each + i, tokens[row][i]);
                    positions.segment().setAtIndex(ValueLayout.JAVA_LONG, (long) row * each + i, known[row] + i);
                }
                for (int t = 0; t < total; t++) mask.segment().setAtIndex(ValueLayout.JAVA_LONG, (long) row * total + t, t < known[row] + each ? 1 : 0);
            }
            inputs.put(model.names().ids(), backend.tensor(ids, 0, ElementType.I64, rows, each));
            inputs.put(model.names().mask(), backend.tensor(mask, 0, ElementType.I64, rows, total));
            if (graph.positions()) inputs.put(model.names().positions(), backend.tensor(positions, 0, ElementType.I64, rows, each));
            return graph.session().run(inputs, outputs, made);
        } finally {
            inputs.values().forEach(DeviceTensor::close);
            outputs.values().forEach(DeviceTensor::close);
        }
    }
}
