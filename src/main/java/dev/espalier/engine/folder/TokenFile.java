package dev.espalier.engine.folder;

import dev.espalier.EspalierException;
import dev.espalier.engine.format.FolderFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The ids and special tokens of a `tokenizer.json`, validated.
final class TokenFile {
    /// Limit for the table sizes. The largest known vocabularies have 262,144 ids.
    static final int MOST_IDS = 1 << 24;

    private final Map<String, Integer> special = new LinkedHashMap<>();
    private final JsonNode root;
    private final JsonNode vocabulary;
    private final int size;
    private final int ordinarySize;

    TokenFile(Path file) {
        root = FolderFile.object(file, FolderFile.MAX_TOKENIZER_BYTES);
        vocabulary = root.path("model").path("vocab");
        int most = -1;
        for (var entry : vocabulary.properties()) most = Math.max(most, id(file, entry.getKey(), entry.getValue()));
        ordinarySize = most + 1;
        for (var token : root.path("added_tokens")) {
            var content = token.path("content").asString("");
            // It would match everywhere.
            if (content.isEmpty())
                throw new EspalierException(file + " has an added token without a text; copy the model folder again.");
            int id = id(file, content, token.path("id"));
            special.put(content, id);
            most = Math.max(most, id);
        }
        size = most + 1;
    }

    private static int id(Path file, String token, JsonNode node) {
        if (!node.isInt() || node.asInt() < 0 || node.asInt() >= MOST_IDS)
            throw new EspalierException(
                    "%s gives the token \"%s\" the id %s; ids are whole numbers from 0 to %,d. Copy the model folder again."
                            .formatted(
                                    file,
                                    shown(token),
                                    node.isMissingNode() ? "null" : shown(node.toString()),
                                    MOST_IDS - 1));
        return node.asInt();
    }

    private static String shown(String text) {
        return text.length() > 40 ? text.substring(0, 40) + "…" : text;
    }

    /// The whole file.
    JsonNode root() {
        return root;
    }

    /// One more than the largest id.
    int size() {
        return size;
    }

    /// One more than the largest id without the added tokens.
    int ordinarySize() {
        return ordinarySize;
    }

    /// The added tokens whose ids are `vocabulary` or more.
    List<String> from(int vocabulary) {
        return special.entrySet().stream()
                .filter(token -> token.getValue() >= vocabulary)
                .map(Map.Entry::getKey)
                .toList();
    }

    @Nullable
    Integer special(String token) {
        return special.get(token);
    }

    /// The id of a token's text, special or not.
    @Nullable
    Integer id(String token) {
        var id = vocabulary.path(token);
        return id.isInt() ? Integer.valueOf(id.asInt()) : special.get(token);
    }
}
