package dev.espalier.engine.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Operations on a template's values: strings, long and double numbers, booleans, lists, maps, functions, and null for
/// none.
final class Values {
    /// The value of an undefined variable.
    static final Object UNDEFINED = new Object();

    private Values() {}

    /// A callable value.
    interface Function {
        @Nullable
        Object call(List<@Nullable Object> arguments, Map<String, @Nullable Object> named);
    }

    static boolean isTrue(@Nullable Object value) {
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
        throw new TemplateException("it prints a list or a map, which is not supported");
    }

    static List<?> items(Budget budget, @Nullable Object value) {
        return switch (value) {
            case List<?> list -> list;
            case Map<?, ?> map -> {
                budget.elements(map.size());
                yield new ArrayList<>(map.keySet());
            }
            case String s -> {
                budget.elements(s.length());
                yield s.codePoints().mapToObj(Character::toString).toList();
            }
            case null, default -> throw new TemplateException("it loops over something that is not a list");
        };
    }

    static long length(Budget budget, @Nullable Object value) {
        return switch (value) {
            case String s -> {
                budget.spend(s.length());
                yield s.codePointCount(0, s.length());
            }
            case Map<?, ?> map -> map.size();
            case List<?> list -> list.size();
            case null, default -> throw new TemplateException("it asks for the length of something that has none");
        };
    }

    @SuppressWarnings("unchecked")
    static Map<String, @Nullable Object> fields(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) return (Map<String, @Nullable Object>) map;
        throw new TemplateException("it sets a field of something that has none");
    }

    static @Nullable Object field(@Nullable Object value, String name) {
        if (value == UNDEFINED)
            throw new TemplateException("it reads \"" + name + "\" of something that is not defined");
        return value instanceof Map<?, ?> map && map.containsKey(name) ? map.get(name) : UNDEFINED;
    }

    static @Nullable Object element(Budget budget, @Nullable Object value, @Nullable Object index) {
        if (index instanceof String name) return field(value, name);
        long at = integer(index);
        long size = length(budget, value);
        if (at < 0) at += size;
        if (at < 0 || at >= size) return UNDEFINED;
        return value instanceof String text
                ? Character.toString(text.codePointAt(text.offsetByCodePoints(0, (int) at)))
                : items(budget, value).get((int) at);
    }

    /// Python's slice: start, end, step, each of which may be null.
    static Object slice(Budget budget, @Nullable Object value, List<@Nullable Long> parts) {
        int size = (int) length(budget, value);
        long step = parts.size() > 2 && parts.get(2) != null ? Math.clamp(parts.get(2), -size - 1L, size + 1L) : 1;
        if (step == 0) throw new TemplateException("a slice with step 0");
        Long start = parts.get(0);
        Long end = parts.get(1);
        long from = start == null ? step > 0 ? 0 : size - 1 : clampIndex(start, size, step);
        long to = end == null ? step > 0 ? size : -1 : clampIndex(end, size, step);
        if (value instanceof String whole) {
            budget.spend(2L * whole.length());
            int[] characters = whole.codePoints().toArray();
            var text = new StringBuilder();
            for (long i = from; step > 0 ? i < to : i > to; i += step) text.appendCodePoint(characters[(int) i]);
            return text.toString();
        }
        budget.elements(size);
        var list = items(budget, value);
        var sliced = new ArrayList<@Nullable Object>();
        for (long i = from; step > 0 ? i < to : i > to; i += step) sliced.add(list.get((int) i));
        return sliced;
    }

    private static long clampIndex(long index, int size, long step) {
        long at = index < 0 ? index + size : index;
        return step > 0 ? Math.clamp(at, 0, size) : Math.clamp(at, -1, size - 1);
    }

    static Object compare(Budget budget, String operator, @Nullable Object a, @Nullable Object b) {
        return switch (operator) {
            case "==" -> areEqual(budget, a, b);
            case "!=" -> !areEqual(budget, a, b);
            case "in" -> in(budget, a, b);
            default -> {
                int order = a instanceof String s && b instanceof String t
                        ? compareText(budget, s, t)
                        : Double.compare(number(a), number(b));
                yield switch (operator) {
                    case "<" -> order < 0;
                    case ">" -> order > 0;
                    case "<=" -> order <= 0;
                    default -> order >= 0;
                };
            }
        };
    }

    private static int compareText(Budget budget, String a, String b) {
        budget.spend(Math.min(a.length(), b.length()));
        return a.compareTo(b);
    }

    private static boolean in(Budget budget, @Nullable Object item, @Nullable Object collection) {
        if (collection instanceof String text) {
            if (!(item instanceof String part))
                throw new TemplateException("it searches a string for something that is not a string");
            budget.search(text, part);
            return text.contains(part);
        }
        if (collection instanceof Map<?, ?> map) return item instanceof String key && map.containsKey(key);
        for (var other : items(budget, collection)) if (areEqual(budget, other, item)) return true;
        return false;
    }

    /// Compares by value. Lists and maps may contain one another many times, so each comparison spends budget.
    static boolean areEqual(Budget budget, @Nullable Object a, @Nullable Object b) {
        if (a == b) return true;
        budget.enter();
        boolean same = switch (a) {
            case Number n when b instanceof Number m -> n.doubleValue() == m.doubleValue();
            case String s
            when b instanceof String t -> {
                budget.spend(Math.min(s.length(), t.length()));
                yield s.equals(t);
            }
            case List<?> s
            when b instanceof List<?> t -> {
                boolean all = s.size() == t.size();
                for (int i = 0; all && i < s.size(); i++) all = areEqual(budget, s.get(i), t.get(i));
                yield all;
            }
            case Map<?, ?> s
            when b instanceof Map<?, ?> t -> {
                boolean all = s.size() == t.size();
                for (var entry : s.entrySet())
                    all = all
                            && t.containsKey(entry.getKey())
                            && areEqual(budget, entry.getValue(), t.get(entry.getKey()));
                yield all;
            }
            case null, default -> Objects.equals(a, b);
        };
        budget.leave();
        return same;
    }

    private static double number(@Nullable Object value) {
        if (value instanceof Number n) return n.doubleValue();
        throw new TemplateException("it calculates with something that is not a number");
    }

    static long integer(@Nullable Object value) {
        if (value instanceof Long n) return n;
        throw new TemplateException("an integer is expected where the value is something else");
    }

    static Object arithmetic(Budget budget, String operator, @Nullable Object a, @Nullable Object b) {
        if (operator.equals("~")) return concatenate(budget, text(a), text(b));
        if (operator.equals("+") && a instanceof String s && b instanceof String t) return concatenate(budget, s, t);
        if (operator.equals("+") && a instanceof List<?> s && b instanceof List<?> t) {
            budget.elements((long) s.size() + t.size());
            var joined = new ArrayList<@Nullable Object>(s);
            joined.addAll(t);
            return joined;
        }
        if (a instanceof Long x && b instanceof Long y && !operator.equals("/")) {
            if (y == 0 && (operator.equals("//") || operator.equals("%")))
                throw new TemplateException("it divides by zero");
            return switch (operator) {
                case "+" -> Math.addExact(x, y);
                case "-" -> Math.subtractExact(x, y);
                case "*" -> Math.multiplyExact(x, y);
                case "//" -> Math.floorDivExact(x, y);
                default -> Math.floorMod(x, y);
            };
        }
        return switch (operator) {
            case "+" -> number(a) + number(b);
            case "-" -> number(a) - number(b);
            case "*" -> number(a) * number(b);
            case "/" -> number(a) / number(b);
            default -> throw new TemplateException("\"" + operator + "\" of such values is not supported");
        };
    }

    private static String concatenate(Budget budget, String a, String b) {
        budget.spend((long) a.length() + b.length());
        return a.concat(b);
    }
}
