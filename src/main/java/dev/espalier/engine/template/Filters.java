package dev.espalier.engine.template;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The filters, tests and methods that chat templates use.
final class Filters {
    private Filters() {}

    static @Nullable Object apply(
            Budget budget,
            String filter,
            @Nullable Object value,
            List<@Nullable Object> arguments,
            Map<String, @Nullable Object> named) {
        return switch (filter) {
            case "trim" -> spendAndGet(budget, value).strip();
            case "length", "count" -> Values.length(budget, value);
            case "string" -> Values.text(value);
            case "safe" -> value;
            case "upper" -> spendAndGet(budget, value).toUpperCase(Locale.ROOT);
            case "lower" -> spendAndGet(budget, value).toLowerCase(Locale.ROOT);
            case "capitalize" -> capitalize(spendAndGet(budget, value));
            case "list" -> copyOf(budget, Values.items(budget, value));
            case "first" -> Values.element(budget, value, 0L);
            case "last" -> Values.element(budget, value, -1L);
            case "items" -> method(budget, value, "items", arguments, named);
            case "join" ->
                join(budget, Values.items(budget, value), arguments.isEmpty() ? "" : Values.text(arguments.getFirst()));
            case "replace" ->
                replace(budget, Values.text(value), text(arguments, 0, filter), text(arguments, 1, filter));
            case "default", "d" ->
                value == Values.UNDEFINED
                                || arguments.size() > 1 && Values.isTrue(arguments.get(1)) && !Values.isTrue(value)
                        ? arguments.isEmpty() ? "" : arguments.getFirst()
                        : value;
            case "selectattr", "rejectattr" -> select(budget, filter, value, arguments);
            case "map" -> map(budget, value, arguments, named);
            default -> throw new TemplateException("the filter \"" + filter + "\" is not supported");
        };
    }

    /// The text of a value. Spends two units per character: one to read and one to write.
    private static String spendAndGet(Budget budget, @Nullable Object value) {
        var text = Values.text(value);
        budget.spend(2L * text.length());
        return text;
    }

    private static String text(List<@Nullable Object> arguments, int index, String of) {
        if (index >= arguments.size()) throw new TemplateException("\"" + of + "\" has too few arguments");
        return Values.text(arguments.get(index));
    }

    private static List<@Nullable Object> copyOf(Budget budget, java.util.Collection<?> items) {
        budget.elements(items.size());
        return new ArrayList<>(items);
    }

    private static String join(Budget budget, List<?> items, String between) {
        var joined = new StringBuilder();
        for (int i = 0; i < items.size(); i++) {
            var item = Values.text(items.get(i));
            budget.spend(Budget.STEP + item.length() + between.length());
            if (i > 0) joined.append(between);
            joined.append(item);
        }
        return joined.toString();
    }

    private static String replace(Budget budget, String text, String part, String with) {
        budget.search(text, part);
        long times = text.length() + 1L;
        if (!part.isEmpty()) {
            times = 0;
            for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) times++;
        }
        budget.spend(text.length() + times * with.length());
        return text.replace(part, with);
    }

    private static List<@Nullable Object> map(
            Budget budget,
            @Nullable Object value,
            List<@Nullable Object> arguments,
            Map<String, @Nullable Object> named) {
        var found = new ArrayList<@Nullable Object>();
        for (var item : Values.items(budget, value)) {
            budget.elements(1);
            found.add(
                    named.containsKey("attribute")
                            ? Values.field(item, Values.text(named.get("attribute")))
                            : apply(
                                    budget,
                                    text(arguments, 0, "map"),
                                    item,
                                    arguments.subList(1, arguments.size()),
                                    Map.of()));
        }
        return found;
    }

    private static List<@Nullable Object> select(
            Budget budget, String filter, @Nullable Object value, List<@Nullable Object> arguments) {
        var found = new ArrayList<@Nullable Object>();
        for (var item : Values.items(budget, value)) {
            budget.elements(1);
            var field = Values.field(item, text(arguments, 0, filter));
            boolean holds = arguments.size() == 1
                    ? Values.isTrue(field)
                    : test(budget, text(arguments, 1, filter), field, arguments.subList(2, arguments.size()));
            if (holds == filter.equals("selectattr")) found.add(item);
        }
        return found;
    }

    private static String capitalize(String text) {
        return text.isEmpty()
                ? text
                : text.substring(0, 1).toUpperCase(Locale.ROOT)
                        + text.substring(1).toLowerCase(Locale.ROOT);
    }

    static boolean test(Budget budget, String test, @Nullable Object value, List<@Nullable Object> arguments) {
        return switch (test) {
            case "defined" -> value != Values.UNDEFINED;
            case "undefined" -> value == Values.UNDEFINED;
            case "none" -> value == null;
            case "string" -> value instanceof String;
            case "mapping" -> value instanceof Map<?, ?>;
            case "iterable", "sequence" ->
                value instanceof List<?> || value instanceof String || value instanceof Map<?, ?>;
            case "number" -> value instanceof Number;
            case "boolean" -> value instanceof Boolean;
            case "true" -> Boolean.TRUE.equals(value);
            case "false" -> Boolean.FALSE.equals(value);
            case "equalto", "eq", "==" -> Values.areEqual(budget, value, arguments.getFirst());
            case "ne" -> !Values.areEqual(budget, value, arguments.getFirst());
            case "in" -> (boolean) Values.compare(budget, "in", value, arguments.getFirst());
            case "odd" -> Math.floorMod(Values.integer(value), 2) == 1;
            case "even" -> Math.floorMod(Values.integer(value), 2) == 0;
            default -> throw new TemplateException("the test \"" + test + "\" is not supported");
        };
    }

    static @Nullable Object method(
            Budget budget,
            @Nullable Object value,
            String name,
            List<@Nullable Object> arguments,
            Map<String, @Nullable Object> named) {
        if (value instanceof Map<?, ?> map) {
            if (map.get(name) instanceof Values.Function function) return function.call(arguments, named);
            return switch (name) {
                case "items" -> {
                    budget.elements(3L * map.size());
                    var pairs = new ArrayList<@Nullable Object>();
                    // Not List.of: a value may be null.
                    for (var entry : map.entrySet()) pairs.add(Arrays.asList(entry.getKey(), entry.getValue()));
                    yield pairs;
                }
                case "keys" -> copyOf(budget, map.keySet());
                case "values" -> copyOf(budget, map.values());
                case "get" ->
                    arguments.getFirst() instanceof String key && map.containsKey(key)
                            ? map.get(key)
                            : arguments.size() > 1 ? arguments.get(1) : null;
                default -> throw new TemplateException("the method \"" + name + "\" of a map is not supported");
            };
        }
        if (!(value instanceof String text))
            throw new TemplateException("it calls \"" + name + "\" of a value that does not support it");
        budget.spend(2L * text.length());
        return switch (name) {
            case "strip" -> strip(budget, text, arguments, true, true);
            case "lstrip" -> strip(budget, text, arguments, true, false);
            case "rstrip" -> strip(budget, text, arguments, false, true);
            case "startswith" -> text.startsWith(text(arguments, 0, name));
            case "endswith" -> text.endsWith(text(arguments, 0, name));
            case "upper" -> text.toUpperCase(Locale.ROOT);
            case "lower" -> text.toLowerCase(Locale.ROOT);
            case "capitalize", "title" -> capitalize(text);
            case "replace" -> replace(budget, text, text(arguments, 0, name), text(arguments, 1, name));
            case "split" ->
                split(
                        budget,
                        text,
                        arguments.isEmpty() || arguments.getFirst() == null ? null : text(arguments, 0, name));
            default -> throw new TemplateException("the method \"" + name + "\" of a string is not supported");
        };
    }

    private static List<Object> split(Budget budget, String text, @Nullable String separator) {
        var parts = new ArrayList<Object>();
        if (separator == null) {
            budget.elements(text.length());
            for (var part : text.strip().split("\\s+")) if (!part.isEmpty()) parts.add(part);
            return parts;
        }
        if (separator.isEmpty()) throw new TemplateException("it splits a string at an empty separator");
        budget.search(text, separator);
        int from = 0;
        for (int at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, from)) {
            budget.elements(1);
            parts.add(text.substring(from, at));
            from = at + separator.length();
        }
        parts.add(text.substring(from));
        return parts;
    }

    private static String strip(
            Budget budget, String text, List<@Nullable Object> arguments, boolean left, boolean right) {
        String characters = arguments.isEmpty() || arguments.getFirst() == null ? null : text(arguments, 0, "strip");
        if (characters != null) budget.search(text, characters);
        int from = 0;
        int to = text.length();
        while (left && from < to && isStripped(text.charAt(from), characters)) from++;
        while (right && to > from && isStripped(text.charAt(to - 1), characters)) to--;
        return text.substring(from, to);
    }

    private static boolean isStripped(char c, @Nullable String characters) {
        return characters == null ? Character.isWhitespace(c) : characters.indexOf(c) >= 0;
    }
}
