package dev.espalier.engine.folder;

import dev.espalier.EspalierException;
import dev.espalier.engine.format.ElementType;
import dev.espalier.engine.format.FolderFile;
import dev.espalier.engine.format.TensorType;
import dev.espalier.engine.graph.GraphLayout;
import dev.espalier.engine.graph.GraphNames;
import dev.espalier.engine.graph.OnnxFile;
import dev.espalier.engine.graph.Rewriting;
import dev.espalier.engine.template.TemplateException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A model folder as published: an export by optimum (`model.onnx` beside `config.json`, also below `onnx/`) or a
/// folder of ONNX Runtime GenAI (`genai_config.json`). Reads the model's properties from those files and from the
/// graph; guesses the rest and notes it. Each field of an `espalier.json` beside them overrides its property.
final class ExportedFolder {
    static final String GENAI = "genai_config.json";
    /// A longer context takes memory for every row; `context` in espalier.json raises it to the model's own.
    private static final int USUAL_CONTEXT = 4096;
    private static final int LEAST_CONTEXT = 8;
    private static final int USUAL_NEW_TOKENS = 2048;
    private static final int ROOM_FOR_A_SYSTEM_PROMPT = 2048;
    /// Graphs have more logits than the tokenizer has ids, up to a round number; or a few less.
    private static final int PADDING = 1024;
    /// Upper limit for the number of heads or the size of one.
    private static final int MOST_OF_A_SHAPE = 1 << 20;
    private static final Set<String> TURN_ENDS =
            Set.of("<|eot_id|>", "<|eom_id|>", "<|im_end|>", "<end_of_turn>", "</s>");

    private final Path folder;
    private final JsonNode overruling;
    /// The requested graph, "" for the best.
    private final String chosen;
    private final JsonNode config;
    private final JsonNode genai;
    private final JsonNode tokenizerConfig;
    private final List<String> notes = new ArrayList<>();

    private ExportedFolder(Path folder, JsonNode overruling, String chosen) {
        this.folder = folder;
        this.overruling = overruling;
        this.chosen = chosen;
        config = json("config.json");
        genai = json(GENAI).path("model");
        tokenizerConfig = json("tokenizer_config.json");
    }

    /// Whether the folder has a graph.
    static boolean is(Path folder) {
        return Files.isRegularFile(folder.resolve(GENAI))
                || !GraphFiles.of(folder).isEmpty()
                || !GraphFiles.merged(folder).isEmpty();
    }

    /// @param overruling an espalier.json without a fused graph, or a missing node
    static ModelFolder read(Path folder, JsonNode overruling) {
        return new ExportedFolder(folder, overruling, "").folder();
    }

    /// The model in the precision of one of its graphs.
    static ModelFolder read(Path folder, String graph) {
        return new ExportedFolder(folder, overruling(folder), graph).folder();
    }

    private static JsonNode overruling(Path folder) {
        return FolderFile.objectIfThere(folder.resolve(ModelFolder.FILE));
    }

    /// The other graphs of the same model, by precision; none if a graph was requested.
    ///
    /// @param rounded whether Espalier can round the weights itself
    private Map<String, ModelFolder.Variant> others(String graph, String precision, boolean rounded) {
        var others = new TreeMap<String, ModelFolder.Variant>();
        if (rounded) others.put(ModelFolder.ROUNDED, new ModelFolder.Variant(graph, List.of(), ""));
        if (!named().isEmpty()) return others;
        for (var other : GraphFiles.of(folder)) {
            // Without a suffix: the original model, which is f32 if other precisions are beside it.
            String name = Objects.requireNonNullElse(GraphFiles.precision(other), "f32");
            if (!other.equals(graph) && !name.equals(precision))
                others.put(name, new ModelFolder.Variant(other, List.of(), ""));
        }
        return others;
    }

    private String named() {
        return overruling
                .path("graphs")
                .path("hub")
                .asString(genai.path("decoder").path("filename").asString(""));
    }

    private Path tokenizer() {
        String name = text("tokenizer", "tokenizer.json");
        return FolderFile.inside(folder, name)
                .orElseThrow(() -> new EspalierException(
                        "%s: \"tokenizer\" is \"%s\", which is not a file of the folder. Correct it."
                                .formatted(folder.resolve(ModelFolder.FILE), name)));
    }

    private ModelFolder folder() {
        String graph = graphFile();
        var onnx = OnnxFile.read(folder.resolve(graph));
        var names = names();
        var logits = onnx.outputs().get(names.logits());
        if (logits != null && (logits.shape().length < 2 || logits.shape().length > 3))
            throw wrong(
                    graph,
                    "has \"" + names.logits() + "\" as " + logits
                            + " where two or three dimensions are expected; export the model again");
        if (logits == null)
            throw wrong(
                    graph,
                    "has no output \"" + names.logits() + "\" (it has "
                            + String.join(", ", onnx.outputs().keySet())
                            + "); a language model or a reward model is expected");
        if (onnx.inputs().containsKey("use_cache_branch"))
            throw wrong(
                    graph,
                    "is a merged decoder of an old optimum, which Espalier does not read; export the model again with a newer optimum");
        int layers = 0;
        while (onnx.inputs().containsKey(names.past(layers, 0))) layers++;
        var past = onnx.inputs().get(names.past(0, 0));
        var layout = layers == 0
                ? GraphLayout.WHOLE
                : onnx.operators().contains("com.microsoft:GroupQueryAttention")
                        ? GraphLayout.SHARED
                        : GraphLayout.CONCATENATED;

        var tokens = new TokenFile(tokenizer());
        int vocabulary = vocabulary(graph, logits);
        var chat = chat(tokens);
        var export = new PrmKind.Export(
                folder.resolve(ModelFolder.FILE),
                logits,
                architecture(),
                nameHint().toLowerCase(Locale.ROOT),
                tokens,
                chat,
                bos());
        var prm = PrmKinds.format(overruling.path("prm"), export, notes);
        boolean policy =
                overruling.has("kind") ? overruling.path("kind").asString("").equals("policy") : prm == null;
        if (policy && layout == GraphLayout.WHOLE)
            throw wrong(
                    graph,
                    "has no KV inputs (\"" + names.past(0, 0)
                            + "\"), which a policy needs; export it with its past (optimum's task text-generation-with-past)");
        if (!policy && prm == null)
            throw new EspalierException(
                    folder.resolve(ModelFolder.FILE) + ": a reward model needs \"prm\" with its kind. Name it.");
        if (prm != null && !policy && !overruling.has("chat")) chat = prm.kind().prompt(prm, export);
        if (policy && !reaches(tokens, vocabulary)
                || vocabulary - tokens.size() > Math.min(PADDING, vocabulary / 2)
                        && (policy || prm != null && prm.readOut().outputs() == 0))
            throw otherVocabulary(folder.resolve("tokenizer.json"), tokens.size(), graph, vocabulary);

        var files = new TreeMap<String, String>();
        var given = overruling.path("sha256");
        for (var file : relevant(graph, onnx)) files.put(file, given.path(file).asString(""));
        int context = whole("context", Math.min(USUAL_CONTEXT, ownContext()));
        if (onnx.batchDependent()) notes.add("its int8 scales are taken over a whole batch, so rows run one at a time");
        boolean plain = plain(layout, onnx, names);
        int kvHeads = fixed(past, 1, "num_key_value_heads");
        int headDim = fixed(past, 3, "head_dim");
        String slow = "";
        if (policy && layout == GraphLayout.CONCATENATED) {
            try {
                if (!overruling.path("rewrite").asBoolean(true))
                    throw new Rewriting.Refused("its " + ModelFolder.FILE + " says so");
                checkWindow(context);
                Rewriting.check(folder.resolve(graph), names, layers, headDim, kvHeads);
                layout = GraphLayout.REWRITTEN;
            } catch (Rewriting.Refused e) {
                slow = ", since " + e.getMessage();
            }
        }
        notes.addFirst(layout.speed() + slow);
        String plainText = "";
        if (policy) {
            chat = fitting(chat);
            if (chat.equals(ChatFormat.PLAIN) && !overruling.has("chat")) plainText = notes.getLast();
            var without = tokens.from(vocabulary);
            if (!without.isEmpty())
                notes.add(
                        "its tokenizer has %d more %s than the graph has logits (%s), which is never generated and stays text in a prompt"
                                .formatted(
                                        without.size(),
                                        without.size() == 1 ? "token" : "tokens",
                                        String.join(", ", without.subList(0, Math.min(3, without.size())))));
        }
        notes.addAll(ModelFolder.sampled(folder, files));
        String origin = genai.isMissingNode() ? "optimum export" : "ONNX Runtime GenAI folder";
        String family = text("name", folder.getFileName().toString());
        var kind = policy ? ModelFolder.Kind.POLICY : ModelFolder.Kind.PRM;
        String description = overruling
                .path("description")
                .asString("%s, %s, %s, chat format %s%s"
                        .formatted(
                                architecture().isEmpty() ? "unknown family" : architecture(),
                                origin,
                                onnx.precision(),
                                chat.name(),
                                prm == null || policy
                                        ? ""
                                        : ", reward model of kind " + prm.kind().word()));
        String precision = Objects.requireNonNullElse(GraphFiles.precision(graph), onnx.precision());
        var prompting = new ModelFolder.Prompting(
                chat,
                text("separator", "\n\n"),
                ends(tokens, vocabulary),
                0,
                overruling.path("system_prompt").asString(""),
                takesTaskPrompt(policy, chat, context),
                plainText,
                whole("max_new_tokens", Math.min(USUAL_NEW_TOKENS, context / 2)));
        return new ModelFolder(
                folder,
                family,
                kind,
                description,
                origin,
                notes,
                new ModelFolder.ModelFiles(graph, plain ? graph : "", "", "tokenizer.json", files, List.of()),
                new ModelFolder.Shape(context, layers, kvHeads, headDim, vocabulary, onnx.parameters(), Map.of()),
                prompting,
                new ModelFolder.Execution(layout, names, precision, onnx.batchDependent(), onnx.rowMultiple(), null),
                others(graph, precision, ModelFolder.offersRounding(layout, precision, onnx.parameters())),
                policy ? null : prm);
    }

    /// The graph's own masks implement a sliding attention window.
    private void checkWindow(int context) throws Rewriting.Refused {
        int window = config.path("use_sliding_window").asBoolean(true)
                ? config.path("sliding_window").asInt(context)
                : context;
        if (window < context)
            throw new Rewriting.Refused(
                    "its attention covers only the last " + window + " of " + context + " positions");
    }

    private String graphFile() {
        if (!chosen.isEmpty()) return chosen;
        String asked = named();
        if (!asked.isEmpty()) {
            var file = FolderFile.inside(folder, asked);
            if (file.isEmpty())
                throw new EspalierException(
                        "The description of %s names \"%s\" as the graph, which is not a file of the folder. Correct the name."
                                .formatted(folder, asked));
            if (!Files.isRegularFile(file.get()))
                throw new EspalierException("The file " + file.get()
                        + " is missing; the folder's description names it as the graph. Copy the model folder again.");
            return asked;
        }
        var found = GraphFiles.of(folder);
        if (!found.isEmpty()) return found.getFirst();
        var merged = GraphFiles.merged(folder);
        if (!merged.isEmpty())
            throw wrong(
                    merged.getFirst(),
                    "is a merged decoder of an old optimum, which Espalier does not read; export the model again with a newer optimum");
        throw new EspalierException("The folder " + folder + " holds no " + ModelFolder.FILE + ", no " + GENAI
                + " and no model.onnx, so it is not a model folder. Choose another folder.");
    }

    /// Whether the plain loop, the baseline of speed measurements, can run the graph itself.
    private static boolean plain(GraphLayout layout, OnnxFile onnx, GraphNames names) {
        var past = onnx.inputs().get(names.past(0, 0));
        return layout == GraphLayout.CONCATENATED
                && names.equals(GraphNames.USUAL)
                && onnx.inputs().containsKey(names.positions())
                && past != null
                && past.element() == ElementType.F32;
    }

    private GraphNames names() {
        var in = genai.path("decoder").path("inputs");
        var out = genai.path("decoder").path("outputs");
        var usual = GraphNames.USUAL;
        for (var pattern : List.of(
                in.path("past_key_names"),
                in.path("past_value_names"),
                out.path("present_key_names"),
                out.path("present_value_names")))
            if (pattern.isString() && !pattern.asString().contains("%d"))
                throw new EspalierException(
                        "%s: the name \"%s\" stands for every layer and has no %%d for its number; correct it or copy the model folder again."
                                .formatted(folder.resolve(GENAI), pattern.asString()));
        return new GraphNames(
                in.path("input_ids").asString(usual.ids()),
                in.path("attention_mask").asString(usual.mask()),
                in.path("position_ids").asString(usual.positions()),
                in.path("past_key_names").asString(usual.pastKey()),
                in.path("past_value_names").asString(usual.pastValue()),
                out.path("logits").asString(usual.logits()),
                out.path("present_key_names").asString(usual.presentKey()),
                out.path("present_value_names").asString(usual.presentValue()));
    }

    private Set<String> relevant(String graph, OnnxFile onnx) {
        var files = new LinkedHashSet<String>();
        files.add(graph);
        var parent = Path.of(graph).getParent();
        for (var name : onnx.external().keySet()) {
            if (FolderFile.inside(folder, name).isEmpty())
                throw wrong(
                        graph,
                        "expects weights in \"" + name
                                + "\", which is not a file of its folder; copy the model folder again");
            files.add(parent == null ? name : parent.resolve(name).toString());
        }
        files.add("tokenizer.json");
        onnx.checkExternal();
        return files;
    }

    private int vocabulary(String graph, TensorType logits) {
        long last = logits.shape().length == 3 ? logits.shape()[2] : -1;
        if (last > TokenFile.MOST_IDS)
            throw wrong(
                    graph,
                    "has logits for %,d ids, where at most %,d are expected; copy the model folder again"
                            .formatted(last, TokenFile.MOST_IDS));
        if (last > 2) return (int) last;
        int found = config.path("vocab_size").asInt(genai.path("vocab_size").asInt(0));
        if (found <= 0 || found > TokenFile.MOST_IDS)
            throw new EspalierException(folder.resolve("config.json")
                    + " does not say \"vocab_size\", and the graph leaves it open; copy the file again.");
        return found;
    }

    private int fixed(@Nullable TensorType past, int axis, String field) {
        if (past == null) return 1;
        var shape = past.shape();
        if (axis < shape.length && shape[axis] > MOST_OF_A_SHAPE)
            throw new EspalierException(
                    "The graph of %s says that \"%s\" is %,d, where at most %,d is expected; copy the model folder again."
                            .formatted(folder, field, shape[axis], MOST_OF_A_SHAPE));
        if (axis < shape.length && shape[axis] > 0) return (int) shape[axis];
        var decoder = genai.path("decoder");
        int found = config.path(field)
                .asInt(
                        field.equals("head_dim")
                                ? decoder.path("head_size").asInt(0)
                                : decoder.path(field).asInt(0));
        if (found == 0 && field.equals("head_dim"))
            found = config.path("hidden_size").asInt(0)
                    / Math.max(1, config.path("num_attention_heads").asInt(1));
        if (found <= 0 || found > MOST_OF_A_SHAPE)
            throw new EspalierException(folder.resolve("config.json") + " does not say \"" + field
                    + "\", and the graph leaves it open; copy the file again.");
        return found;
    }

    private int ownContext() {
        int context = genai.path("context_length")
                .asInt(config.path("max_position_embeddings")
                        .asInt(config.path("n_positions").asInt(2048)));
        if (context < LEAST_CONTEXT)
            throw new EspalierException(
                    "The description of %s says that its context is %d tokens, where at least %d are expected; correct it or copy the model folder again."
                            .formatted(folder, context, LEAST_CONTEXT));
        return context;
    }

    private List<Integer> ends(TokenFile tokens, int vocabulary) {
        var ends = new LinkedHashSet<Integer>();
        collect(overruling.path("end_ids"), ends);
        if (ends.isEmpty()) {
            collect(genai.path("eos_token_id"), ends);
            collect(json("generation_config.json").path("eos_token_id"), ends);
            if (ends.isEmpty()) collect(config.path("eos_token_id"), ends);
            for (var end : TURN_ENDS) {
                Integer id = tokens.special(end);
                if (id != null) ends.add(id);
            }
            // The tokenizer's own end, which the chat template writes behind a turn.
            Integer own = tokens.id(token("eos_token"));
            if (own != null) ends.add(own);
        }
        if (ends.isEmpty())
            throw new EspalierException("Nothing in " + folder + " says which token ends a text; add \"end_ids\" to an "
                    + ModelFolder.FILE + " there.");
        for (int id : ends)
            if (id < 0 || id >= Math.max(vocabulary, tokens.size()))
                throw new EspalierException("The end token " + id + " that " + folder
                        + " names is outside the vocabulary (" + vocabulary + " ids); copy the folder's files again.");
        return List.copyOf(ends);
    }

    private static void collect(JsonNode node, Set<Integer> into) {
        if (node.isInt()) into.add(node.asInt());
        for (var id : node) if (id.isInt()) into.add(id.asInt());
    }

    /// True only for a policy that follows instructions, which a chat format with a system prompt shows.
    private boolean takesTaskPrompt(boolean policy, ChatFormat chat, int context) {
        boolean room = context >= ROOM_FOR_A_SYSTEM_PROMPT;
        return policy
                && !overruling.has("system_prompt")
                && room
                && !chat.equals(ChatFormat.PLAIN)
                && !chat.withSystem().isEmpty();
    }

    private ChatFormat chat(TokenFile tokens) {
        var chat = overruling.path("chat");
        return chat.isMissingNode() ? guess(tokens) : ModelFolder.chat(chat, folder.resolve(ModelFolder.FILE));
    }

    /// The format of a policy's prompts: the one named or guessed if it makes the prompts of the folder's own chat
    /// template, otherwise that template. Notes what a user would not expect (decision 0121).
    private ChatFormat fitting(ChatFormat chat) {
        boolean named = overruling.has("chat");
        String template = template();
        if (template.isEmpty()) {
            if (!named && chat.equals(ChatFormat.PLAIN))
                notes.add("it has no chat template, so prompts are plain text");
            return chat;
        }
        try {
            var own = new OwnTemplate(template, bos(), token("eos_token"));
            var difference = own.difference(chat);
            if (difference.isEmpty()) return chat;
            if (!named) {
                var format = own.format();
                // A template that leaves system prompts out or refuses them shows no better place for one.
                boolean same = format.withSystem().isEmpty()
                        && own.difference(new ChatFormat(chat.name(), chat.prompt(), ""))
                                .isEmpty();
                if (!same) {
                    notes.add("prompts are made by its own chat template");
                    return format;
                }
            }
            notes.add("its own chat template differs from the format " + chat.name() + difference.get());
        } catch (TemplateException e) {
            notes.add("its own chat template could not be "
                    + (named ? "compared with the format " + chat.name() : "used") + ": " + e.getMessage()
                    + (named
                            ? ""
                            : "; prompts are "
                                    + (chat.equals(ChatFormat.PLAIN) ? "plain text" : "in the format " + chat.name())));
        }
        return chat;
    }

    /// The folder's own chat template, "" for none, in the places where transformers looks, in its order.
    private String template() {
        var file = folder.resolve("chat_template.jinja");
        if (Files.isRegularFile(file)) return FolderFile.text(file);
        var inConfig = template(tokenizerConfig.path("chat_template"));
        return inConfig.isEmpty() ? template(json("chat_template.json").path("chat_template")) : inConfig;
    }

    /// A template, or the default one of several with names.
    private static String template(JsonNode template) {
        if (template.isString()) return template.asString();
        for (var one : template)
            if (template.size() == 1 || one.path("name").asString("").equals("default"))
                return one.path("template").asString("");
        return "";
    }

    private ChatFormat guess(TokenFile tokens) {
        String family = config.path("model_type").asString(genai.path("type").asString(""));
        if (tokens.special("<|start_header_id|>") != null) return ChatFormat.LLAMA_3;
        if (tokens.special("<|im_start|>") != null) {
            if (family.startsWith("qwen3")) return ChatFormat.QWEN_3;
            return family.equals("qwen2") ? ChatFormat.QWEN_2_5 : ChatFormat.CHATML;
        }
        if (tokens.special("<start_of_turn>") != null) return ChatFormat.GEMMA;
        return tokens.special("[INST]") != null ? ChatFormat.MISTRAL : ChatFormat.PLAIN;
    }

    private String bos() {
        return token("bos_token");
    }

    private String token(String field) {
        var own = token(tokenizerConfig.path(field));
        return own.isEmpty() ? token(json("special_tokens_map.json").path(field)) : own;
    }

    private static String token(JsonNode token) {
        return token.isString() ? token.asString() : token.path("content").asString("");
    }

    private String architecture() {
        return config.path("architectures").path(0).asString(genai.path("type").asString(""));
    }

    /// The names of folder and model. Used only to guess that a language model is a reward model.
    private String nameHint() {
        return folder.getFileName() + " " + config.path("_name_or_path").asString("");
    }

    private String text(String field, String otherwise) {
        return overruling.path(field).asString(otherwise);
    }

    private int whole(String field, int otherwise) {
        var value = overruling.path(field);
        if (value.isMissingNode()) return otherwise;
        if (!value.isInt() || value.asInt() < 1)
            throw new EspalierException(folder.resolve(ModelFolder.FILE) + ": \"" + field
                    + "\" must be a whole number of at least 1. Correct it.");
        return value.asInt();
    }

    private JsonNode json(String name) {
        return FolderFile.objectIfThere(folder.resolve(name));
    }

    /// Checks that the largest ids of tokenizer and graph agree.
    static void checkTokenizer(Path tokenizer, String graph, int vocabulary) {
        var tokens = new TokenFile(tokenizer);
        if (!reaches(tokens, vocabulary) || tokens.size() < vocabulary / 2)
            throw otherVocabulary(tokenizer, tokens.size(), graph, vocabulary);
    }

    /// Whether a graph has logits for all ids but a few added tokens, as Gemma 3's for pictures.
    private static boolean reaches(TokenFile tokens, int vocabulary) {
        return tokens.ordinarySize() <= vocabulary && tokens.size() <= vocabulary + PADDING;
    }

    private static EspalierException otherVocabulary(Path tokenizer, int size, String graph, int vocabulary) {
        return new EspalierException(
                "%s has %d ids and the graph %s %d. They belong to different models. Copy both again."
                        .formatted(tokenizer, size, graph, vocabulary));
    }

    private EspalierException wrong(String graph, String what) {
        return new EspalierException("The graph " + folder.resolve(graph) + " " + what + ".");
    }
}
