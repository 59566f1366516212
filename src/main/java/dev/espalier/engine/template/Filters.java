package dev.espalier.engine.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The filters, tests and methods that chat templates use.
final class Filters {
    private Filters() {}

    static @Nullable Object apply(String filter, @Nullable Object value, List<@Nullable Object> arguments, Map<String, @Nullable Object> named) {
        return switch (filter) {
            case "trim" -> Values.text(value).strip();
            case "length", "count" -> value instanceof Map<?, ?> map ? Long.valueOf(map.size()) : Long.valueOf(Values.items(value).size());
            case "string" -> Values.text(value);
            case "safe" -> value;
            case "upper" -> Values.text(value).toUpperCase(Locale.ROOT);
            case "lower" -> Values.text(value).toLowerCase(Locale.ROOT);
            case "capitalize" -> capitalized(Values.text(value));
            case "list" -> new ArrayList<>(Values.items(value));
            case "first" -> Values.element(value, 0L);
            case "last" -> Values.element(value, -1L);
            case "items" -> method(value, "items", arguments, named);
            case "join" -> Values.items(value).stream().map(Values::text).collect(Collectors.joining(arguments.isEmpty() ? "" : Values.text(arguments.getFirst())));
            case "replace" -> Values.text(value).replace(Values.text(arguments.get(0)), Values.text(arguments.get(1)));
            case "default", "d" -> value == Values.UNDEFINED || arguments.size() > 1 && Values.truth(arguments.get(1)) && !Values.truth(value) ? arguments.isEmpty() ? "" : arguments.getFirst() : value;
            case "selectattr", "rejectattr" -> selected(filter.startsWith("select"), value, arguments);
            case "map" -> Values.items(value).stream().map(item -> named.containsKey("attribute") ? Values.field(item, Values.text(named.get("attribute")))
                : apply(Values.text(arguments.getFirst()), item, arguments.subList(1, arguments.size()), Map.of())).collect(Collectors.toCollection(ArrayList::new));
            default -> throw new TemplateException("the filter \"" + filter + "\" is not known here");
        };
    }

    private static List<@Nullable Object> selected(boolean wanted, @Nullable Object value, List<@Nullable Object> arguments) {
        var found = new ArrayList<@Nullable Object>();
        for (var item : Values.items(value)) {
            var field = Values.field(item, Values.text(arguments.getFirst()));
            boolean holds = arguments.size() == 1 ? Values.truth(field) : test(Values.text(arguments.get(1)), field, arguments.subList(2, arguments.size()));
            if (holds == wanted) found.add(item);
        }
        return found;
    }

    private static String capitalized(String text) {
        return text.isEmpty() ? text : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1).toLowerCase(Locale.ROOT);
    }

    static boolean test(String test, @Nullable Object value, List<@Nullable Object> arguments) {
        return switch (test) {
            case "defined" -> value != Values.UNDEFINED;
            case "undefined" -> value == Values.UNDEFINED;
            case "none" -> value == null;
            case "string" -> value instanceof String;
            case "mapping" -> value instanceof Map<?, ?>;
            case "iterable", "sequence" -> value instanceof List<?> || value instanceof String || value instanceof Map<?, ?>;
            case "number" -> value instanceof Number;
            case "boolean" -> value instanceof Boolean;
            case "true" -> Boolean.TRUE.equals(value);
            case "false" -> Boolean.FALSE.equals(value);
            case "equalto", "eq", "==" -> Values.same(value, arguments.getFirst());
            case "ne" -> !Values.same(value, arguments.getFirst());
            case "in" -> (boolean) Values.compare("in", value, arguments.getFirst());
            case "odd" -> Math.floorMod((Long) Objects.requireNonNull(value), 2) == 1;
            case "even" -> Math.floorMod((Long) Objects.requireNonNull(value), 2) == 0;
            default -> throw new TemplateException("the test \"" + test + "\" is not known here");
        };
    }

    static @Nullable Object method(@Nullable Object value, String name, List<@Nullable Object> arguments, Map<String, @Nullable Object> named) {
        if (value instanceof Map<?, ?> map) {
            if (map.get(name) instanceof Values.Function function) return function.call(arguments, named);
            return switch (name) {
                case "items" -> map.entrySet().stream().map(entry -> (Object) List.of(entry.getKey(), entry.getValue())).collect(Collectors.toCollection(ArrayList::new));
                case "keys" -> new ArrayList<Object>(map.keySet());
                case "values" -> new ArrayList<Object>(map.values());
                case "get" -> map.containsKey(arguments.getFirst()) ? map.get(arguments.getFirst()) : arguments.size() > 1 ? arguments.get(1) : null;
                default -> throw new TemplateException("the method \"" + name + "\" of a map is not known here");
            };
        }
        if (!(value instanceof String text)) throw new TemplateException("it calls \"" + name + "\" of something that is not known here");
        var first = arguments.isEmpty() ? null : arguments.getFirst();
        return switch (name) {
            case "strip" -> stripped(text, (String) first, true, true);
            case "lstrip" -> stripped(text, (String) first, true, false);
            case "rstrip" -> stripped(text, (String) first, false, true);
            case "startswith" -> text.startsWith((String) Objects.requireNonNull(first));
            case "endswith" -> text.endsWith((String) Objects.requireNonNull(first));
            case "upper" -> text.toUpperCase(Locale.ROOT);
            case "lower" -> text.toLowerCase(Locale.ROOT);
            case "capitalize", "title" -> capitalized(text);
            case "replace" -> text.replace((String) Objects.requireNonNull(first), (String) Objects.requireNonNull(arguments.get(1)));
            case "split" -> split(text, (String) first);
            default -> throw new TemplateException("the method \"" + name + "\" of a text is not known here");
        };
    }

    private static List<Object> split(String text, @Nullable String separator) {
        var parts = new ArrayList<Object>();
        if (separator == null) {
            for (var part : text.strip().split("\\s+")) if (!part.isEmpty()) parts.add(part);
            return parts;
        }
        int from = 0;
        for (int at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, from)) {
            parts.add(text.substring(from, at));
            from = at + separator.length();
        }
        parts.add(text.substring(from));
        return parts;
    }

    private static String stripped(String text, @Nullable String characters, boolean left, boolean right) {
        int from = 0;
        int to = text.length();
        while (left && from < to && strips(text.charAt(from), characters)) from++;
        while (right && to > from && strips(text.charAt(to - 1), characters)) to--;
        return text.substring(from, to);
    }

    private static boolean strips(char c, @Nullable String characters) {
        return characters == null ? Character.isWhitespace(c) : characters.indexOf(c) >= 0;
    }
}
