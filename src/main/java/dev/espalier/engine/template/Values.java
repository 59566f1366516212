package dev.espalier.engine.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a template calculates with: strings, long and double numbers, booleans, lists, maps, functions, null for none.
final class Values {
    /// What a name stands for that nothing was set for.
    static final Object UNDEFINED = new Object();

    private Values() {}

    /// Something that can be called.
    interface Function {
        @Nullable Object call(List<@Nullable Object> arguments, Map<String, @Nullable Object> named);
    }

    static boolean truth(@Nullable Object value) {
        return switch (value) {
            case null -> false;
            case Boolean b -> b;
            case String s -> !s.isEmpty();
            case Long n -> n != 0;
            case Double n -> n != 0;
            case List<?> list -> !list.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            default -> value != UNDEFINED;
        };
    }

    static String text(@Nullable Object value) {
        if (value == null) return "None";
        if (value == UNDEFINED) return "";
        if (value instanceof Boolean b) return b ? "True" : "False";
        if (value instanceof String || value instanceof Number) return value.toString();
        throw new TemplateException("it prints a list or a map, which is not known here");
    }

    static List<?> items(@Nullable Object value) {
        return switch (value) {
            case List<?> list -> list;
            case Map<?, ?> map -> new ArrayList<>(map.keySet());
            case String s -> s.codePoints().mapToObj(Character::toString).toList();
            case null, default -> throw new TemplateException("it loops over something that is no list");
        };
    }

    @SuppressWarnings("unchecked")
    static Map<String, @Nullable Object> fields(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) return (Map<String, @Nullable Object>) map;
        throw new TemplateException("it sets a field of something that has none");
    }

    static @Nullable Object field(@Nullable Object value, String name) {
        if (value == UNDEFINED) throw new TemplateException("it reads \"" + name + "\" of something that is not defined");
        return value instanceof Map<?, ?> map && map.containsKey(name) ? map.get(name) : UNDEFINED;
    }

    static @Nullable Object element(@Nullable Object value, @Nullable Object index) {
        if (index instanceof String name) return field(value, name);
        long at = (Long) Objects.requireNonNull(index);
        var list = items(value);
        if (at < 0) at += list.size();
        return at >= 0 && at < list.size() ? list.get((int) at) : UNDEFINED;
    }

    /// As Python cuts: start, end, step, each of which may be absent.
    static Object slice(@Nullable Object value, List<@Nullable Long> parts) {
        var list = items(value);
        int size = list.size();
        long step = parts.size() > 2 && parts.get(2) != null ? parts.get(2) : 1;
        if (step == 0) throw new TemplateException("a slice with step 0");
        Long start = parts.get(0);
        Long end = parts.get(1);
        long from = start == null ? step > 0 ? 0 : size - 1 : bounded(start, size, step);
        long to = end == null ? step > 0 ? size : -1 : bounded(end, size, step);
        var cut = new ArrayList<@Nullable Object>();
        for (long i = from; step > 0 ? i < to : i > to; i += step) cut.add(list.get((int) i));
        if (!(value instanceof String)) return cut;
        var text = new StringBuilder();
        for (var c : cut) text.append(c);
        return text.toString();
    }

    private static long bounded(long index, int size, long step) {
        long at = index < 0 ? index + size : index;
        return step > 0 ? Math.clamp(at, 0, size) : Math.clamp(at, -1, size - 1);
    }

    static Object compare(String operator, @Nullable Object a, @Nullable Object b) {
        return switch (operator) {
            case "==" -> same(a, b);
            case "!=" -> !same(a, b);
            case "in" -> switch (b) {
                case String text -> text.contains((String) Objects.requireNonNull(a));
                case Map<?, ?> map -> map.containsKey(a);
                case null, default -> items(b).stream().anyMatch(item -> same(item, a));
            };
            default -> {
                int order = a instanceof String s && b instanceof String t ? s.compareTo(t) : Double.compare(number(a), number(b));
                yield switch (operator) {
                    case "<" -> order < 0;
                    case ">" -> order > 0;
                    case "<=" -> order <= 0;
                    default -> order >= 0;
                };
            }
        };
    }

    static boolean same(@Nullable Object a, @Nullable Object b) {
        return a instanceof Number && b instanceof Number ? number(a) == number(b) : Objects.equals(a, b);
    }

    private static double number(@Nullable Object value) {
        if (value instanceof Number n) return n.doubleValue();
        throw new TemplateException("it calculates with something that is no number");
    }

    static Object arithmetic(String operator, @Nullable Object a, @Nullable Object b) {
        if (operator.equals("~")) return text(a) + text(b);
        if (operator.equals("+") && a instanceof String s && b instanceof String t) return s + t;
        if (operator.equals("+") && a instanceof List<?> s && b instanceof List<?> t) {
            var joined = new ArrayList<@Nullable Object>(s);
            joined.addAll(t);
            return joined;
        }
        if (a instanceof Long x && b instanceof Long y && !operator.equals("/")) {
            if (y == 0 && (operator.equals("//") || operator.equals("%"))) throw new TemplateException("it divides by zero");
            return switch (operator) {
                case "+" -> x + y;
                case "-" -> x - y;
                case "*" -> x * y;
                case "//" -> Math.floorDiv(x, y);
                default -> Math.floorMod(x, y);
            };
        }
        return switch (operator) {
            case "+" -> number(a) + number(b);
            case "-" -> number(a) - number(b);
            case "*" -> number(a) * number(b);
            case "/" -> number(a) / number(b);
            default -> throw new TemplateException("\"" + operator + "\" of such values is not known here");
        };
    }
}
