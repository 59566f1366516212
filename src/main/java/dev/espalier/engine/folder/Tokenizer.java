package dev.espalier.engine.folder;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.espalier.EspalierException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A `tokenizer.json` of BPE: byte-level (Llama 3, Qwen) or with single bytes as tokens (Gemma, the first Mistrals). Encoding is the tokenizers
/// library's; decoding is a table from ids to bytes, so that it is lossless token by token even where a character is spread over several tokens.
/// Any thread may call.
public final class Tokenizer implements AutoCloseable {
    private static final byte[] NOTHING = {};
    private static final Pattern SINGLE_BYTE = Pattern.compile("<0x([0-9A-Fa-f]{2})>");

    static {
        TokenizerLibrary.prepare();
    }

    private final HuggingFaceTokenizer encoder;
    private final byte[][] bytes;
    private final @Nullable Pattern special;
    /// What the library encodes before every text of a tokenizer that starts texts with a space, as ids of [#GUARD]; empty where it does not.
    private int[] guard = {};
    // The library's memory must not go while another thread encodes.
    private final ReadWriteLock open = new ReentrantReadWriteLock();
    private boolean closed;

    private Tokenizer(HuggingFaceTokenizer encoder, byte[][] bytes, @Nullable Pattern special) {
        this.encoder = encoder;
        this.bytes = bytes;
        this.special = special;
    }

    public static Tokenizer read(Path file) {
        var tokens = new TokenFile(file);
        var root = tokens.root();
        boolean byteLevel = holds(root.path("decoder"), "ByteLevel");
        boolean singleBytes = holds(root.path("decoder"), "ByteFallback");
        if (!byteLevel && !singleBytes || !root.path("model").path("vocab").isObject())
            throw new EspalierException(file + " is not a byte-level BPE tokenizer, nor one of BPE with single bytes, the kinds that Espalier reads so far; choose another model.");
        if (growth(root.path("normalizer")) > MOST_GROWTH)
            throw new EspalierException("%s replaces characters by texts that make a text more than %d times as long; copy the model folder again.".formatted(file, MOST_GROWTH));
        var table = table(root, tokens.size(), byteLevel);
        String specials = root.path("added_tokens").valueStream().filter(t -> t.path("special").asBoolean(false))
            .map(t -> Pattern.quote(t.path("content").asString())).collect(Collectors.joining("|"));
        try {
            // No truncation and no padding: lengths are checked against the context by those who know it.
            var encoder = HuggingFaceTokenizer.newInstance(file, Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false"));
            var tokenizer = new Tokenizer(encoder, table, specials.isEmpty() ? null : Pattern.compile(specials));
            if (holds(root.path("normalizer"), "Prepend") || startsWithSpace(root.path("pre_tokenizer"))) tokenizer.guard = tokenizer.encodeTemplate(GUARD);
            return tokenizer;
        } catch (IOException | RuntimeException e) {
            throw new EspalierException(file + " was refused by the tokenizers library (" + e.getMessage() + "); copy the model folder again.", e);
        }
    }

    /// The library replaces one after another in memory that is not Java's; where that ends, the process does.
    private static final int MOST_GROWTH = 100;

    /// At most so many times as long is a text behind a normalizer.
    private static double growth(JsonNode node) {
        double own = Math.max(1, node.path("content").asString("").length() + node.path("prepend").asString("").length());
        return own * node.path("normalizers").valueStream().mapToDouble(Tokenizer::growth).reduce(1, (a, b) -> a * b);
    }

    /// Merges with nothing behind it in tokenizers with single bytes.
    private static final String GUARD = "\t";

    private static boolean holds(JsonNode node, String type) {
        return node.path("type").asString("").equals(type)
            || java.util.stream.Stream.of("decoders", "normalizers", "pretokenizers").flatMap(list -> node.path(list).valueStream()).anyMatch(part -> holds(part, type));
    }

    private static boolean startsWithSpace(JsonNode node) {
        return node.path("type").asString("").equals("Metaspace") && !node.path("prepend_scheme").asString("always").equals("never")
            || node.path("type").asString("").equals("ByteLevel") && node.path("add_prefix_space").asBoolean(false)
            || node.path("pretokenizers").valueStream().anyMatch(Tokenizer::startsWithSpace);
    }

    private record Piece(String text, List<Integer> cuts, boolean within) {}

    private static final int MOST_REMEMBERED = 4096;
    private static final int LONGEST_REMEMBERED = 4096;

    /// What was encoded last, the least recently wanted first.
    private final Map<Piece, int[]> remembered = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Piece, int[]> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    /// The number of ids.
    public int size() {
        return bytes.length;
    }

    /// Encodes plain text as it stands within a longer one. Text that spells a special token is cut within it and so stays text.
    public int[] encode(String text) {
        return text.isEmpty() ? new int[0] : joined(text, cuts(text), true);
    }

    /// Encodes a template's own text, in which special tokens count, as it stands at a text's start.
    ///
    /// @param cuts where the text is cut: what a user spelled must not become a special token
    int[] encodeTemplate(String text, List<Integer> cuts) {
        return joined(text, cuts, false);
    }

    /// Encodes a template's own text, in which special tokens count, as it stands within a longer one.
    ///
    /// @param cuts where the text is cut: what a user spelled must not become a special token
    public int[] encodeWithin(String text, List<Integer> cuts) {
        return joined(text, cuts, true);
    }

    /// Where a text that spells special tokens must be cut so that it stays text.
    public List<Integer> cuts(String text) {
        if (special == null) return List.of();
        var cuts = new ArrayList<Integer>();
        var spelled = special.matcher(text);
        for (int from = 0; spelled.find(from); from = cuts.getLast()) cuts.add(text.offsetByCodePoints(spelled.start(), 1));
        return cuts;
    }

    /// A search asks for the same problem and the same steps over and over.
    private int[] joined(String text, List<Integer> cuts, boolean within) {
        if (text.length() > LONGEST_REMEMBERED) return split(text, cuts, within);
        var piece = new Piece(text, List.copyOf(cuts), within);
        synchronized (remembered) {
            var ids = remembered.get(piece);
            if (ids != null) return ids.clone();
        }
        var ids = split(text, cuts, within);
        synchronized (remembered) {
            remembered.put(piece, ids);
        }
        return ids.clone();
    }

    private int[] split(String text, List<Integer> cuts, boolean within) {
        var ids = java.util.stream.IntStream.builder();
        int from = 0;
        for (int i = 0; i <= cuts.size(); i++) {
            int to = i < cuts.size() ? cuts.get(i) : text.length();
            for (int id : within || i > 0 ? encodeWithin(text.substring(from, to)) : encodeTemplate(text.substring(from, to))) ids.add(id);
            from = to;
        }
        return ids.build().toArray();
    }

    private int[] encodeWithin(String text) {
        if (guard.length == 0) return encodeTemplate(text);
        var ids = encodeTemplate(GUARD + text);
        return Arrays.mismatch(ids, guard) >= guard.length || Arrays.equals(ids, guard) ? Arrays.copyOfRange(ids, guard.length, ids.length) : encodeTemplate(text);
    }

    /// The library ends the process where Java's memory does not hold what it gives back, about 200 bytes a token.
    private static final int MOST_CHARACTERS = 2_000_000;

    /// Encodes a template's own text, in which special tokens count.
    int[] encodeTemplate(String text) {
        if (text.isEmpty()) return new int[0];
        if (text.length() > MOST_CHARACTERS) throw new EspalierException("The text has %,d characters; a tokenizer gets at most %,d. Shorten it.".formatted(text.length(), MOST_CHARACTERS));
        // Half a surrogate pair has no UTF-8; Java's encoder puts "?" there.
        String whole = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        open.readLock().lock();
        try {
            if (closed) throw new EspalierException("The model was closed; open it again.");
            return Arrays.stream(encoder.encode(whole, false, false).getIds()).mapToInt(Math::toIntExact).toArray();
        } finally {
            open.readLock().unlock();
        }
    }

    /// The bytes of one token, none where the model has more ids than its tokenizer; do not write into them.
    public byte[] bytes(int id) {
        return id < bytes.length ? bytes[id] : NOTHING;
    }

    public String decode(int[] ids) {
        return decode(ids, 0, ids.length);
    }

    public String decode(int[] ids, int from, int to) {
        var out = new ByteArrayOutputStream(4 * (to - from));
        for (int i = from; i < to; i++) out.writeBytes(bytes(ids[i]));
        return out.toString(StandardCharsets.UTF_8);
    }

    /// The text of tokens without a character that they only begin.
    public String wholeCharacters(int[] ids) {
        var out = new ByteArrayOutputStream(4 * ids.length);
        for (int id : ids) out.writeBytes(bytes[id]);
        var all = out.toByteArray();
        return new String(all, 0, all.length - begunBytes(all), StandardCharsets.UTF_8);
    }

    /// How many bytes at the end begin a character of UTF-8 that needs more.
    private static int begunBytes(byte[] utf8) {
        for (int back = 1; back <= Math.min(3, utf8.length); back++) {
            int b = utf8[utf8.length - back] & 0xFF;
            if (b < 0x80) return 0;
            if (b >= 0xC0) return back < (b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : 2) ? back : 0;
        }
        return 0;
    }

    @Override
    public void close() {
        open.writeLock().lock();
        try {
            closed = true;
            encoder.close();
        } finally {
            open.writeLock().unlock();
        }
    }

    private static byte[][] table(JsonNode root, int size, boolean byteLevel) {
        var ofChar = byteOfCharacter();
        var table = new byte[size][];
        Arrays.fill(table, NOTHING);
        root.path("model").path("vocab").forEachEntry((token, id) -> table[id.asInt()] = byteLevel ? unmapped(token, ofChar) : unmarked(token));
        for (var added : root.path("added_tokens")) table[added.path("id").asInt()] = added.path("content").asString().getBytes(StandardCharsets.UTF_8);
        return table;
    }

    /// `<0x0A>` is a byte, and the low block stands for a space.
    private static byte[] unmarked(String token) {
        var single = SINGLE_BYTE.matcher(token);
        return single.matches() ? new byte[] {(byte) Integer.parseInt(single.group(1), 16)} : token.replace('\u2581', ' ').getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] unmapped(String token, Map<Character, Byte> ofChar) {
        var out = new ByteArrayOutputStream(token.length());
        for (char c : token.toCharArray()) {
            Byte b = ofChar.get(c);
            if (b == null) return token.getBytes(StandardCharsets.UTF_8);
            out.write(b);
        }
        return out.toByteArray();
    }

    /// GPT-2's printable stand-ins for bytes: printable ASCII and Latin-1 stand for themselves, the rest for 256, 257, …
    private static Map<Character, Byte> byteOfCharacter() {
        var map = new HashMap<Character, Byte>();
        int next = 256;
        for (int b = 0; b < 256; b++) {
            boolean itself = b >= '!' && b <= '~' || b >= 0xA1 && b <= 0xAC || b >= 0xAE;
            map.put((char) (itself ? b : next++), (byte) b);
        }
        return map;
    }
}
