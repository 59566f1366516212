package dev.espalier.store;

import dev.espalier.model.Finish;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads and writes the JSON in the database: text that SQLite can hold, and numbers with all bits.
final class JsonText {
    static final JsonMapper JSON = JsonMapper.shared();

    private JsonText() {}

    static String object(Consumer<JsonGenerator> content) {
        return written(json -> {
            json.writeStartObject();
            content.accept(json);
            json.writeEndObject();
        });
    }

    static String written(Consumer<JsonGenerator> content) {
        var text = new StringWriter(256);
        try (var json = JSON.createGenerator(text)) {
            content.accept(json);
        }
        return escapeLoneSurrogates(text.toString());
    }

    /// SQLite stores UTF-8, which cannot encode half a surrogate pair; a JSON escape can.
    private static String escapeLoneSurrogates(String json) {
        StringBuilder escaped = null;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            boolean pair = Character.isHighSurrogate(c)
                    && i + 1 < json.length()
                    && Character.isLowSurrogate(json.charAt(i + 1));
            if (Character.isSurrogate(c) && !pair && escaped == null)
                escaped = new StringBuilder(json.length() + 16).append(json, 0, i);
            if (escaped != null) {
                if (pair) escaped.append(c).append(json.charAt(i + 1));
                else if (Character.isSurrogate(c)) escaped.append("\\u%04x".formatted((int) c));
                else escaped.append(c);
            }
            if (pair) i++;
        }
        return escaped == null ? json : escaped.toString();
    }

    /// JSON has no NaN and no infinity. Writes them as strings (Jackson's default).
    static void writeDoubles(JsonGenerator json, List<Double> numbers) {
        json.writeStartArray();
        for (double number : numbers) json.writeNumber(number);
        json.writeEndArray();
    }

    static double readDouble(JsonNode json) {
        return json.isString() ? Double.parseDouble(json.stringValue()) : json.doubleValue();
    }

    static String base64(int[] numbers) {
        var bytes = ByteBuffer.allocate(numbers.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(numbers);
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    static String base64(float[] numbers) {
        var bytes = ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(numbers);
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    static int[] ints(String base64) {
        var bytes = Base64.getDecoder().decode(base64);
        var numbers = new int[bytes.length / Integer.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(numbers);
        return numbers;
    }

    static float[] floats(String base64) {
        var bytes = Base64.getDecoder().decode(base64);
        var numbers = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(numbers);
        return numbers;
    }

    static String text(JsonNode json, String name) {
        return text(json.required(name));
    }

    /// @throws IllegalArgumentException if the value is not a string
    static String text(JsonNode json) {
        if (!json.isString()) throw new IllegalArgumentException("expected a text, not " + json.getNodeType());
        return json.stringValue();
    }

    static int integer(JsonNode json, String name) {
        return json.required(name).intValue();
    }

    static Finish finish(JsonNode json) {
        return Finish.valueOf(text(json, "finish"));
    }

    static <T> List<T> list(JsonNode array, Function<JsonNode, T> element) {
        var list = new ArrayList<T>(array.size());
        for (var node : array) list.add(element.apply(node));
        return list;
    }
}
