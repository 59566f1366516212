package dev.espalier.engine.folder;

import dev.espalier.EspalierException;
import dev.espalier.engine.format.FolderFile;
import dev.espalier.engine.graph.GraphLayout;
import dev.espalier.engine.graph.GraphNames;
import dev.espalier.engine.graph.OnnxFile;
import dev.espalier.engine.graph.Rewriting;
import dev.espalier.io.Sha256;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A folder with a model: graphs, weights, tokenizer, and an `espalier.json` that describes their use. Nothing depends
/// on a model's name. Folders exported by other programs need no `espalier.json`: their own files describe them
/// (docs/models.md).
///
/// @param description for the user
/// @param origin      the kind of export
/// @param notes       what the user should know about how the folder was read
/// @param variants    the same model in other precisions, by the precision's name
/// @param prm         the reward model's format, null for a policy
public record ModelFolder(
        Path path,
        String name,
        Kind kind,
        String description,
        String origin,
        List<String> notes,
        ModelFiles files,
        Shape shape,
        Prompting prompting,
        Execution execution,
        Map<String, Variant> variants,
        @Nullable PrmFormat prm) {

    /// The model's files.
    ///
    /// @param graph     file of the graph to run
    /// @param plain     file of the graph of standard operators with concatenated KV, "" for none
    /// @param weights   file with the weights of Espalier's own export, "" for other exports
    /// @param hashes    the files that determine the model's results, with their SHA-256 in the description,
    ///                  lower-case hexadecimal, or "" if it gives none
    /// @param pieces    files of the graph cut at its attentions, which Espalier computes itself, in order; empty
    ///                  if the graph is not cut
    public record ModelFiles(
            String graph,
            String plain,
            String weights,
            String tokenizer,
            Map<String, String> hashes,
            List<String> pieces) {
        public ModelFiles {
            hashes = Collections.unmodifiableMap(new TreeMap<>(hashes));
            pieces = List.copyOf(pieces);
        }
    }

    /// The model's dimensions.
    ///
    /// @param context longest sequence in tokens
    /// @param state   further recurrent inputs of the graph (`past_…`), with their shapes without the batch axis
    public record Shape(
            int context,
            int layers,
            int kvHeads,
            int headDim,
            int vocabulary,
            long parameters,
            Map<String, List<Integer>> state) {
        public Shape {
            state = Collections.unmodifiableMap(new LinkedHashMap<>(state));
        }
    }

    /// How problems become prompts, and where texts and steps end.
    ///
    /// @param endIds          ids that end the text
    /// @param systemPrompt    the folder's own, "" for none
    /// @param takesTaskPrompt whether the system prompt of the problem's task may be used: the folder has none of
    ///                        its own, and chat format and context have room for one
    /// @param plainText       why prompts are plain text although nobody asked for that, "" if they are not
    /// @param maxNewTokens    the model maker's recommended limit per solution
    public record Prompting(
            ChatFormat chat,
            String separator,
            List<Integer> endIds,
            int padId,
            String systemPrompt,
            boolean takesTaskPrompt,
            String plainText,
            int maxNewTokens) {
        public Prompting {
            endIds = List.copyOf(endIds);
        }

        /// How prompts are made, for run cards.
        public String description() {
            if (chat.equals(ChatFormat.PLAIN)) return "plain text";
            return chat.name().equals(OwnTemplate.NAME)
                    ? "the model's own chat template"
                    : "chat format " + chat.name();
        }
    }

    /// How the graph runs.
    ///
    /// @param layout         how the graph stores its KV
    /// @param names          of the graph's inputs and outputs
    /// @param precision      of the weights
    /// @param batchDependent true if a row's result depends on its batch; such models run with batch size 1
    /// @param rowMultiple    the number of rows of a run must be a multiple of this, because a single row would use
    ///                       another kernel and get other bits
    /// @param rounded        file with a rewritten graph's weights with rounded matrices, null if they are not
    ///                       rounded; an empty path before it is made
    public record Execution(
            GraphLayout layout,
            GraphNames names,
            String precision,
            boolean batchDependent,
            int rowMultiple,
            @Nullable Path rounded) {}

    /// The files of one precision.
    ///
    /// @param weights further weights beside the folder's own
    public record Variant(String graph, List<String> pieces, String weights) {
        public Variant {
            pieces = List.copyOf(pieces);
        }
    }

    /// The model's role.
    public enum Kind {
        POLICY("policy"),
        PRM("prm");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /// The name in `espalier.json`.
        public String word() {
            return word;
        }
    }

    public static final String FILE = "espalier.json";
    /// Suffix of a precision: the graph as exported, if its attention would otherwise be rewritten (decision 0080).
    public static final String EXPORTED = "-exported";
    /// The precision to which Espalier rounds a rewritten graph's weights (decision 0081).
    public static final String ROUNDED = "int8";
    private static final String ROUNDED_NOTE = "its f32 matrices are rounded to int8 here";
    private static final int MOST_CONTEXT = 1 << 24;
    private static final int MOST_OF_A_STATE = 1 << 24;
    /// Parameter count of a large model. Below it, rounding to int8 costs about what it saves (decision 0067).
    private static final long LARGE = 10_000_000;

    public ModelFolder {
        notes = List.copyOf(notes);
        variants = Map.copyOf(variants);
        if (shape.context > MOST_CONTEXT)
            throw new EspalierException(
                    "%s: a context of %,d tokens is too large. Set \"context\" to the model's own, at most %,d."
                            .formatted(path.resolve(FILE), shape.context, MOST_CONTEXT));
    }

    /// The folder's precisions, in alphabetical order.
    public List<String> precisions() {
        var there = new TreeSet<>(variants.keySet());
        there.add(execution.precision);
        return List.copyOf(there);
    }

    /// The default precision for whole runs. Depends only on the folder and the kind of device, never on the rows
    /// in flight (decision 0075).
    public String standardPrecision(boolean gpu) {
        String rounded = gpu ? "f16" : "int8";
        // Rounding by Espalier must be requested.
        boolean unasked = execution.layout == GraphLayout.REWRITTEN && rounded.equals(ROUNDED);
        return shape.parameters >= LARGE && variants.containsKey(rounded) && !unasked ? rounded : execution.precision;
    }

    /// Whether the name must include the precision: the folder has several, or the graph runs as exported.
    public boolean oneOfSeveral() {
        return !variants.isEmpty() || execution.precision.endsWith(EXPORTED);
    }

    /// The model with its graph as exported.
    ///
    /// @param reason a sentence without its end
    public ModelFolder exported(String reason) {
        if (execution.layout != GraphLayout.REWRITTEN) return this;
        var noted = new ArrayList<>(notes);
        noted.set(0, GraphLayout.CONCATENATED.speed() + ", since " + reason);
        return with(
                GraphLayout.CONCATENATED,
                (execution.rounded == null ? execution.precision : "f32") + EXPORTED,
                noted,
                null);
    }

    /// Whether Espalier offers to round the weights: those of a large rewritten f32 graph.
    static boolean offersRounding(GraphLayout layout, String precision, long parameters) {
        return layout == GraphLayout.REWRITTEN && precision.equals("f32") && parameters >= LARGE;
    }

    /// The model with rounded weights.
    ///
    /// @param file the rounded weights; an empty path if they are not made yet
    public ModelFolder rounded(Path file) {
        var noted = new ArrayList<>(notes);
        if (execution.rounded == null) noted.add(ROUNDED_NOTE);
        return with(execution.layout, ROUNDED, noted, file);
    }

    /// The model with its own weights.
    public ModelFolder unrounded() {
        return with(
                execution.layout,
                "f32",
                notes.stream().filter(note -> !note.equals(ROUNDED_NOTE)).toList(),
                null);
    }

    /// The graph with rewritten attention.
    ///
    /// @throws EspalierException if the graph could be rewritten before and cannot be now
    public Rewriting rewriting() {
        var file = path.resolve(files.graph);
        var names = execution.names;
        try {
            return execution.rounded == null
                    ? Rewriting.of(file, names, shape.layers, shape.headDim, shape.kvHeads)
                    : Rewriting.of(file, names, shape.layers, shape.headDim, shape.kvHeads, execution.rounded);
        } catch (Rewriting.Refused e) {
            throw new EspalierException(
                    "The graph " + file + " can no longer be rewritten: " + e.getMessage()
                            + ". Start Espalier again, or choose another precision of the model.",
                    e);
        }
    }

    private ModelFolder with(GraphLayout layout, String precision, List<String> notes, @Nullable Path rounded) {
        var other = new Execution(
                layout, execution.names, precision, execution.batchDependent, execution.rowMultiple, rounded);
        return new ModelFolder(
                path, name, kind, description, origin, notes, files, shape, prompting, other, variants, prm);
    }

    /// The model in one of its folder's precisions, or with the graph of that precision as exported.
    public ModelFolder at(String wanted) {
        if (wanted.equals(execution.precision)) return this;
        if (wanted.endsWith(EXPORTED))
            return at(wanted.substring(0, wanted.length() - EXPORTED.length()))
                    .exported("the user chose the graph as exported");
        var variant = variants.get(wanted);
        if (variant != null && wanted.equals(ROUNDED) && execution.layout == GraphLayout.REWRITTEN)
            return rounded(Path.of(""));
        if (variant != null && files.weights.isEmpty()) return ExportedFolder.read(path, variant.graph);
        if (variant == null)
            throw new EspalierException("The model " + name + " has no precision \"" + wanted + "\"; it has "
                    + String.join(", ", precisions()) + ".");
        var others = new ModelFiles(
                variant.graph, files.plain, files.weights, files.tokenizer, files.hashes, variant.pieces);
        var other = new Execution(
                execution.layout, execution.names, wanted, execution.batchDependent, execution.rowMultiple, null);
        return new ModelFolder(
                path, name, kind, description, origin, notes, others, shape, prompting, other, variants, prm);
    }

    /// Reads and checks the description. [#verify] checks graphs and weights when the model is opened.
    public static ModelFolder read(Path folder) {
        var file = folder.resolve(FILE);
        if (!Files.isDirectory(folder))
            throw new EspalierException("There is no model folder " + folder + "; choose a folder that holds an " + FILE
                    + " or an exported model.");
        var root = FolderFile.objectIfThere(file);
        if (root.isMissingNode()) return ExportedFolder.read(folder, root);
        return root.path("graphs").has("hub")
                        || ExportedFolder.is(folder) && !root.path("graphs").has("fused")
                ? ExportedFolder.read(folder, root)
                : new Fields(file, root).folder(folder);
    }

    /// Whether a folder looks like a model, usable or not.
    public static boolean is(Path folder) {
        return FolderFile.there(folder.resolve(FILE)) || ExportedFolder.is(folder);
    }

    /// Checks that every file in the description exists and has the recorded SHA-256 (decision 0063), that graph
    /// and weights are complete, and that the tokenizer fits the graph.
    public void verify() {
        for (var entry : files.hashes.entrySet()) {
            var file = path.resolve(entry.getKey());
            if (!Files.isRegularFile(file))
                throw new EspalierException("The file " + file + " is missing; copy the model folder again.");
            if (!entry.getValue().isEmpty()
                    && Hashes.whole(file)
                    && !Hashes.of(file).equals(entry.getValue()))
                throw new EspalierException(file + " is not the file that " + FILE
                        + " describes (its SHA-256 differs); copy the model folder again.");
        }
        OnnxFile.read(path.resolve(files.graph)).checkExternal();
        ExportedFolder.checkTokenizer(path.resolve(files.tokenizer), files.graph, shape.vocabulary);
    }

    /// One hash of everything that determines the model's results: graph, weights, tokenizer, and how the graph is
    /// rewritten.
    public String fingerprint() {
        var digest = new Sha256();
        var relevant = new ArrayList<>(
                files.weights.isEmpty() ? files.hashes.keySet() : List.of(files.graph, files.weights, files.tokenizer));
        if (variants.containsKey(execution.precision)) relevant.add(variants.get(execution.precision).weights);
        relevant.addAll(files.pieces);
        relevant.removeIf(String::isEmpty);
        for (var file : relevant) {
            String hash = files.hashes.getOrDefault(file, "");
            digest.add(file + " " + (hash.isEmpty() ? Hashes.of(path.resolve(file)) : hash) + "\n");
        }
        if (execution.layout == GraphLayout.REWRITTEN) digest.add("attention rewritten " + Rewriting.VERSION + "\n");
        if (execution.rounded != null) digest.add("weights rounded\n");
        return digest.hex();
    }

    /// Files whose hash does not cover all bytes, as sentences without their ends.
    static List<String> sampled(Path folder, Map<String, String> hashes) {
        var noted = new ArrayList<String>();
        hashes.forEach((name, hash) -> {
            var file = folder.resolve(name);
            if (!Files.isRegularFile(file) || Hashes.whole(file)) return;
            noted.add("%s is larger than 1 GiB; its hash covers its size and %d samples, not every byte%s"
                    .formatted(
                            name,
                            Hashes.SAMPLES,
                            hash.isEmpty() ? "" : "; its SHA-256 in " + FILE + " is not compared"));
        });
        return noted;
    }

    /// The chat format that an `espalier.json` names or defines.
    static ChatFormat chat(JsonNode chat, Path file) {
        String name = chat.path("name").asString("chat");
        if (chat.has("prompt")) {
            String prompt = chat.path("prompt").asString("");
            return chat.has("with_system")
                    ? new ChatFormat(name, prompt, chat.path("with_system").asString(""))
                    : new ChatFormat(name, prompt);
        }
        return ChatFormat.known(name)
                .orElseThrow(() -> new EspalierException(
                        file + ": the chat format \"" + name + "\" is unknown and has no \"prompt\"; known are "
                                + String.join(", ", ChatFormat.knownNames()) + ". Correct it."));
    }

    /// The description's fields. Each error names the file and the field.
    private record Fields(Path file, JsonNode root) {
        ModelFolder folder(Path folder) {
            int format = whole("format", 1);
            if (format != 1)
                throw wrong("format " + format + " is newer than this Espalier reads (1); update Espalier");
            var kind = kind(text("kind"));
            String graph = fileName(root.path("graphs").path("fused"), "graphs.fused");
            String plain = root.path("graphs").has("plain")
                    ? fileName(root.path("graphs").path("plain"), "graphs.plain")
                    : "";
            String weights = fileName(root.path("weights"), "weights");
            String tokenizer = fileName(root.path("tokenizer"), "tokenizer");
            var hashes = new TreeMap<String, String>();
            int layers = whole("layers", 1);
            var pieces = pieces(root.path("graphs").path("pieces"), "graphs.pieces", layers);
            var variants = variants(layers);
            var named = new TreeSet<>(List.of(graph, plain, weights, tokenizer));
            named.addAll(pieces);
            for (var variant : variants.values()) {
                named.addAll(List.of(variant.graph(), variant.weights()));
                named.addAll(variant.pieces());
            }
            named.remove("");
            for (var name : named) {
                String hash = root.path("sha256").path(name).asString("");
                if (!hash.matches("[0-9a-f]{64}")) throw wrong("\"sha256\" has no valid hash of " + name);
                hashes.put(name, hash);
            }
            var prm = kind == Kind.PRM ? prm() : null;
            var state = new LinkedHashMap<String, List<Integer>>();
            root.path("state").forEachEntry((name, shape) -> state.put(name, shape(name, shape)));
            var endIds = root.path("end_ids")
                    .valueStream()
                    .map(n -> n.isInt() ? n.asInt() : -1)
                    .distinct()
                    .toList();
            if (endIds.isEmpty()) throw wrong("\"end_ids\" is empty; name the ids that end a text");
            int vocabulary = whole("vocabulary", 1);
            int padId = root.has("pad_id") ? whole("pad_id", 0) : 0;
            if (vocabulary > TokenFile.MOST_IDS)
                throw wrong("\"vocabulary\" must be at most %,d".formatted(TokenFile.MOST_IDS));
            if (padId >= vocabulary) throw wrong("\"pad_id\" must be between 0 and " + (vocabulary - 1));
            for (int id : endIds)
                if (id < 0 || id >= vocabulary) throw wrong("\"end_ids\" must be between 0 and " + (vocabulary - 1));
            String name = text("name");
            var sizes = new Shape(
                    whole("context", 8),
                    layers,
                    whole("kv_heads", 1),
                    whole("head_dim", 1),
                    vocabulary,
                    root.path("parameters").asLong(0),
                    state);
            var prompting = new Prompting(
                    chat(root.path("chat"), file),
                    text("separator"),
                    endIds,
                    padId,
                    root.path("system_prompt").asString(""),
                    false,
                    "",
                    root.has("max_new_tokens") ? whole("max_new_tokens", 1) : 2048);
            return new ModelFolder(
                    folder,
                    name,
                    kind,
                    root.path("description").asString(""),
                    "Espalier's own export",
                    sampled(folder, hashes),
                    new ModelFiles(graph, plain, weights, tokenizer, hashes, pieces),
                    sizes,
                    prompting,
                    new Execution(GraphLayout.FUSED, GraphNames.USUAL, "f32", false, 1, null),
                    variants,
                    prm);
        }

        private Map<String, Variant> variants(int layers) {
            var variants = new LinkedHashMap<String, Variant>();
            root.path("precisions").forEachEntry((precision, files) -> {
                String field = "precisions." + precision;
                variants.put(
                        precision,
                        new Variant(
                                fileName(files.path("fused"), field + ".fused"),
                                pieces(files.path("pieces"), field + ".pieces", layers),
                                fileName(files.path("weights"), field + ".weights")));
            });
            return variants;
        }

        /// One piece before each layer's attention, and one after the last.
        private List<String> pieces(JsonNode names, String field, int layers) {
            var pieces = names.valueStream().map(name -> fileName(name, field)).toList();
            if (!pieces.isEmpty() && pieces.size() != layers + 1)
                throw wrong("\"" + field + "\" names " + pieces.size() + " files where " + layers + " layers make "
                        + (layers + 1));
            return pieces;
        }

        /// The shape of a recurrent state, which every row holds.
        private List<Integer> shape(String name, JsonNode node) {
            var shape = node.valueStream()
                    .map(length -> length.isInt() ? length.asInt() : 0)
                    .toList();
            double numbers = shape.stream().mapToDouble(Integer::doubleValue).reduce(1, (a, b) -> a * b);
            if (shape.isEmpty() || shape.stream().anyMatch(length -> length < 1) || numbers > MOST_OF_A_STATE)
                throw wrong("\"state." + name
                        + "\" must be a list of lengths of at least 1, of at most %,d numbers together"
                                .formatted(MOST_OF_A_STATE));
            return shape;
        }

        private Kind kind(String word) {
            for (var kind : Kind.values()) if (kind.word().equals(word)) return kind;
            throw wrong("the kind \"" + word + "\" is unknown; known are \"policy\" and \"prm\"");
        }

        /// Espalier's own exports return one probability per token, read at the separator or the end token.
        private PrmFormat prm() {
            var prm = root.path("prm");
            String kind = prm.path("kind").asString("");
            if (!kind.equals("value-head"))
                throw wrong(
                        "the reward model kind \"" + kind + "\" is unknown for a fused graph; known is \"value-head\"");
            String readAt = prm.path("read_at").asString("separator");
            if (!readAt.equals("separator"))
                throw wrong("\"prm.read_at\" is \"" + readAt + "\"; known is \"separator\"");
            return new PrmFormat(
                    ValueHead.KIND, new ValueHead(false), PrmFormat.STEP, PrmFormat.STEP, "", "", false, true);
        }

        private String text(String field) {
            String value = root.path(field).asString("");
            if (value.isEmpty()) throw wrong("\"" + field + "\" is missing or empty");
            return value;
        }

        private int whole(String field, int least) {
            var value = root.path(field);
            if (!value.isInt() || value.asInt() < least)
                throw wrong("\"" + field + "\" must be a whole number of at least " + least);
            return value.asInt();
        }

        private String fileName(JsonNode node, String field) {
            String name = node.asString("");
            if (name.contains("/")
                    || FolderFile.inside(Objects.requireNonNull(file.getParent()), name)
                            .isEmpty()) throw wrong("\"" + field + "\" must name a file of the folder");
            return name;
        }

        private EspalierException wrong(String what) {
            return new EspalierException(file + ": " + what + ". Correct it or copy the model folder again.");
        }
    }
}
