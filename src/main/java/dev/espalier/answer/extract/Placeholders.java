package dev.espalier.answer.extract;

import java.util.regex.Pattern;

/// Tells answers from what prompts write in their place: `[your answer]`, `...`, `$ANSWER`.
final class Placeholders {
    private static final int LONGEST = 80;
    private static final String FORMATTING =
            "(?:\\\\(?:text|mathrm|mathbf|textbf|boxed|quad|qquad|ldots|dots|cdots?|square|Box|blacksquare|bullet|ast|star|hspace|underline|phantom|ldotp|,|;|!|:| |_)|[\\s\\[\\](){}<>$*_~`\"'.\u2026?-])";
    private static final String WORDS =
            "(?:(?:your|the|my|final|correct|an?|insert|put|write|only|single|numerical|numeric|here|goes)\\s+){0,5}";
    private static final Pattern PLACEHOLDER = Pattern.compile(
            FORMATTING + "*+(?:(?<words>" + WORDS
                    + "(?:answer|result|number|letter|value|solution|choice|option|expression)s?(?:\\s+(?:goes\\s+)?here|\\s+(?:number|letter|value|choice|only))?)"
                    + "|(?:\u4f60\u7684)?\u7b54\u6848|tbd|xxx+)?" + FORMATTING + "*+",
            Pattern.CASE_INSENSITIVE);

    private Placeholders() {}

    static boolean matches(String answer) {
        return answer.length() <= LONGEST && PLACEHOLDER.matcher(answer).matches();
    }
}
