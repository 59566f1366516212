package dev.espalier.answer.extract;

import dev.espalier.answer.Extraction;
import dev.espalier.answer.Extraction.Rule;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Finds the letter of a choice, A to J, where no sentence states the answer.
final class ChoiceLetters {
    private static final String FORMAT =
            "[\\s*_(\\[{$\"'`\uff08]{0,8}(?:\\\\(?:text|mathrm|mathbf|textbf|boxed)\\s?\\{[\\s(]{0,3}){0,2}";
    /// A letter that is no word of its own: "A cube" is a cube.
    private static final String LETTER =
            "(?<letter>[A-J])(?![\\w'\u2019]|\\s?[-+=/^*]\\s?\\w)(?!(?<=[AI])\\s+(?!(?:is|as|because|since|and|which|for|the)\\b)\\p{Ll})";

    /// A letter at the beginning of a stated value: "C since …".
    private static final Pattern VALUE = Pattern.compile(
            "(?:\u9009\u62e9?|\u9078\u64c7?|(?i:the|la|el|die|opci[\u00f3o]n)\\s){0,3}" + FORMAT + LETTER);
    /// Nothing but a letter on the first or the last line, or a letter and the text of its choice.
    private static final Pattern LINE = Pattern.compile(
            "\\A\\s*+(?:[*_#>$\\s\"'{]|\\\\\\(){0,6}(?:\\\\(?:text|textbf|mathbf|mathrm)\\s?\\{)?[(\\[\uff08]?(?<letter>[A-J])(?:[.)\\]}\uff09*_$\\s\"'\u3002]|\\\\\\)){0,8}?(?:[.):\uff1a,\u3001\uff09](?<text>[ \\t][^\\n]{0,200})|[ \\t]+[-\u2013\u2014](?<more>[ \\t][^\\n]{0,200})|[ \\t]*)(?=\\R|\\z)");
    /// What a remark about a choice holds, and the text of a choice does not.
    private static final Pattern REMARK = Pattern.compile(
            "(?i)\\b(?:is|are|was|cannot|can|isn't|would|must|may|has|seems|looks|wrong|incorrect|false)\\b|[(\\[][A-J][)\\]]");
    private static final Pattern LAST_LINE =
            Pattern.compile("\\R[ \\t]*[*_#> ]{0,4}[(\\[\uff08]?(?<letter>[A-J])[)\\]\uff09]?[.*_ \\t]{0,4}\\s*\\z");
    private static final Pattern NAMED = Pattern.compile(
            "(?=[oOcClLaAiItTwWsSpPmMhHdDeEgGrRB-J*(\\[\u9009\u9078\u7b54])(?:"
                    // "option C", "choice (C)"
                    + "(?i:\\b(?:options?|choices?|answers?|letter|opci[\u00f3o]n|alternativa|op\u00e7\u00e3o)|\u9009\u9879|\u9078\u9805|\u7b54\u6848)(?:\\s(?i:is|must\\s+be|choice|would\\s+be))?[\\s:\uff1a]{0,3}"
                    // "it must be C", "it's C", "I choose C"
                    + "|(?i:\\b(?:it|that|this|which)(?:'s|\u2019s|\\s+is|\\s+must\\s+be|\\s+has\\s+to\\s+be|\\s+should\\s+be|\\s+would\\s+be)(?:\\s+(?:therefore|thus|option|choice|clearly|definitely))?)\\s"
                    + "|(?i:\\b(?:i|we)(?:'d|'ll|\u2019d|\u2019ll|\\s+would|\\s+will|\\s+must|\\s+should)?\\s+(?:choose|pick|select|say|go\\s+with|conclude|answer)|\\b(?:choose|select|pick|mark)(?:\\s+(?:option|choice))?)[\\s:]{1,2}"
                    + "|(?:\u9009\u62e9?|\u9078\u64c7?)[:\uff1a\\s]{0,2}"
                    // "this leaves C", "richtig ist C"
                    + "|(?i:\\b(?:leaves|leaving|going\\s+with|richtig\\s+ist|correcta\\s+es\\s+la|correcte\\s+est\\s+la))\\s(?:(?i:only|us\\s+with)\\s)?"
                    + ")" + FORMAT + LETTER
                    // "Hence C."
                    + "|(?<![\\w'])(?i:so|hence|thus|therefore|then|also|donc|entonces|somit)[,:]?\\s[*(]{0,3}(?<end>[A-J])[*).]{0,4}(?=\\s*(?:\\R|\\z))"
                    // "C is correct"
                    + "|(?<![\\w'])[(*\\[]{0,3}(?<right>[A-J])[)*\\].]{0,3}\\s(?i:is|must\\s+be|est|ist|es)\\s(?:(?:therefore|thus|clearly|indeed|also|then)\\s)?(?i:the\\s+)?(?i:correct|right|true|best|answer|appropriate|richtig|korrekt|correcta|correcte|la\\s)");
    private static final Pattern BRACKETED = Pattern.compile("[(\uff08](?<letter>[A-J])[)\uff09]");

    private static final Pattern REFUSED_BEFORE = Pattern.compile(
            "(?i)(?:\\b(?:not|isn't|n't|never|nor|neither|eliminate[sd]?|rule[sd]?\\s+out|reject(?:ed|s)?|exclude[sd]?|unlike|than|instead\\s+of|why|if|whether)|[\u4e0d\u975e])[\\s*(]{0,4}(?:(?:option|choice|it|is|be|answer|the)\\s){0,3}$");
    private static final Pattern REFUSED_BEHIND = Pattern.compile(
            "(?i)[)*\\]\\s.:,\uff09]{0,4}(?:[A-J],?\\s|and\\s[A-J]\\s|(?:or)\\s[(A-J]){0,4}(?:(?:is|are|was|seems|would\\s+be|can|could|must|does|do)\\s?(?:both\\s|all\\s|also\\s|clearly\\s)?(?:not\\b|n't|incorrect|wrong|false|impossible|out\\b|ruled|eliminated|excluded|be\\s+(?:eliminated|ruled|excluded|wrong|false))|(?:isn't|doesn't|can't|cannot)|(?:\u9519|\u932f|\u4e0d))");
    private static final int LONGEST_REFUSAL = 40;

    private ChoiceLetters() {}

    /// Returns the letter that a stated value begins with; the value itself if it begins with none.
    static Extraction ofValue(Extraction value) {
        var letter = VALUE.matcher(value.answer());
        if (!letter.lookingAt()) return value;
        int at = value.start() + letter.start("letter");
        return new Extraction(letter.group("letter"), value.rule(), at, at + 1);
    }

    /// Returns the letter that the text names last; a letter in brackets only if none is named.
    static @Nullable Extraction last(String text) {
        var line = LINE.matcher(text);
        if (line.find() && !isRemark(line.group("text")) && !isRemark(line.group("more"))) return found(line, "letter");
        line = LAST_LINE.matcher(text).region(Math.max(0, text.length() - 100), text.length());
        if (line.find()) return found(line, "letter");
        var named = last(text, NAMED);
        return named != null ? named : last(text, BRACKETED);
    }

    private static boolean isRemark(@Nullable String text) {
        return text != null && REMARK.matcher(text).find();
    }

    private static @Nullable Extraction last(String text, Pattern pattern) {
        Extraction last = null;
        var matcher = pattern.matcher(text);
        while (matcher.find()) {
            var group = pattern == BRACKETED || matcher.group("letter") != null
                    ? "letter"
                    : matcher.group("right") != null ? "right" : "end";
            if (!isRefused(text, matcher.start(), matcher.start(group), matcher.end(group)))
                last = found(matcher, group);
        }
        return last;
    }

    private static Extraction found(Matcher matcher, String group) {
        return new Extraction(matcher.group(group), Rule.CHOICE, matcher.start(group), matcher.end(group));
    }

    /// "not (A)", "(A) is wrong", "A or C?"
    private static boolean isRefused(String text, int start, int from, int to) {
        var before = text.substring(Math.max(0, start - LONGEST_REFUSAL), from);
        if (REFUSED_BEFORE.matcher(before).find()) return true;
        var behind = text.substring(to, Math.min(text.length(), to + LONGEST_REFUSAL));
        return REFUSED_BEHIND.matcher(behind).lookingAt()
                || behind.matches("(?s)[)*\\s,]{0,3}or\\s[^.!\\n]{0,20}\\?.*");
    }
}
