package dev.espalier.engine;

import dev.espalier.EspalierException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A folder with a model: graphs, weights, tokenizer, and `espalier.json`, which says how they are used. Nothing is tied to a model's name.
///
/// @param graph        file of the graph that runs with KV buffers of ours ("fused")
/// @param plain        file of the graph of standard operators with concatenated KV, "" for none
/// @param files        what the folder's hashes cover: file name to SHA-256, lower-case hexadecimal
/// @param context      longest sequence in tokens
/// @param layers,kvHeads,headDim,vocabulary the graph's shape
/// @param endIds       ids that end the text
/// @param state        further recurrent inputs of the graph (`past_…`) and their shapes behind the batch axis
/// @param maxNewTokens what the model's maker recommends per solution
public record ModelFolder(Path path, String name, Kind kind, String description, String graph, String plain, String weights, String tokenizer,
                          Map<String, String> files, int context, int layers, int kvHeads, int headDim, int vocabulary, long parameters,
                          ChatFormat chat, String separator, List<Integer> endIds, int padId, String systemPrompt, int maxNewTokens,
                          Map<String, List<Integer>> state) {

    /// What it is for.
    public enum Kind {
        POLICY("policy"), PRM("prm");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /// As in `espalier.json`.
        public String word() {
            return word;
        }
    }

    public static final String FILE = "espalier.json";

    public ModelFolder {
        files = java.util.Collections.unmodifiableMap(new TreeMap<>(files));
        endIds = List.copyOf(endIds);
        state = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(state));
    }

    /// Reads and checks the description; graphs and weights are checked by [#verify] when the model is opened.
    public static ModelFolder read(Path folder) {
        var file = folder.resolve(FILE);
        if (!Files.isDirectory(folder)) throw new EspalierException("There is no model folder " + folder + "; choose a folder that holds an " + FILE + ".");
        if (!Files.isRegularFile(file)) throw new EspalierException("The folder " + folder + " holds no " + FILE + ", so it is no model; choose another folder.");
        JsonNode root;
        try {
            root = JsonMapper.shared().readTree(file);
        } catch (JacksonException e) {
            throw new EspalierException(file + " is not valid JSON (" + e.getOriginalMessage() + "); mend it or copy the model folder again.", e);
        }
        return new Fields(file, root).folder(folder);
    }

    /// Checks that every file that the description names is there and is the one it was made with (SHA-256).
    public void verify() {
        for (var entry : files.entrySet()) {
            var file = path.resolve(entry.getKey());
            if (!Files.isRegularFile(file)) throw new EspalierException("The file " + file + " is missing; copy the model folder again.");
            if (!sha256(file).equals(entry.getValue()))
                throw new EspalierException(file + " is not the file that " + FILE + " describes (its SHA-256 differs); copy the model folder again.");
        }
    }

    /// One hash for all that decides what the model computes: the hashes of graph, weights and tokenizer together.
    public String fingerprint() {
        var digest = digest();
        for (var file : List.of(graph, weights, tokenizer)) digest.update((file + " " + files.get(file) + "\n").getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String sha256(Path file) {
        var digest = digest();
        try (var in = Files.newInputStream(file)) {
            var buffer = new byte[1 << 16];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) digest.update(buffer, 0, read);
        } catch (IOException e) {
            throw new EspalierException(file + " cannot be read (" + e.getMessage() + "); check its permissions or copy the model folder again.", e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new UncheckedIOException(new IOException("every Java platform has SHA-256", e));
        }
    }

    /// The description's fields, each error naming the file and the field.
    private record Fields(Path file, JsonNode root) {
        ModelFolder folder(Path folder) {
            int format = whole("format", 1);
            if (format != 1) throw wrong("format " + format + " is newer than this Espalier reads (1); update Espalier");
            var kind = kind(text("kind"));
            String graph = fileName(root.path("graphs").path("fused"), "graphs.fused");
            String plain = root.path("graphs").has("plain") ? fileName(root.path("graphs").path("plain"), "graphs.plain") : "";
            String weights = fileName(root.path("weights"), "weights");
            String tokenizer = fileName(root.path("tokenizer"), "tokenizer");
            var hashes = new TreeMap<String, String>();
            for (var name : plain.isEmpty() ? Set.of(graph, weights, tokenizer) : Set.of(graph, plain, weights, tokenizer)) {
                String hash = root.path("sha256").path(name).asString("");
                if (!hash.matches("[0-9a-f]{64}")) throw wrong("\"sha256\" has no hash of " + name);
                hashes.put(name, hash);
            }
            if (kind == Kind.PRM) checkPrm();
            var state = new LinkedHashMap<String, List<Integer>>();
            root.path("state").forEachEntry((name, shape) -> state.put(name, shape.valueStream().map(n -> n.asInt(0)).toList()));
            var chat = root.path("chat");
            var endIds = root.path("end_ids").valueStream().map(n -> n.asInt(-1)).toList();
            if (endIds.isEmpty()) throw wrong("\"end_ids\" is empty; name the ids that end a text");
            int vocabulary = whole("vocabulary", 1);
            for (int id : endIds) if (id < 0 || id >= vocabulary) throw wrong("\"end_ids\" must lie between 0 and " + (vocabulary - 1));
            return new ModelFolder(folder, text("name"), kind, root.path("description").asString(""), graph, plain, weights, tokenizer, hashes,
                whole("context", 8), whole("layers", 1), whole("kv_heads", 1), whole("head_dim", 1), vocabulary, root.path("parameters").asLong(0),
                new ChatFormat(chat.path("name").asString("chat"), chat.path("prompt").asString("")), text("separator"), endIds, root.path("pad_id").asInt(0),
                root.path("system_prompt").asString(""), root.path("max_new_tokens").asInt(2048), state);
        }

        private Kind kind(String word) {
            for (var kind : Kind.values()) if (kind.word().equals(word)) return kind;
            throw wrong("the kind \"" + word + "\" is unknown; known are \"policy\" and \"prm\"");
        }

        private void checkPrm() {
            String prm = root.path("prm").path("kind").asString("");
            if (!prm.equals("value-head")) throw wrong("the reward model kind \"" + prm + "\" is unknown; known is \"value-head\"");
            String readAt = root.path("prm").path("read_at").asString("separator");
            if (!readAt.equals("separator")) throw wrong("\"prm.read_at\" is \"" + readAt + "\"; known is \"separator\"");
        }

        private String text(String field) {
            String value = root.path(field).asString("");
            if (value.isEmpty()) throw wrong("\"" + field + "\" is missing or empty");
            return value;
        }

        private int whole(String field, int least) {
            var value = root.path(field);
            if (!value.isInt() || value.asInt() < least) throw wrong("\"" + field + "\" must be a whole number of at least " + least);
            return value.asInt();
        }

        private String fileName(JsonNode node, String field) {
            String name = node.asString("");
            if (name.isEmpty() || name.contains("/") || name.contains("\\") || name.equals("..")) throw wrong("\"" + field + "\" must name a file of the folder");
            return name;
        }

        private EspalierException wrong(String what) {
            return new EspalierException(file + ": " + what + ". Mend it or copy the model folder again.");
        }
    }
}
