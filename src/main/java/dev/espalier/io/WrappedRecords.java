package dev.espalier.io;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Finds the records within an object that is none itself: in an array such as `data`, `rows` or `examples`; as
/// columns, as pandas writes them; or under their ids.
final class WrappedRecords {
    private static final Set<String> ARRAYS = Set.of(
            "data",
            "rows",
            "records",
            "examples",
            "problems",
            "questions",
            "instances",
            "items",
            "entries",
            "results",
            "samples",
            "tasks",
            "test",
            "train",
            "validation",
            "val",
            "dev",
            "split");

    private static final Pattern INDEX = Pattern.compile("\\d{1,9}");

    private final Records.Names names;
    private long number;

    WrappedRecords(Records.Names names) {
        this.names = names;
    }

    /// @return empty if the object is a record itself
    List<Records.Read> of(Records.Read outer) {
        var found = of(outer.json());
        return found.stream()
                .map(json -> {
                    number++;
                    return new Records.Read(number, "record %d, %s".formatted(number, outer.place()), json);
                })
                .toList();
    }

    private List<ObjectNode> of(ObjectNode json) {
        if (json.isEmpty() || isRecord(json)) return List.of();
        var split = json.path("columns");
        if (split.isArray() && json.path("data").path(0).isArray()) return table(split, json.path("data"));
        var elements = new ArrayList<ObjectNode>();
        for (var field : json.properties())
            if (ARRAYS.contains(field.getKey()))
                elements.addAll(field.getValue() instanceof ObjectNode inner ? of(inner) : objects(field.getValue()));
        if (!elements.isEmpty()) return elements;
        if (json.valueStream().allMatch(JsonNode::isArray)) return columns(json);
        if (!json.valueStream().allMatch(JsonNode::isObject)) return List.of();
        if (json.propertyStream().anyMatch(field -> names.known(field.getKey()))) return columnsByIndex(json);
        for (var field : json.properties()) {
            if (!(field.getValue() instanceof ObjectNode inner) || !isRecord(inner)) return List.of();
            var record = inner.deepCopy();
            if (!record.has("id") && !record.has("unique_id")) record.put("id", field.getKey());
            elements.add(record);
        }
        return elements;
    }

    /// Whether a known field holds a value, a chat or an object of its own, but no column.
    private boolean isRecord(ObjectNode json) {
        return json.propertyStream().anyMatch(field -> names.known(field.getKey()) && !isColumn(field.getValue()));
    }

    private static boolean isColumn(JsonNode value) {
        if (value.isArray()) return !value.path(0).isObject();
        return value.isNull()
                || value.isObject() && value.propertyNames().stream().allMatch(INDEX.asMatchPredicate());
    }

    /// The objects of an array; the rows of the datasets server lie one level deeper.
    private static List<ObjectNode> objects(JsonNode array) {
        if (!array.isArray()) return List.of();
        var objects = new ArrayList<ObjectNode>();
        for (var element : array) {
            if (element.path("row") instanceof ObjectNode row && element.has("row_idx")) objects.add(row);
            else if (element instanceof ObjectNode json) objects.add(json);
        }
        return objects;
    }

    private static List<ObjectNode> table(JsonNode columns, JsonNode rows) {
        var records = new ArrayList<ObjectNode>();
        for (var row : rows) {
            var record = JsonLines.JSON.createObjectNode();
            for (int i = 0; i < columns.size() && i < row.size(); i++)
                record.set(columns.path(i).asString(), row.path(i));
            records.add(record);
        }
        return records;
    }

    /// `{"problem": ["…", "…"], "answer": ["…", "…"]}`: at least two columns of equal length, one of them known, of
    /// texts.
    private List<ObjectNode> columns(ObjectNode json) {
        int length = json.iterator().next().size();
        boolean known = json.propertyStream()
                .anyMatch(field ->
                        names.known(field.getKey()) && field.getValue().path(0).isString());
        if (!known || json.size() < 2 || length == 0) return List.of();
        if (!json.valueStream().allMatch(column -> column.size() == length)) return List.of();
        var records = new ArrayList<ObjectNode>();
        for (int i = 0; i < length; i++) {
            var record = JsonLines.JSON.createObjectNode();
            for (var column : json.properties())
                record.set(column.getKey(), column.getValue().path(i));
            records.add(record);
        }
        return records;
    }

    /// `{"problem": {"0": "…", "1": "…"}, "answer": {"0": "…", "1": "…"}}`.
    private static List<ObjectNode> columnsByIndex(ObjectNode json) {
        var keys = json.iterator().next().propertyNames();
        if (keys.isEmpty() || !keys.stream().allMatch(INDEX.asMatchPredicate())) return List.of();
        var records = new ArrayList<ObjectNode>();
        for (var key : keys) {
            var record = JsonLines.JSON.createObjectNode();
            for (var column : json.properties())
                if (column.getValue().has(key))
                    record.set(column.getKey(), column.getValue().path(key));
            records.add(record);
        }
        return records;
    }
}
