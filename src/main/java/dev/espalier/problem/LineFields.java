package dev.espalier.problem;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The fields of a line that hold a value. Case, spaces, hyphens and underscores of a name make no difference: "Final
/// Answer" is "final_answer". Of two such fields the one in lower case counts.
final class LineFields {
    private static final int LONGEST_NAME = 32;

    private final Map<String, JsonNode> byName = new HashMap<>();

    LineFields(JsonNode line) {
        for (var field : line.properties()) {
            String name = field.getKey();
            if (name.length() > LONGEST_NAME || empty(field.getValue())) continue;
            String folded = folded(name);
            if (name.equals(name.toLowerCase(Locale.ROOT))) byName.put(folded, field.getValue());
            else byName.putIfAbsent(folded, field.getValue());
        }
    }

    @Nullable
    JsonNode get(String name) {
        return byName.get(folded(name));
    }

    /// Whether two names are the same field.
    static boolean same(String name, String other) {
        return folded(name).equals(folded(other));
    }

    boolean hasAny(List<String> names) {
        return names.stream().anyMatch(name -> get(name) != null);
    }

    private static boolean empty(JsonNode value) {
        return value.isNull()
                || value.isContainer() && value.isEmpty()
                || value.isString() && value.stringValue().isBlank()
                || JsonNumbers.isNaN(value);
    }

    private static String folded(String name) {
        var folded = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c != '_' && c != '-' && c != ' ') folded.append(Character.toLowerCase(c));
        }
        return folded.toString();
    }
}
