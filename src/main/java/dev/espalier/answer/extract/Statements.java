package dev.espalier.answer.extract;

import dev.espalier.answer.Extraction;
import dev.espalier.answer.Extraction.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The words with which a text names its answer, by language. Each pattern ends where the value begins.
final class Statements {
    /// At most so many statements are read, from the last on, so that a text of statements without values is read in
    /// linear time.
    private static final int MOST = 200;

    private static final String MARKUP = "[\\s*_\"'\u201d\u201c`\\])>]{0,12}";
    /// "The answer to the question is"
    private static final String ABOUT = "(?:\\s(?:to|for|of|in|here|after|when)\\b[^.:\uff1a!?\\n=]{0,60}?)?" + MARKUP;
    private static final String COLON = "[:\uff1a\ufe55\u2236=\uff1d]|->|=>|\u2192|\u21d2";
    private static final String IS =
            "(?:(?:is|are|was|were|equals?|becomes|(?:should|would|must|will|shall|has\\s+to|have\\s+to)"
                    + "(?:\\s+(?:then|therefore|thus|also|in\\s+fact))?\\s+(?:be|equal)|(?:comes|turns|works)\\s+out(?:\\s+(?:to\\s+be|to|as|at))?"
                    + "|comes\\s+to|evaluates\\s+to|simplifies\\s+to)\\b|" + COLON + ")";

    private static final String DE_IS =
            "(?:(?:ist|sind|lautet|lauten|betr\u00e4gt|w\u00e4re|w\u00e4ren|sollte|sollten|m\u00fcsste|muss|wird|d\u00fcrfte)\\b|"
                    + COLON + ")";
    private static final String FR_IS =
            "(?:(?:est\\s+\u00e9gale?\\s+\u00e0|est\\s+de|est|sont|serait|seraient|vaut|(?:doit|devrait|doivent)\\s+\u00eatre)(?!\\p{L})|"
                    + COLON + ")";
    private static final String ES_IS =
            "(?:(?:es|son|ser\u00eda|seria|ser\u00e1|(?:debe|deber\u00eda|debe\\s+de)\\s+ser|equivale\\s+a|es\\s+igual\\s+a)(?!\\p{L})|"
                    + COLON + ")";
    private static final String PT_IS = "(?:(?:\u00e9|s\u00e3o|seria|ser\u00e1|deve\\s+ser)(?!\\p{L})|" + COLON + ")";
    private static final String IT_IS =
            "(?:(?:\u00e8|sono|sarebbe|sar\u00e0|deve\\s+essere|dovrebbe\\s+essere)(?!\\p{L})|" + COLON + ")";
    private static final String ZH_IS = "[\u662f\u4e3a\u70ba\u5373\u9009\u9078]|\u7b49\u4e8e|\u7b49\u65bc|" + COLON;
    private static final String ZH =
            "(?:\u5e94\u8be5|\u61c9\u8a72|\u5e94|\u61c9|\u5c31|\u5219|\u5247|\u4fbf|\u4e5f|\u53ea\u80fd|\u56e0\u6b64|\u6240\u4ee5|\u5fc5\u987b)?\\s*(?:"
                    + ZH_IS + ")";
    private static final String FINAL_ADJECTIVE =
            "(?:\\s+(?:finale?|definitiva|d\u00e9finitive|correcte?|correcta?|correta|corretta|exacta?|exacte|esatta|giusta|juste))";

    private static final String SPACES = "[\\s_]{1,8}";

    /// The words that say "final".
    private static final List<String> FINAL = List.of(
            "final" + SPACES + "(?:answer|result|value|solution|count|total|tally|expression|output)s?" + ABOUT + IS,
            "(?:endg\u00fcltige|finale|abschlie\u00dfende|letztliche)[nrs]?" + SPACES + "(?:antwort|l\u00f6sung)"
                    + MARKUP + DE_IS,
            "(?:endergebnis|endantwort)" + MARKUP + DE_IS,
            "r[\u00e9e]ponse" + SPACES + "(?:finale|d\u00e9finitive)" + MARKUP + FR_IS,
            "r[\u00e9e]sultat" + SPACES + "final" + MARKUP + FR_IS,
            "(?:respuesta|resultado)" + SPACES + "final" + MARKUP + ES_IS,
            "resposta" + SPACES + "final" + MARKUP + PT_IS,
            "risposta" + SPACES + "finale" + MARKUP + IT_IS,
            "(?:\u6700\u7ec8|\u6700\u7d42|\u6700\u540e|\u6700\u5f8c)(?:\u7684)?(?:\u6b63\u786e)?(?:\u7b54\u6848|\u7ed3\u679c|\u7d50\u679c)"
                    + MARKUP + ZH,
            "\u6700\u7d42(?:\u7684\u306a)?(?:\u7b54\u3048|\u56de\u7b54|\u89e3\u7b54)" + MARKUP + "(?:\u306f|" + COLON
                    + ")",
            "\ucd5c\uc885\\s*(?:\ub2f5\ubcc0|\uc815\ub2f5|\ub2f5)" + MARKUP + "(?:\uc740|\ub294|" + COLON + ")");

    /// The words that say "answer".
    private static final List<String> ANSWER = List.of(
            "answers?" + ABOUT + IS,
            "ans\\.?" + MARKUP + "(?:is\\b|" + COLON + ")",
            "antwort(?:en)?" + MARKUP + DE_IS,
            "het" + SPACES + "(?:juiste\\s+)?antwoord" + MARKUP + "(?:is\\b|" + COLON + ")|antwoord" + MARKUP + "(?:"
                    + COLON + ")",
            "r[\u00e9e]ponses?" + FINAL_ADJECTIVE + "?" + MARKUP + FR_IS,
            "respuestas?" + FINAL_ADJECTIVE + "?" + MARKUP + ES_IS,
            "respostas?" + FINAL_ADJECTIVE + "?" + MARKUP + PT_IS,
            "rispost[ae]" + FINAL_ADJECTIVE + "?" + MARKUP + IT_IS,
            "(?:\u7b54\u6848|\u7b54\u590d|\u7b54\u66f0|\u6b63\u89e3)" + MARKUP + ZH,
            "\u7b54" + MARKUP + "[:\uff1a]",
            "(?:final\\s+)?(?:answer|antwort|r\u00e9ponse|respuesta|\u7b54\u6848)\\s?[\\]\u3011]\\s?[:\uff1a]?",
            "(?:\u7b54\u3048|\u56de\u7b54|\u89e3\u7b54|\u6b63\u89e3)" + MARKUP + "(?:\u306f|\u304c|" + COLON + ")",
            "(?:\uc815\ub2f5|\ub2f5\ubcc0|\ub2f5)" + MARKUP + "(?:\uc740|\ub294|\uc774|" + COLON + ")",
            "\u043e\u0442\u0432\u0435\u0442(?:\u043e\u043c)?" + MARKUP
                    + "(?:\u0440\u0430\u0432\u0435\u043d(?!\\p{L})|\u0431\u0443\u0434\u0435\u0442(?!\\p{L})|[\u2014\u2013-]\\s|"
                    + COLON + ")",
            "(?:odpowied\u017a|cevap|\u0111\u00e1p\\s+\u00e1n|c\u00e2u\\s+tr\u1ea3\\s+l\u1eddi|jibu|\u00ecd\u00e1h\u00f9n|jawaban(?:nya)?|svar|vastaus|odpov\u011b\u010f|\u03b1\u03c0\u03ac\u03bd\u03c4\u03b7\u03c3\u03b7|\u0432\u0456\u0434\u043f\u043e\u0432\u0456\u0434\u044c)"
                    + MARKUP + "(?:l\u00e0|adalah|\u00e4r|on|je|to|brzmi|" + COLON + ")(?!\\p{L})",
            "(?:\u0627\u0644\u0625\u062c\u0627\u0628\u0629|\u0627\u0644\u062c\u0648\u0627\u0628|\u0625\u062c\u0627\u0628\u0629)(?:\\s+(?:\u0627\u0644\u0646\u0647\u0627\u0626\u064a\u0629|\u0627\u0644\u0635\u062d\u064a\u062d\u0629|\u0627\u0644\u0646\u0647\u0627\u0626\u064a|\u0627\u0644\u0635\u062d\u064a\u062d))?"
                    + MARKUP + "(?:\u0647\u064a|\u0647\u0648|" + COLON + ")",
            "(?:\u0909\u0924\u094d\u0924\u0930|\u099c\u09ac\u09be\u09ac|\u0989\u09a4\u09cd\u09a4\u09b0|\u0c38\u0c2e\u0c3e\u0c27\u0c3e\u0c28\u0c02|\u0e04\u0e33\u0e15\u0e2d\u0e1a|\u05ea\u05e9\u05d5\u05d1\u05d4|\u067e\u0627\u0633\u062e)"
                    + MARKUP + "(?:\u0939\u0948|\u0e04\u0e37\u0e2d|\u0983|" + COLON + ")");

    /// Words that may also name an intermediate result.
    private static final List<String> RESULT = List.of(
            "(?:result|value|solution|output|total)s?" + ABOUT + IS,
            "(?:ergebnis|l\u00f6sung)" + MARKUP + DE_IS,
            "(?:r[\u00e9e]sultat|solution)" + FINAL_ADJECTIVE + "?" + MARKUP + FR_IS,
            "(?:resultado|soluci[\u00f3o]n)" + FINAL_ADJECTIVE + "?" + MARKUP + ES_IS,
            "(?:\u7ed3\u679c|\u7d50\u679c)" + MARKUP + ZH);

    /// The words before an answer in multiple choice.
    private static final List<String> OPTION = List.of(
            "(?:correct|right|best|final|appropriate|true)" + SPACES + "(?:option|choice|letter|statement)" + ABOUT
                    + IS,
            "(?:option|choice)" + SPACES + "(?:that\\s+is\\s+)?correct" + MARKUP + IS,
            "(?:opci[\u00f3o]n|alternativa|op\u00e7\u00e3o)" + FINAL_ADJECTIVE + "?" + MARKUP + "(?:" + ES_IS + "|"
                    + PT_IS + ")",
            "(?:richtige|korrekte)" + SPACES + "(?:option|wahl)" + MARKUP + DE_IS,
            "(?:bonne" + SPACES + ")?option(?:\\s+correcte)?" + MARKUP + FR_IS,
            "(?:\u6b63\u786e)?(?:\u7684)?(?:\u9009\u9879|\u9078\u9805)" + MARKUP + ZH,
            "(?:\u6545|\u5e94|\u61c9|\u56e0\u6b64|\u6240\u4ee5)\\s*(?:\u9009\u62e9?|\u9078\u64c7?)" + MARKUP
                    + "[:\uff1a]?");

    private static final String HEADING_BEGINS =
            "(?m)^[ \\t>#*_=\\[\u3010-]{0,12}(?:(?:step\\s+)?\\d{1,3}\\s?[.:)]\\s?)?[*_ ]{0,4}(?:the\\s+|my\\s+)?";
    private static final String HEADING_ENDS = "[ \\t*_#\\]\u3011]{0,12}[:\uff1a]?[ \\t*_#]{0,12}$";
    private static final String FINAL_HEADING =
            "(?:final\\s+(?:answer|result|solution)s?|endergebnis|endg\u00fcltige\\s+antwort|r[\u00e9e]ponse\\s+finale|respuesta\\s+final|resposta\\s+final|risposta\\s+finale|\u6700[\u7ec8\u7d42]\u7b54\u6848)";
    private static final String ANSWER_HEADING =
            "(?:correct\\s+)?(?:answer|antwort|r[\u00e9e]ponse|respuesta|resposta|risposta|\u7b54\u6848|\u7b54\u3048|\uc815\ub2f5|\u043e\u0442\u0432\u0435\u0442)s?";
    private static final String RESULT_HEADING = "(?:result|solution|conclusion)";

    /// What makes a statement no statement: "a wrong answer is".
    private static final Pattern DENIED = Pattern.compile(
            "(?:wrong|incorrect|possible|tempting|previous|other|another|first|initial|user's|student's|no|whose|falsche)\\s+(?:final\\s+)?$",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    private static final int LONGEST_DENIAL = 20;

    /// The first letters of the words, so that most places in a text are passed quickly.
    private static final String ANSWER_LETTERS =
            "aAhHrR\u7b54\u6b63\u56de\u89e3\uc815\ub2f5\u043e\u041eoO\u0111\u0110cCjJ\u00ec\u00ccsSvV\u03b1\u0391\u0432\u0412\u0627\u0625\u0909\u099c\u0989\u0c38\u0e04\u05ea\u067e";

    static final Statements FINAL_ANSWERS =
            new Statements(Rule.FINAL_ANSWER, "fFeEaAlLrR\u6700\ucd5c", FINAL, FINAL_HEADING);
    static final Statements ANSWERS = new Statements(Rule.ANSWER, ANSWER_LETTERS, ANSWER, ANSWER_HEADING);
    static final Statements RESULTS = new Statements(Rule.RESULT, "rRvVsSoOtTeElL\u7ed3\u7d50", RESULT, RESULT_HEADING);
    static final Statements OPTIONS = new Statements(
            Rule.CHOICE,
            "cCrRbBfFaAtToOkK\u6b63\u9009\u9078\u6545\u5e94\u61c9\u56e0\u6240",
            OPTION,
            "correct\\s+(?:option|choice)");

    private final Rule rule;
    private final Pattern words;

    private Statements(Rule rule, String letters, List<String> words, String heading) {
        this.rule = rule;
        this.words = Pattern.compile(
                "(?=[" + letters + "])(?<![\\p{L}\\p{N}_\\\\](?<!\\p{IsHan}))(?:" + String.join("|", words) + ")|"
                        + HEADING_BEGINS + heading + HEADING_ENDS,
                Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.MULTILINE);
    }

    /// Returns the value of the last statement that has one; null if none has.
    @Nullable
    Extraction last(String text) {
        var ends = new ArrayList<int[]>();
        var matcher = words.matcher(text);
        while (matcher.find()) {
            if (ends.size() == 2 * MOST) ends.subList(0, MOST).clear();
            ends.add(new int[] {matcher.start(), matcher.end()});
        }
        for (var end : ends.reversed()) {
            if (isDenied(text, end[0])) continue;
            var found = ValueReader.behind(text, end[1], rule);
            if (found == null || Denials.denies(text, found.start(), found.end())) continue;
            if (rule != Rule.RESULT || !hasDigit(text, found.end())) return found;
        }
        return null;
    }

    private static boolean isDenied(String text, int start) {
        return DENIED.matcher(text.substring(Math.max(0, start - LONGEST_DENIAL), start))
                .find();
    }

    private static boolean hasDigit(String text, int from) {
        int sentence = ValueReader.sentenceEnd(text, from);
        for (int i = sentence; i < text.length(); i++) if (Character.isDigit(text.charAt(i))) return true;
        return false;
    }
}
