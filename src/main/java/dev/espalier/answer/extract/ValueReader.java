package dev.espalier.answer.extract;

import dev.espalier.answer.Extraction;
import dev.espalier.answer.Extraction.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads the value behind words that name an answer, without the words behind it.
final class ValueReader {
    private static final int MAX_SENTENCE = 1_000;
    /// Lines that end with a colon refer to the next line; at most so many are followed.
    private static final int MAX_DEPTH = 4;

    private static final String[][] DELIMITERS = {{"$$", "$$"}, {"$", "$"}, {"\\(", "\\)"}, {"\\[", "\\]"}};
    private static final Pattern SENTENCE_END = Pattern.compile(
            "[.!?](?=[\\s*\"'\u201d)\\]]|$)(?<!\\b(?:approx|ca|vs|e\\.g|i\\.e|No|Nr)\\.)|[\u3002\uff01\uff1f\uff0e\uff1b]|\\R|</?\\p{L}|<[|\uff5c]|```");

    /// What may stand between the naming words and the value.
    private static final Pattern FILLER = Pattern.compile(
            "(?:[\\s*:\uff1a=\uff1d>\u3000\u00a0]|(?:\\\\?[,;!]|\\\\ |\\\\q?quad\\b|\\\\displaystyle\\b)|```\\w{0,12}\\R|<(?:b|strong|u|em|i|center|answer)>"
                    + "|(?:therefore|thus|hence|then|so|just|simply|indeed|actually|clearly|obviously|exactly|precisely|approximately|approx\\.|roughly|about|around|nearly|now|"
                    + "also|still|namely|that\\s+is|equal\\s+to|equals|given\\s+by|found\\s+to\\s+be|calculated\\s+(?:to\\s+be|as)|option|choice|letter"
                    + "|also|daher|somit|folglich|deshalb|ungef\u00e4hr|etwa|genau|donc|ainsi|alors|environ|exactement|por\\s+(?:lo\\s+)?tanto|entonces|aproximadamente|exactamente|quindi|portanto)\\b[,:]?(?=[\\s*:$\\\\])"
                    + "|(?:the|my)\\s+(?:final\\s+|correct\\s+)?answer\\s+(?:is|:)|(?:final\\s+)?answer\\s*[:\uff1a]"
                    + "|\\\\(?:text|mathrm|textbf)\\s*\\{\\s*(?:the\\s+)?(?:final\\s+)?answer\\s*(?:is)?\\s*[:\uff1a=]?\\s*\\}"
                    + "|\u56e0\u6b64|\u6240\u4ee5|\u5927\u7ea6|\u7ea6\u4e3a|\u7ea6)++",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    /// A remark about the answer, not its value.
    private static final Pattern COMMENT = Pattern.compile(
            "(?:(?:indeed |not |in)?(?:correct|right|wrong|reasonable|clear|obvious|valid|consistent|as follows|the following|the same|easy|simple|shown|below|above|given (?:in|below|above)|found by|obtained by|calculated by|expected|unclear|in (?:the|its|simplest|this) \\w*\\s?form\\b|in (?:the )?(?:box|format))\\b)",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern NEGATION = Pattern.compile(
            "(?:not|n't|neither|never|no longer|nicht|kein|keine|pas|no es|n\u00e3o|non)\\b(?!-)|[\u4e0d\u975e]",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern QUOTED =
            Pattern.compile("[\"\u201c\u300c`]([^\"\u201c\u201d\u300d`\\n]{1,300})[\"\u201d\u300d`]");
    private static final Pattern OPEN_BOX = Pattern.compile("\\$*\\s*\\\\(?:boxed|fbox)\\s*\\{");

    /// A word of prose, with punctuation around it.
    private static final Pattern PROSE = Pattern.compile(
            "[\"'(\u201c\u2018*\\[\u2013\u2014-]*(?<word>\\p{L}[\\p{L}'\u2019/-]*\\p{L}|[aI])(?:\\(s\\))?[\"')\\]\u201d\u2019*,.;:!?\u2013\u2014]*");
    /// Words that belong to formulas.
    private static final Set<String> FORMULA = Set.of(
            "pi",
            "sin",
            "cos",
            "tan",
            "cot",
            "sec",
            "csc",
            "log",
            "ln",
            "sqrt",
            "exp",
            "mod",
            "inf",
            "infinity",
            "cis",
            "arctan",
            "arcsin",
            "arccos",
            "max",
            "min",
            "gcd",
            "lcm",
            "ab",
            "bc",
            "ac",
            "cd",
            "xy",
            "yz",
            "xz",
            "ii",
            "iii",
            "iv",
            "vi");
    private static final Set<String> JOINING = Set.of("and", "or", "und", "oder", "et", "ou", "y", "o", "e");
    /// Words that are no units: a sentence goes on with them.
    private static final Set<String> CLAUSE = Set.of("""
            is are was were be been being left remain remains remaining since because as which where
            when while so but after before on in at for from of by with if then therefore hence thus
            that this these those there here we it its he she they you to the a an not no only also
            than into who whose such total altogether have has had can will would should could must do
            does did get gets got give gives given make makes made take takes taken find found check
            checked note wait actually however although though unless until using via obtained
            following right correct da weil denn nach vor bei von zu ist sind sein wird \u00fcbrig und
            der die das wenn wobei car parce puisque apr\u00e8s avant est sont qui que dans pour
            restent porque ya pues despu\u00e9s antes est\u00e1n para quedan con en de""".split("\\s+"));
    private static final Set<String> REASON =
            Set.of("since", "because", "as", "which", "weil", "denn", "da", "car", "puisque", "porque", "pues");
    private static final int MAX_UNIT_WORDS = 3;
    /// Words of a sentence in which a number is not the value.
    private static final Pattern RELATIVE = Pattern.compile(
            "\\b(?:except|more|less|than|least|most|not|other|between|but|greater|fewer|over|under|above|below|either|neither|half|times|twice|divisible|multiples?|unless|if|without|when|where|every|each|until|per|cannot|if)\\b",
            Pattern.CASE_INSENSITIVE);
    /// The last verb of a sentence such as "the last three digits are 009".
    private static final Pattern VERB = Pattern.compile(
            "\\s(?:is\\s+equal\\s+to|are\\s+equal\\s+to|is|are|equals|was|were|be|becomes|ist|sind|est|sont|es|son)\\s*:?\\s+|:\\s+",
            Pattern.CASE_INSENSITIVE);
    /// A number directly before a word in a script without spaces.
    private static final Pattern NUMBER_BEFORE_SCRIPT = Pattern.compile(
            "([-\u2212+]?[$\u00a5\uffe5\u20ac]?\\p{Nd}[\\p{Nd},.]*+(?:/\\p{Nd}++)?%?|[\\x21-\\x7e]{1,200}?)\\s?(?=[\\p{IsHan}\\p{IsHiragana}\\p{IsKatakana}\\p{IsHangul}\uff0c\u3001\uff08])");
    private static final Pattern LIST_BETWEEN =
            Pattern.compile("\\s*(?:[,;]\\s*(?:and|or)?|and|or|und|oder|et|ou|y|o|\u548c|\u6216|\u3001|&)\\s*");
    private static final Pattern ABBREVIATION =
            Pattern.compile("[(]?(?:i\\.\\s?e\\.?|e\\.\\s?g\\.?|viz\\.|d\\.\\s?h\\.),?");
    private static final Pattern MARK =
            Pattern.compile("[:;]-?[()D]|[\\p{So}\\p{Cn}\u2713\u2714\ufe0f\ufe0e]+|\\[\\d{1,3}\\]|\\\\\\\\");
    private static final Pattern DASH = Pattern.compile("[\u2013\u2014-]{1,3}");
    private static final Pattern PLAIN_NUMBER = Pattern.compile("\\$?-?[\\p{Nd}.,]+%?");
    /// (10 - 3), but not (x + 1) nor (3, 4)
    private static final Pattern WORKING =
            Pattern.compile("\\([\\p{Nd}.\\s]*+[-+*/\u00d7=][\\p{Nd}.\\s+*/\u00d7=-]*+\\).*");
    private static final Pattern TRAILING =
            Pattern.compile("(?:\\s|\\\\\\\\|\\\\,|[*,;:!?\uff0c\u3001\u2013\u2014]|\\p{So})+$");
    private static final Pattern UNIT_COUNT = Pattern.compile(
            "\\s\\p{L}{1,12}(?:,?\\s(?:and|und|et|y)?\\s?\\p{Nd}{1,6}(?:\\.\\p{Nd}{1,4})?\\s\\p{L}{1,12}){1,3}[.!]?");

    private ValueReader() {}

    /// @param start index behind the naming words
    /// @return null if no value stands there
    static @Nullable Extraction behind(String text, int start, Rule rule) {
        return behind(text, start, rule, 0);
    }

    private static @Nullable Extraction behind(String text, int start, Rule rule, int depth) {
        int from = skipped(text, start);
        if (NEGATION.matcher(text).region(from, text.length()).lookingAt()) return null;
        var mathematics = delimited(text, from, rule, depth);
        if (mathematics != null) return usable(mathematics);
        var quoted = QUOTED.matcher(text).region(from, text.length());
        if (quoted.lookingAt()) return usable(Spans.trimmed(text, quoted.start(1), quoted.end(1), rule));
        int end = sentenceEnd(text, from);
        if (end < 0) return null;
        if (end < text.length() && "?\uff1f".indexOf(text.charAt(end)) >= 0) return null;
        if (COMMENT.matcher(text).region(from, end).lookingAt()) return null;
        // Emphasis shows where the value ends.
        int emphasis = from >= 2 && text.startsWith("**", from - 2) ? text.indexOf("**", from, end) : -1;
        var sentence = Spans.trimmed(text, from, emphasis < 0 ? end : emphasis, rule);
        if (sentence == null) return null;
        if (endsWithColon(sentence.answer()))
            return depth < MAX_DEPTH ? behind(text, sentence.end(), rule, depth + 1) : null;
        var cut = cut(text, sentence, depth);
        return cut == null ? null : usable(unboxed(text, cut));
    }

    /// Reads a text that is meant to be nothing but an answer.
    static @Nullable Extraction whole(String text, Rule rule) {
        return behind(text, 0, rule, 1);
    }

    private static int skipped(String text, int start) {
        var filler = FILLER.matcher(text).region(start, text.length());
        return filler.lookingAt() ? filler.end() : start;
    }

    private static boolean endsWithColon(String sentence) {
        return sentence.endsWith(":") || sentence.endsWith("\uff1a");
    }

    private static @Nullable Extraction usable(@Nullable Extraction found) {
        return found == null || Placeholders.matches(found.answer()) ? null : found;
    }

    /// Without the beginning of a box that is not closed.
    private static @Nullable Extraction unboxed(String text, Extraction found) {
        var box = OPEN_BOX.matcher(found.answer());
        return box.lookingAt() && Boxes.open(found.answer()) instanceof Extraction inner
                ? Spans.trimmed(text, found.start() + inner.start(), found.start() + inner.end(), found.rule())
                : found;
    }

    /// The end of the sentence that holds an index; -1 if it is too long.
    static int sentenceEnd(String text, int from) {
        int limit = Math.min(text.length(), from + MAX_SENTENCE);
        var end = SENTENCE_END
                .matcher(text)
                .region(from, limit)
                .useTransparentBounds(true)
                .useAnchoringBounds(false);
        if (end.find()) return end.start();
        return limit == text.length() ? limit : -1;
    }

    /// Mathematics between `$…$`, `$$…$$`, `\(…\)` or `\[…\]` at an index, or a list of such. `$5` alone is a price,
    /// not a delimiter.
    private static @Nullable Extraction delimited(String text, int from, Rule rule, int depth) {
        var first = one(text, from, rule);
        if (first == null) return null;
        var inner = skipped(first.answer(), 0);
        if (inner > 0 && inner < first.answer().length() && depth < MAX_DEPTH) {
            first = Spans.trimmed(text, first.start() + inner, first.end(), rule);
            if (first == null) return null;
        }
        first = unboxed(text, first);
        if (first == null) return null;
        var list = new ArrayList<String>(List.of(first.answer()));
        int end = first.end();
        int after = afterDelimiter(text, end);
        var between = LIST_BETWEEN.matcher(text);
        while (list.size() < 50 && between.region(after, text.length()).lookingAt()) {
            var next = one(text, between.end(), rule);
            if (next == null) break;
            list.add(next.answer());
            end = next.end();
            after = afterDelimiter(text, end);
        }
        if (list.size() == 1) return first;
        // "$5$, and $x$ is even" is no list.
        int stop = sentenceEnd(text, after);
        boolean ends = stop >= 0 && text.substring(after, stop).chars().noneMatch(Character::isLetterOrDigit);
        return ends ? new Extraction(String.join(", ", list), rule, first.start(), end) : first;
    }

    /// The index behind the delimiter that follows a formula.
    private static int afterDelimiter(String text, int end) {
        int at = end;
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) at++;
        if (text.startsWith("$$", at) || text.startsWith("\\)", at) || text.startsWith("\\]", at)) return at + 2;
        int dollar = text.indexOf('$', end, Math.min(text.length(), end + 4));
        return dollar < 0 ? end : dollar + 1;
    }

    private static @Nullable Extraction one(String text, int from, Rule rule) {
        for (var pair : DELIMITERS) {
            if (!text.startsWith(pair[0], from)) continue;
            int start = from + pair[0].length();
            int end = text.indexOf(pair[1], start, Math.min(text.length(), start + MAX_SENTENCE));
            if (end < 0 || pair[0].equals("$") && isPrice(text, start, end)) return null;
            return Spans.trimmed(text, start, end, rule);
        }
        return null;
    }

    /// `$5 and $6`: two prices.
    private static boolean isPrice(String text, int start, int end) {
        return Character.isDigit(text.charAt(start))
                && end > start
                && (end + 1 < text.length() && Character.isDigit(text.charAt(end + 1))
                        || Character.isWhitespace(text.charAt(end - 1))
                                && text.substring(start, end).matches(".*\\s\\p{L}{2,}\\s.*"));
    }

    /// @param text  without white space
    private record Chunk(int start, int end, String text) {
        boolean isProse() {
            if (text.indexOf('\\') >= 0) return false;
            if (ABBREVIATION.matcher(text).matches()) return true;
            var prose = PROSE.matcher(text);
            return prose.matches() && !FORMULA.contains(prose.group("word").toLowerCase(Locale.ROOT));
        }

        String word() {
            var prose = PROSE.matcher(text);
            return prose.matches() ? prose.group("word").toLowerCase(Locale.ROOT) : "";
        }

        /// A mark that is no part of a formula: ✓, [1], and a dash if words or nothing follow.
        boolean isMark(boolean beforeWords) {
            return MARK.matcher(text).matches()
                    || beforeWords && DASH.matcher(text).matches();
        }

        boolean isJoining() {
            return JOINING.contains(text.toLowerCase(Locale.ROOT));
        }

        boolean hasMathematics() {
            return text.chars().anyMatch(c -> Character.isDigit(c) || "\\$=^+/\u221a\u03c0\u221e".indexOf(c) >= 0)
                    || text.length() == 1 && !text.equals("a") && !text.equals("I");
        }
    }

    /// Splits at white space outside braces and brackets of LaTeX.
    private static List<Chunk> chunks(String sentence) {
        var chunks = new ArrayList<Chunk>();
        int depth = 0;
        boolean dollar = false;
        int start = -1;
        for (int i = 0; i <= sentence.length(); i++) {
            char c = i == sentence.length() ? ' ' : sentence.charAt(i);
            if (c == '{') depth++;
            if (c == '}' && depth > 0) depth--;
            if (c == '$') {
                int next = sentence.indexOf('$', i + 1);
                dollar = !dollar && next > i + 1 && !isPrice(sentence, i + 1, next);
            }
            boolean space = Character.isWhitespace(c) && depth == 0 && !dollar || i == sentence.length();
            if (space && start >= 0) {
                chunks.add(new Chunk(start, i, sentence.substring(start, i)));
                start = -1;
            } else if (!space && start < 0) {
                start = i;
            }
        }
        return chunks;
    }

    /// The sentence's value: the formula that it begins with, with at most a unit behind; of a sentence that begins
    /// with words, the one formula in it. Words alone are a value too.
    private static @Nullable Extraction cut(String text, Extraction sentence, int depth) {
        var script = NUMBER_BEFORE_SCRIPT.matcher(sentence.answer());
        if (script.lookingAt()) return part(text, sentence, 0, script.end(1));
        var chunks = chunks(sentence.answer());
        int formula = formula(chunks, 0);
        if (formula > 0) {
            if (formula == chunks.size() || isUnit(sentence.answer(), chunks, formula))
                return part(text, sentence, 0, sentence.answer().length());
            return part(text, sentence, 0, chunks.get(formula - 1).end);
        }
        int first = 0;
        while (first < chunks.size() && formula(chunks, first) == first) first++;
        var words = words(text, sentence, chunks.subList(0, first));
        if (first == chunks.size() || words != sentence) return words;
        if (RELATIVE.matcher(sentence.answer()).find()) return sentence;
        int end = formula(chunks, first);
        boolean more = false;
        for (int i = end; i < chunks.size(); i++)
            more |= chunks.get(i).hasMathematics() && !chunks.get(i).isProse();
        if (more) {
            var verb = VERB.matcher(sentence.answer());
            int last = -1;
            while (verb.find()) if (last < 0 || verb.start() < chunks.get(first).start) last = verb.end();
            return last < 0 || depth >= MAX_DEPTH
                    ? null
                    : behind(text, sentence.start() + last, sentence.rule(), depth + 1);
        }
        var value = part(text, sentence, chunks.get(first).start, chunks.get(end - 1).end);
        if (value == null) return null;
        var formulaOnly = one(text, value.start(), sentence.rule());
        return formulaOnly != null && formulaOnly.end() <= value.end() ? formulaOnly : value;
    }

    /// Whether a text is nothing but a formula, without words.
    static boolean isFormula(String text) {
        var chunks = chunks(text);
        return !chunks.isEmpty() && formula(chunks, 0) == chunks.size();
    }

    /// Words before the first comma or clause: "seven, since …".
    private static @Nullable Extraction words(String text, Extraction sentence, List<Chunk> chunks) {
        for (int i = 1; i < chunks.size(); i++) {
            var word = chunks.get(i).word();
            if (REASON.contains(word)) return part(text, sentence, 0, chunks.get(i - 1).end);
        }
        return sentence;
    }

    /// The index behind the chunks of the formula that begins at an index; the index itself if none does.
    private static int formula(List<Chunk> chunks, int from) {
        int end = from;
        for (int i = from; i < chunks.size(); i++) {
            var chunk = chunks.get(i);
            boolean beforeWords = i + 1 == chunks.size() || chunks.get(i + 1).isProse();
            if (i > from && (chunk.isMark(beforeWords) || isWorking(chunks, i))) break;
            if (chunk.isJoining() && i > from) {
                boolean goesOn = i + 1 < chunks.size() && !chunks.get(i + 1).isProse();
                if (!goesOn) break;
            } else if (chunk.isProse()) {
                break;
            } else {
                end = i + 1;
                if (chunk.text.endsWith(":") && chunk.text.length() > 1) break;
                if (chunk.text.endsWith(",")
                        && i + 1 < chunks.size()
                        && chunks.get(i + 1).isProse()
                        && !chunks.get(i + 1).isJoining()) break;
            }
        }
        return end;
    }

    /// `(10 - 3)` behind a number tells how the number was found.
    private static boolean isWorking(List<Chunk> chunks, int at) {
        if (chunks.get(at).text.charAt(0) != '('
                || !PLAIN_NUMBER.matcher(chunks.get(at - 1).text).matches()) return false;
        var rest = new StringBuilder();
        for (int i = at; i < Math.min(chunks.size(), at + 12); i++) rest.append(chunks.get(i).text);
        return WORKING.matcher(rest).matches();
    }

    private static boolean isUnit(String sentence, List<Chunk> chunks, int from) {
        if (sentence.charAt(chunks.get(from - 1).end - 1) == ',') return false;
        if (UNIT_COUNT.matcher(sentence.substring(chunks.get(from - 1).end)).matches())
            return chunks.subList(from, chunks.size()).stream()
                    .noneMatch(chunk -> CLAUSE.contains(chunk.word()) && !chunk.isJoining());
        if (chunks.size() - from > MAX_UNIT_WORDS) return false;
        for (var chunk : chunks.subList(from, chunks.size()))
            if (!chunk.isProse()
                    || !Character.isLetter(chunk.text.charAt(0))
                    || CLAUSE.contains(chunk.word())
                    || chunk.isJoining()) return false;
        return chunks.get(from - 1).text.chars().anyMatch(Character::isDigit);
    }

    private static @Nullable Extraction part(String text, Extraction sentence, int from, int to) {
        var found = Spans.trimmed(text, sentence.start() + from, sentence.start() + to, sentence.rule());
        if (found == null) return null;
        var trailing = TRAILING.matcher(found.answer());
        int end = trailing.find() ? found.start() + trailing.start() : found.end();
        if (end > found.start() && text.charAt(end - 1) == ')' && text.lastIndexOf('(', end) < found.start()) end--;
        return Spans.trimmed(text, found.start(), end, sentence.rule());
    }
}
