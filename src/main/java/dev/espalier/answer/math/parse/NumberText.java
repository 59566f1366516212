package dev.espalier.answer.math.parse;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads numbers in words: "seven", "twenty-one", "one hundred and five", "two thirds", "seven apples"; in German,
/// French and Spanish up to twelve; Chinese numerals up to 99.
final class NumberText {
    private static final int LONGEST = 60;
    private static final int MOST_UNIT_WORDS = 2;
    private static final Pattern WRAPPED = Pattern.compile("\\\\(?:text|textbf|mathrm|mbox)\\s*\\{\\s*([^{}\\\\]*)\\}");
    private static final Pattern PLAIN = Pattern.compile("[\\p{L} -]+");
    private static final Pattern BETWEEN = Pattern.compile("[\\s-]+");
    private static final String HAN = "\u3007\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d";
    private static final Pattern CHINESE = Pattern.compile("[\u4e00-\u9fff\u3007]{1,3}");

    private static final Map<String, Integer> SMALL = new HashMap<>();
    private static final Map<String, Integer> TENS = new HashMap<>();
    private static final Map<String, Integer> PARTS = new HashMap<>();
    private static final Map<String, Integer> OTHER_LANGUAGES = new HashMap<>();

    static {
        number(
                SMALL,
                0,
                "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
                        + " sixteen seventeen eighteen nineteen");
        var tens = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");
        for (int i = 0; i < tens.length; i++) TENS.put(tens[i], 10 * (i + 2));
        number(PARTS, 3, "third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth");
        number(PARTS, 3, "thirds fourths fifths sixths sevenths eighths ninths tenths elevenths twelfths");
        PARTS.putAll(Map.of("half", 2, "halves", 2, "quarter", 4, "quarters", 4));
        number(OTHER_LANGUAGES, 0, "null eins zwei drei vier f\u00fcnf sechs sieben acht neun zehn elf zw\u00f6lf");
        number(OTHER_LANGUAGES, 0, "z\u00e9ro un deux trois quatre cinq six sept huit neuf dix onze douze");
        number(OTHER_LANGUAGES, 0, "cero uno dos tres cuatro cinco seis siete ocho nueve diez");
        OTHER_LANGUAGES.put("doce", 12);
        OTHER_LANGUAGES.remove("null");
    }

    private NumberText() {}

    private static void number(Map<String, Integer> into, int first, String words) {
        int value = first;
        for (var word : words.split(" ")) into.put(word, value++);
    }

    /// Returns the number, with the words of a unit behind; null if the text is no number in words.
    static @Nullable String digits(String text) {
        if (text.isEmpty() || text.length() > LONGEST) return null;
        var wrapped = WRAPPED.matcher(text);
        var plain = (wrapped.matches() ? wrapped.group(1) : text).strip().toLowerCase(Locale.ROOT);
        if (CHINESE.matcher(plain).matches()) return chinese(plain);
        if (!PLAIN.matcher(plain).matches()) return null;
        var other = OTHER_LANGUAGES.get(plain);
        if (other != null) return String.valueOf(other);
        return english(List.of(BETWEEN.split(plain)));
    }

    private static @Nullable String english(List<String> words) {
        long sum = 0;
        long below = -1;
        int at = 0;
        int last = Integer.MAX_VALUE;
        for (; at < words.size(); at++) {
            var word = words.get(at);
            if (SMALL.get(word) instanceof Integer small) {
                if (last <= 9 || last < 100 && small > 9) return null;
                below = Math.max(below, 0) + small;
                last = small == 0 ? 1 : small;
                if (small >= 10) last = 9;
            } else if (TENS.get(word) instanceof Integer ten) {
                if (last < 100) return null;
                below = Math.max(below, 0) + ten;
                last = 10;
            } else if (word.equals("hundred") && below > 0 && below < 10) {
                below *= 100;
                last = 100;
            } else if ((word.equals("thousand") || word.equals("million")) && below > 0 && sum == 0) {
                sum = below * (word.equals("thousand") ? 1_000 : 1_000_000);
                below = 0;
                last = Integer.MAX_VALUE;
            } else if (!(word.equals("and") && (sum > 0 || below >= 100) && at + 1 < words.size())) {
                break;
            }
        }
        if (at == words.size()) return below < 0 ? null : String.valueOf(sum + below);
        int left = words.size() - at;
        var part = PARTS.get(words.get(at));
        if (part != null && left == 1) {
            if (below < 0) return words.get(at).equals("half") ? "\\frac{1}{2}" : null;
            return below > 0 ? "\\frac{" + (sum + below) + "}{" + part + "}" : null;
        }
        // "seven apples", but not "one of them"
        return below >= 0
                        && left <= MOST_UNIT_WORDS
                        && words.get(at).endsWith("s")
                        && words.get(at).length() > 3
                ? (sum + below) + "\\text{ " + String.join(" ", words.subList(at, words.size())) + "}"
                : null;
    }

    private static @Nullable String chinese(String text) {
        int ten = text.indexOf('\u5341');
        if (ten < 0) return text.length() == 1 && HAN.contains(text) ? String.valueOf(HAN.indexOf(text)) : null;
        int tens = ten == 0 ? 1 : ten == 1 ? HAN.indexOf(text.charAt(0)) : -1;
        int ones = ten == text.length() - 1 ? 0 : ten == text.length() - 2 ? HAN.indexOf(text.charAt(ten + 1)) : -1;
        return tens < 1 || ones < 0 ? null : String.valueOf(10 * tens + ones);
    }
}
