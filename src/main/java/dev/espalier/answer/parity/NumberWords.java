package dev.espalier.answer.parity;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads English number words as the Python package word2number 1.1 does; the toolkit applies it to every answer. Skips
/// unknown words, so "three apples" is 3. Reproduces the limits of the package too.
final class NumberWords {
    private static final String POINT = "point";
    private static final Pattern SPACE = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern DIGITS = Pattern.compile("\\p{Nd}+");
    private static final List<String> SCALES = List.of("billion", "million", "thousand");
    private static final Map<String, Long> VALUES = Map.ofEntries(
            Map.entry("zero", 0L),
            Map.entry("one", 1L),
            Map.entry("two", 2L),
            Map.entry("three", 3L),
            Map.entry("four", 4L),
            Map.entry("five", 5L),
            Map.entry("six", 6L),
            Map.entry("seven", 7L),
            Map.entry("eight", 8L),
            Map.entry("nine", 9L),
            Map.entry("ten", 10L),
            Map.entry("eleven", 11L),
            Map.entry("twelve", 12L),
            Map.entry("thirteen", 13L),
            Map.entry("fourteen", 14L),
            Map.entry("fifteen", 15L),
            Map.entry("sixteen", 16L),
            Map.entry("seventeen", 17L),
            Map.entry("eighteen", 18L),
            Map.entry("nineteen", 19L),
            Map.entry("twenty", 20L),
            Map.entry("thirty", 30L),
            Map.entry("forty", 40L),
            Map.entry("fifty", 50L),
            Map.entry("sixty", 60L),
            Map.entry("seventy", 70L),
            Map.entry("eighty", 80L),
            Map.entry("ninety", 90L),
            Map.entry("hundred", 100L),
            Map.entry("thousand", 1_000L),
            Map.entry("million", 1_000_000L),
            Map.entry("billion", 1_000_000_000L));

    private NumberWords() {}

    /// Returns the number in digits; the unchanged text if it contains no number word.
    static String digits(String text) {
        var plain = text.replace('-', ' ').toLowerCase(Locale.ROOT);
        if (DIGITS.matcher(plain).matches()) return ascii(plain).replaceFirst("^0+(?=.)", "");
        var words = new ArrayList<String>();
        for (var word : SPACE.split(plain.strip())) if (word.equals(POINT) || VALUES.containsKey(word)) words.add(word);
        var number = words.isEmpty() ? null : number(words);
        return number == null ? text : number;
    }

    /// Python reads the digits of all scripts.
    private static String ascii(String digits) {
        var ascii = new StringBuilder();
        digits.codePoints().forEach(digit -> ascii.append(Character.digit(digit, 10)));
        return ascii.toString();
    }

    private static @Nullable String number(List<String> words) {
        int point = words.indexOf(POINT);
        if (point != words.lastIndexOf(POINT)) return null;
        var whole = point < 0 ? words : words.subList(0, point);
        var sum = whole.isEmpty() ? Long.valueOf(0) : whole(whole);
        if (sum == null) return null;
        if (point < 0 || point == words.size() - 1) return Long.toString(sum);
        var decimals = new StringBuilder("0.");
        for (var word : words.subList(point + 1, words.size())) {
            long digit = value(word);
            if (digit > 9) return Long.toString(sum);
            decimals.append(digit);
        }
        return Double.toString(sum + Double.parseDouble(decimals.toString()));
    }

    private static long value(String word) {
        return Objects.requireNonNull(VALUES.get(word));
    }

    private static @Nullable Long whole(List<String> words) {
        if (words.size() == 1) return VALUES.get(words.getFirst());
        long sum = 0;
        int from = 0;
        for (var scale : SCALES) {
            int at = words.indexOf(scale);
            if (at < 0) continue;
            if (at != words.lastIndexOf(scale) || at < from) return null;
            var factor = belowThousand(words.subList(from, at));
            if (factor == null) return null;
            sum += factor * value(scale);
            from = at + 1;
        }
        if (from == words.size()) return sum;
        var rest = belowThousand(words.subList(from, words.size()));
        return rest == null ? null : Long.valueOf(sum + rest);
    }

    /// Two to four words: "four hundred twenty one", "four hundred two", "four hundred" or "forty two". Of longer
    /// lists only the first word counts.
    private static @Nullable Long belowThousand(List<String> words) {
        var n = words.stream().map(VALUES::get).toList();
        return switch (n.size()) {
            case 0 -> null;
            case 4 -> n.get(0) * n.get(1) + n.get(2) + n.get(3);
            case 3 -> n.get(0) * n.get(1) + n.get(2);
            case 2 -> n.contains(100L) ? n.get(0) * n.get(1) : Long.valueOf(n.get(0) + n.get(1));
            default -> n.getFirst();
        };
    }
}
