package dev.espalier.answer.extract;

import java.util.regex.Pattern;

/// The words with which a text says that a value is not its answer: "The answer is not 7."
final class Denials {
    private static final int WINDOW = 80;
    private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;
    private static final String MARKUP = "(?:\\$|\\*|\\\\\\(|`|\"|\\s){0,6}$";
    private static final String NOT = "(?:not|no|nicht|pas|non|n\u00e3o|niet|\u043d\u0435)";

    /// "8, not 7", "8 and not 7": the value before it stands.
    private static final Pattern CONTRAST = Pattern.compile(
            "(?:[,;(\u2013\u2014]\\s*|\\s(?:and|but|und|et|y|e|en|\u0430)\\s+)(?:(?:and|but|und|et|y|e|en|\u0430)\\s+)?"
                    + NOT + "\\s+" + MARKUP,
            FLAGS);
    private static final Pattern BEFORE = Pattern.compile(
            "(?:(?:(?<!\\p{L})(?:not|never|cannot)|n['\u2019]t)\\s+(?:(?:think|believe|say|that|the|our|final|correct|answer|result|value|solution|is|be|equals?|to|simply|just|exactly|really|necessarily|even)\\s+){0,8}"
                    + "|(?:wrong|incorrect|false)\\s+(?:to\\s+(?:say|think|claim|conclude)\\s+)?(?:that\\s+)?the\\s+(?:final\\s+)?(?:answer|result)\\s+is\\s+"
                    + "|(?<!\\p{L})no\\s+(?:es|son|ser\u00eda|ser\u00e1|puede\\s+ser|vale)\\s+"
                    + "|(?<!\\p{L})n\u00e3o\\s+(?:\u00e9|s\u00e3o|seria|ser\u00e1|pode\\s+ser)\\s+"
                    + "|(?<!\\p{L})non\\s+(?:\u00e8|sono|sarebbe|sar\u00e0|pu\u00f2\\s+essere)\\s+"
                    + "|(?<!\\p{L})pas\\s+(?:\u00eatre\\s+|\u00e9gale?\\s+\u00e0\\s+|de\\s+)?"
                    + "|(?<!\\p{L})(?:nicht|niet)\\s+(?:gleich\\s+|etwa\\s+|einfach\\s+)?"
                    + "|(?<!\\p{L})\u043d\u0435\\s+(?:\u0440\u0430\u0432\\p{L}{1,3}\\s+|\u043c\u043e\u0436\u0435\u0442\\s+\u0431\u044b\u0442\u044c\\s+)?"
                    + "|(?:\u4e0d\u662f|\u4e0d\u4e3a|\u4e0d\u70ba|\u4e0d\u7b49\u4e8e|\u4e0d\u7b49\u65bc|\u4e0d[\u4f1a\u6703\u80fd]\u662f|[\u5e76\u4e26]\u975e))"
                    + MARKUP,
            FLAGS);
    private static final Pattern BEHIND = Pattern.compile(
            "[\\s$*`\"]{0,4}(?:(?:\u3067\u306f|\u3058\u3083)(?:\u3042\u308a\u307e\u305b\u3093|\u306a\u3044)|[\uc774\uac00]?\\s?\uc544(?:\ub2d9\ub2c8\ub2e4|\ub2c8\ub2e4|\ub2c8\uc5d0\uc694)"
                    + "|[?\uff1f][\\s*]{0,4}(?:no|nope|not|wrong|incorrect|nein|non|n\u00e3o|\u043d\u0435\u0442|\u4e0d)(?![a-z])"
                    + "|\\s(?:is|was|would\\s+be)\\s+(?:wrong|incorrect|not\\s+(?:the\\s+(?:final\\s+|correct\\s+|right\\s+)?answer|right|correct)))",
            FLAGS);

    private Denials() {}

    /// Whether the value that begins at `start` is set against one before it that stands: "8, not 7".
    static boolean contrasts(String text, int start) {
        return CONTRAST.matcher(before(text, start)).find();
    }

    /// Whether the text says that the value from `start` to `end` is not so.
    static boolean denies(String text, int start, int end) {
        return BEFORE.matcher(before(text, start)).find() || deniesBehind(text, end);
    }

    /// Whether the words behind a value, which ends at `end`, deny it.
    static boolean deniesBehind(String text, int end) {
        return BEHIND.matcher(text)
                .region(end, Math.min(text.length(), end + WINDOW))
                .lookingAt();
    }

    private static String before(String text, int start) {
        return text.substring(Math.max(0, start - WINDOW), start);
    }
}
