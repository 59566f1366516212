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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A BPE `tokenizer.json`: byte-level (Llama 3, Qwen) or with single bytes as tokens (Gemma, the first Mistrals). The
/// tokenizers library encodes. Decoding uses a table from ids to bytes, so that it is lossless token by token, even if
/// a character spans several tokens. Thread-safe.
public final class Tokenizer implements AutoCloseable {
    private static final byte[] NOTHING = {};
    private static final Pattern SINGLE_BYTE = Pattern.compile("<0x([0-9A-Fa-f]{2})>");

    static {
        TokenizerLibrary.prepare();
    }

    private final HuggingFaceTokenizer encoder;
    private final byte[][] bytes;
    private final @Nullable Pattern special;
    /// Added tokens that the model does not know; they stay text in a template too.
    private final @Nullable Pattern unknown;
    /// The ids that the library puts before [#GUARD] if the tokenizer begins texts with a space; otherwise empty.
    private int[] guard = {};
    // Keeps the library's memory alive while another thread encodes.
    private final ReadWriteLock open = new ReentrantReadWriteLock();
    private boolean closed;

    private Tokenizer(
            HuggingFaceTokenizer encoder, byte[][] bytes, @Nullable Pattern special, @Nullable Pattern unknown) {
        this.encoder = encoder;
        this.bytes = bytes;
        this.special = special;
        this.unknown = unknown;
    }

    public static Tokenizer read(Path file) {
        return read(file, Integer.MAX_VALUE);
    }

    /// @param vocabulary the number of ids that the model knows. An added token with a larger one is text
    public static Tokenizer read(Path file, int vocabulary) {
        var tokens = new TokenFile(file);
        var root = tokens.root();
        boolean byteLevel = holds(root.path("decoder"), "ByteLevel");
        boolean singleBytes = holds(root.path("decoder"), "ByteFallback");
        if (!byteLevel && !singleBytes || !root.path("model").path("vocab").isObject())
            throw new EspalierException(
                    file
                            + " is neither a byte-level BPE tokenizer nor BPE with single bytes. Espalier supports no other kinds. Choose another model.");
        if (growth(root.path("normalizer")) > MOST_GROWTH)
            throw new EspalierException(
                    "%s replaces characters by texts that make a text more than %d times as long; copy the model folder again."
                            .formatted(file, MOST_GROWTH));
        var table = table(root, tokens.size(), byteLevel);
        var unknown = tokens.from(vocabulary);
        var special = anyOf(Stream.concat(
                root.path("added_tokens")
                        .valueStream()
                        .filter(t -> t.path("special").asBoolean(false))
                        .map(t -> t.path("content").asString()),
                unknown.stream()));
        try {
            // No truncation and no padding: callers check lengths against the context.
            var encoder = HuggingFaceTokenizer.newInstance(
                    file, Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false"));
            var tokenizer = new Tokenizer(encoder, table, special, anyOf(unknown.stream()));
            if (holds(root.path("normalizer"), "Prepend") || startsWithSpace(root.path("pre_tokenizer")))
                tokenizer.guard = tokenizer.encodeTemplate(GUARD);
            return tokenizer;
        } catch (IOException | RuntimeException e) {
            throw new EspalierException(
                    file + " was refused by the tokenizers library (" + e.getMessage()
                            + "); copy the model folder again.",
                    e);
        }
    }

    /// Null for no texts.
    private static @Nullable Pattern anyOf(Stream<String> texts) {
        var quoted = texts.distinct().map(Pattern::quote).collect(Collectors.joining("|"));
        return quoted.isEmpty() ? null : Pattern.compile(quoted);
    }

    /// The library applies replacements one after another in memory outside of Java; without memory the process
    /// would end.
    private static final int MOST_GROWTH = 100;

    /// The maximum factor by which a normalizer lengthens a text.
    private static double growth(JsonNode node) {
        double own = Math.max(
                1,
                node.path("content").asString("").length()
                        + node.path("prepend").asString("").length());
        return own
                * node.path("normalizers")
                        .valueStream()
                        .mapToDouble(Tokenizer::growth)
                        .reduce(1, (a, b) -> a * b);
    }

    /// Never merges with the text after it, in tokenizers with single bytes.
    private static final String GUARD = "\t";

    private static boolean holds(JsonNode node, String type) {
        return node.path("type").asString("").equals(type)
                || Stream.of("decoders", "normalizers", "pretokenizers")
                        .flatMap(list -> node.path(list).valueStream())
                        .anyMatch(part -> holds(part, type));
    }

    private static boolean startsWithSpace(JsonNode node) {
        return node.path("type").asString("").equals("Metaspace")
                        && !node.path("prepend_scheme").asString("always").equals("never")
                || node.path("type").asString("").equals("ByteLevel")
                        && node.path("add_prefix_space").asBoolean(false)
                || node.path("pretokenizers").valueStream().anyMatch(Tokenizer::startsWithSpace);
    }

    private record Piece(String text, List<Integer> cuts, boolean within) {}

    private static final int MOST_REMEMBERED = 4096;
    private static final int LONGEST_REMEMBERED = 4096;

    /// Recently encoded texts, the least recently used first.
    private final Map<Piece, int[]> cache = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Piece, int[]> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    /// The number of ids.
    public int size() {
        return bytes.length;
    }

    /// Encodes plain text in the middle of a longer text. Cuts special tokens in it, so that they stay text.
    public int[] encode(String text) {
        return text.isEmpty() ? new int[0] : joined(text, cuts(text), true);
    }

    /// Encodes a template's own text, in which special tokens count, at the start of a text.
    ///
    /// @param cuts positions to cut the text at, so that user text does not become a special token
    int[] encodeTemplate(String text, List<Integer> cuts) {
        return joined(text, withUnknown(text, cuts), false);
    }

    /// Encodes a template's own text, in which special tokens count, in the middle of a longer text.
    ///
    /// @param cuts positions to cut the text at, so that user text does not become a special token
    public int[] encodeWithin(String text, List<Integer> cuts) {
        return joined(text, withUnknown(text, cuts), true);
    }

    private List<Integer> withUnknown(String text, List<Integer> cuts) {
        if (unknown == null) return cuts;
        return Stream.concat(cuts.stream(), cuts(unknown, text).stream())
                .distinct()
                .sorted()
                .toList();
    }

    /// The positions to cut a text at, so that special tokens in it stay text.
    public List<Integer> cuts(String text) {
        return cuts(special, text);
    }

    private static List<Integer> cuts(@Nullable Pattern tokens, String text) {
        if (tokens == null) return List.of();
        var cuts = new ArrayList<Integer>();
        var spelled = tokens.matcher(text);
        for (int from = 0; spelled.find(from); from = cuts.getLast())
            cuts.add(text.offsetByCodePoints(spelled.start(), 1));
        return cuts;
    }

    /// Cached, because a search encodes the same problem and the same steps many times.
    private int[] joined(String text, List<Integer> cuts, boolean within) {
        if (text.length() > LONGEST_REMEMBERED) return split(text, cuts, within);
        var piece = new Piece(text, List.copyOf(cuts), within);
        synchronized (cache) {
            var ids = cache.get(piece);
            if (ids != null) return ids.clone();
        }
        var ids = split(text, cuts, within);
        synchronized (cache) {
            cache.put(piece, ids);
        }
        return ids.clone();
    }

    private int[] split(String text, List<Integer> cuts, boolean within) {
        var ids = java.util.stream.IntStream.builder();
        int from = 0;
        for (int i = 0; i <= cuts.size(); i++) {
            int to = i < cuts.size() ? cuts.get(i) : text.length();
            for (int id :
                    within || i > 0 ? encodeWithin(text.substring(from, to)) : encodeTemplate(text.substring(from, to)))
                ids.add(id);
            from = to;
        }
        return ids.build().toArray();
    }

    private int[] encodeWithin(String text) {
        if (guard.length == 0) return encodeTemplate(text);
        var ids = encodeTemplate(GUARD + text);
        return Arrays.mismatch(ids, guard) >= guard.length || Arrays.equals(ids, guard)
                ? Arrays.copyOfRange(ids, guard.length, ids.length)
                : encodeTemplate(text);
    }

    /// The library ends the process if Java's memory cannot hold its result, about 200 bytes per token.
    private static final int MOST_CHARACTERS = 2_000_000;

    /// Encodes a template's own text, in which special tokens count.
    int[] encodeTemplate(String text) {
        if (text.isEmpty()) return new int[0];
        if (text.length() > MOST_CHARACTERS)
            throw new EspalierException("The text has %,d characters; a tokenizer gets at most %,d. Shorten it."
                    .formatted(text.length(), MOST_CHARACTERS));
        // Half a surrogate pair has no UTF-8 form; Java's encoder writes "?".
        String whole = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        open.readLock().lock();
        try {
            if (closed) throw new EspalierException("The model was closed; open it again.");
            return Arrays.stream(encoder.encode(whole, false, false).getIds())
                    .mapToInt(Math::toIntExact)
                    .toArray();
        } finally {
            open.readLock().unlock();
        }
    }

    /// The bytes of one token, empty if the model has more ids than its tokenizer. Do not modify them.
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

    /// The text of tokens, without an incomplete character at its end.
    public String wholeCharacters(int[] ids) {
        var out = new ByteArrayOutputStream(4 * ids.length);
        for (int id : ids) out.writeBytes(bytes[id]);
        var all = out.toByteArray();
        return new String(all, 0, all.length - begunBytes(all), StandardCharsets.UTF_8);
    }

    /// The number of bytes at the end that begin an incomplete UTF-8 character.
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
        root.path("model")
                .path("vocab")
                .forEachEntry((token, id) -> table[id.asInt()] = byteLevel ? unmapped(token, ofChar) : unmarked(token));
        for (var added : root.path("added_tokens"))
            table[added.path("id").asInt()] = added.path("content").asString().getBytes(StandardCharsets.UTF_8);
        return table;
    }

    /// `<0x0A>` is a byte; the lower block character stands for a space.
    private static byte[] unmarked(String token) {
        var single = SINGLE_BYTE.matcher(token);
        return single.matches()
                ? new byte[] {(byte) Integer.parseInt(single.group(1), 16)}
                : token.replace('\u2581', ' ').getBytes(StandardCharsets.UTF_8);
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

    /// GPT-2's printable substitutes for bytes: printable ASCII and Latin-1 characters stand for themselves, the
    /// other bytes for 256, 257, …
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
