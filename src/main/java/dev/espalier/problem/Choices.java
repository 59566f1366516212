package dev.espalier.problem;

import dev.espalier.io.JsonLines;
import dev.espalier.io.Sha256;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// The choices of a multiple-choice problem. They stand in its text as letters from A on, one per line.
///
/// @param labels   what the file calls each choice; empty if it only lists them
/// @param texts    2 to 10 choices, without letters
/// @param numbered whether the labels are the numbers of columns such as "option1": an index may count otherwise
/// @param right    the letter of the right choice if its place in the line tells it, else null
public record Choices(
        List<String> labels,
        List<String> texts,
        boolean numbered,
        @Nullable String right) {
    private static final List<String> NAMES = List.of(
            "choices",
            "options",
            "answer_choices",
            "answer_options",
            "endings",
            "alternatives",
            "possible_answers",
            "choice_list",
            "option",
            "mc_answers");
    /// Columns of one choice each: their names before the letter or number.
    private static final List<String> COLUMNS = List.of("option", "choice", "op", "ending", "sol", "answer_choice");
    /// Likewise, if a field says which is right: elsewhere these are answers that are all right.
    private static final List<String> COLUMNS_WITH_INDEX = List.of("ans", "answer");
    private static final List<String> INDEX =
            List.of("label", "correct_index", "answer_index", "answer_key", "correct");
    private static final List<String> CORRECT =
            List.of("correct_answer", "best_answer", "right_answer", "correct", "answer");
    private static final List<String> INCORRECT =
            List.of("incorrect_answers", "wrong_answers", "distractors", "incorrect", "incorrect_options");
    private static final List<String> INCORRECT_COLUMNS =
            List.of("incorrect_answer", "distractor", "wrong_answer", "incorrect", "false_answer", "wrong");
    /// Fields that a line with choices has; a line without one of them is an open question.
    static final List<String> SIGNS = List.of(
            "choices",
            "options",
            "answer_choices",
            "endings",
            "answers",
            "label",
            "answer_key",
            "option_a",
            "choice_a",
            "option1",
            "choice1",
            "answer_a",
            "answer0",
            "ans0",
            "sol1");
    private static final List<String> LABEL = List.of("label", "key", "letter", "id");
    private static final List<String> TEXT = List.of("text", "value", "content", "option", "choice");
    private static final int MOST = 10;
    /// A letter before the text of a choice: "A)5", "(a) 5", "a ) 5", "A. 5", "A: 5".
    private static final Pattern LABELLED = Pattern.compile("(?s)\\(?([A-Ja-j])\\s?[).:]\\s*(\\S.*)");
    private static final Pattern IN_ONE_TEXT = Pattern.compile("(?:^|[,;]|\\R)\\s*(?=\\(?[A-Ja-j]\\s?[).]\\s)");
    /// "Option B", "choice_c", "option2".
    private static final Pattern PREFIX = Pattern.compile(
            "(?i)^\\s*(?:option|choice|answer|opt|ending|sol|ans)[\\s_]*(?=\\(?[A-Za-z0-9]\\)?[).:]?\\s*$)");
    private static final Pattern ALONE =
            Pattern.compile("(?:\\\\text(?:bf|rm)?\\{)?\\s*\\(?([A-Za-z]|\\d{1,2})\\s?[).:]?\\s*}?");

    public Choices {
        labels = List.copyOf(labels);
        texts = List.copyOf(texts);
    }

    Choices(List<String> labels, List<String> texts) {
        this(labels, texts, false, null);
    }

    /// @param question what is asked; it decides the order of choices that a file lists with the right one first
    /// @return null if the line has no choices
    /// @throws ProblemLine.Unreadable if it has more than can be asked, or writes them as Python does
    static @Nullable Choices of(JsonNode line, LineFields fields, String question) throws ProblemLine.Unreadable {
        for (var name : NAMES) {
            var value = fields.get(name);
            var found = value == null ? null : checked(read(name, value));
            if (found != null) return found;
        }
        // As choices only where an index says which is right: many files list several right answers so.
        var answers = fields.get("answers");
        if (answers != null && answers.isArray() && fields.hasAny(INDEX)) {
            var found = checked(listed(List.of(), answers));
            if (found != null) return found;
        }
        var marked = marked(fields, question);
        if (marked != null) return marked;
        var columns = checked(columns(line));
        if (columns != null) return columns;
        var named = namedColumns(fields, COLUMNS);
        if (named == null && fields.hasAny(INDEX)) named = namedColumns(fields, COLUMNS_WITH_INDEX);
        return named != null ? named : correctAndIncorrect(fields, question);
    }

    /// Choices beside marks, 1 for the right one: `mc1_targets` (there the right one is first), `target_scores`,
    /// `multiple_choice_targets`.
    private static @Nullable Choices marked(LineFields fields, String question) throws ProblemLine.Unreadable {
        var texts = new ArrayList<String>();
        var marks = new ArrayList<Double>();
        var first = fields.get("mc1_targets");
        var scores = fields.get("target_scores");
        var targets = fields.get("multiple_choice_targets");
        if (first != null && first.path("choices").isArray()) {
            first.path("choices")
                    .forEach(choice -> texts.add(choice.asString("").strip()));
            first.path("labels").forEach(mark -> marks.add(mark.asDouble(0)));
        } else if ((first != null ? first : scores) instanceof JsonNode byText) {
            for (var choice : byText.properties()) {
                texts.add(choice.getKey().strip());
                marks.add(choice.getValue().asDouble(0));
            }
        } else if (targets != null && fields.get("multiple_choice_scores") instanceof JsonNode values) {
            targets.forEach(choice -> texts.add(choice.asString("").strip()));
            values.forEach(mark -> marks.add(mark.asDouble(0)));
        }
        int right = marks.indexOf(1.0);
        if (texts.size() != marks.size() || right < 0 || right != marks.lastIndexOf(1.0)) return null;
        var found = checked(new Choices(List.of(), texts, false, letter(right)));
        return found == null || first == null ? found : found.inOrderOf(question);
    }

    /// "option_a", "choice1", "ending0", "sol1" and the like.
    private static @Nullable Choices namedColumns(LineFields fields, List<String> names) throws ProblemLine.Unreadable {
        for (var name : names) {
            for (var first : List.of('a', '0', '1')) {
                var labels = new ArrayList<String>();
                var texts = new ArrayList<String>();
                for (int i = 0; i < MOST; i++) {
                    int number = first - '0' + i;
                    var label = first == 'a' ? String.valueOf((char) ('a' + i)) : String.valueOf(number);
                    var value = fields.get(name + label);
                    if (value == null || value.isContainer()) break;
                    labels.add(label);
                    texts.add(text(value));
                }
                var found =
                        checked(first == '1' ? new Choices(labels, texts, true, null) : new Choices(List.of(), texts));
                if (found != null) return found;
            }
        }
        return null;
    }

    /// The right answer and the wrong ones in fields of their own, as GPQA and SciQ have them.
    private static @Nullable Choices correctAndIncorrect(LineFields fields, String question)
            throws ProblemLine.Unreadable {
        var right = first(fields, CORRECT);
        if (right == null) return null;
        var texts = new ArrayList<>(List.of(right));
        for (var name : INCORRECT) {
            var value = fields.get(name);
            if (value == null || !value.isArray() || texts.size() > 1) continue;
            for (var element : value) if (!element.isContainer() && !element.isNull()) texts.add(text(element));
        }
        for (var name : INCORRECT_COLUMNS) {
            if (texts.size() > 1) break;
            for (int i = 0; i < MOST; i++) {
                var value = fields.get(name + i);
                if (value != null && !value.isContainer()) texts.add(text(value));
            }
        }
        var found = checked(new Choices(List.of(), texts, false, letter(0)));
        return found == null ? null : found.inOrderOf(question);
    }

    /// The choices in an order that depends on nothing but their texts and the question, so that it is the same in
    /// every file, run and version; the right one is first about as often as any other (docs/decisions/0117).
    private Choices inOrderOf(String question) {
        var order = IntStream.range(0, texts.size())
                .boxed()
                .sorted(Comparator.comparing((Integer i) -> Sha256.of(question + "\n" + texts.get(i))))
                .toList();
        int at = right == null ? 0 : right.charAt(0) - 'A';
        return new Choices(List.of(), order.stream().map(texts::get).toList(), false, letter(order.indexOf(at)));
    }

    private static @Nullable Choices read(String name, JsonNode value) throws ProblemLine.Unreadable {
        if (value.isString()) {
            var text = value.stringValue().strip();
            if (text.startsWith("[") || text.startsWith("{")) return read(name, json(name, text));
            return new Choices(
                    List.of(),
                    IN_ONE_TEXT
                            .splitAsStream(text)
                            .map(String::strip)
                            .filter(part -> !part.isEmpty())
                            .toList());
        }
        if (value.isArray()) return value.path(0).isObject() ? labelled(value) : listed(List.of(), value);
        if (!value.isObject()) return null;
        var labels = value.path("label");
        if (value.path("text").isArray())
            return listed(labels.valueStream().map(label -> label.asString("")).toList(), value.path("text"));
        var names = new ArrayList<String>();
        var texts = new ArrayList<String>();
        for (var choice : value.properties()) {
            if (choice.getKey().length() > 2 || choice.getValue().isContainer()) return null;
            if (choice.getValue().isNull()) continue;
            names.add(choice.getKey());
            texts.add(text(choice.getValue()));
        }
        return new Choices(names, texts);
    }

    /// The list in a cell of a table.
    private static JsonNode json(String name, String text) throws ProblemLine.Unreadable {
        try {
            return JsonLines.JSON.readTree(text);
        } catch (JacksonException | NumberFormatException e) {
            throw new ProblemLine.Unreadable(
                    "its \"%s\" are a list that is not JSON; write them with json.dumps".formatted(name));
        }
    }

    private static String text(JsonNode value) {
        return value.isNumber() ? JsonNumbers.text(value) : value.asString("").strip();
    }

    private static @Nullable Choices listed(List<String> labels, JsonNode list) {
        var texts = new ArrayList<String>();
        for (var element : list) {
            if (element.isContainer()) return null;
            // Tables pad rows of different lengths.
            if (!element.isNull()) texts.add(text(element));
        }
        return new Choices(labels.size() == texts.size() ? labels : List.of(), texts);
    }

    private static @Nullable Choices labelled(JsonNode list) {
        var labels = new ArrayList<String>();
        var texts = new ArrayList<String>();
        for (var element : list) {
            var fields = new LineFields(element);
            var label = first(fields, LABEL);
            var text = first(fields, TEXT);
            if (label == null || text == null) return null;
            labels.add(label);
            texts.add(text);
        }
        return new Choices(labels, texts);
    }

    private static @Nullable String first(LineFields fields, List<String> names) {
        for (var name : names) {
            var value = fields.get(name);
            if (value != null && !value.isContainer()) return value.asString("").strip();
        }
        return null;
    }

    /// Tables have a column for each choice: "A", "B", …
    private static Choices columns(JsonNode line) {
        var texts = new ArrayList<String>();
        for (char letter = 'A'; letter < 'A' + MOST; letter++) {
            var value = line.path(String.valueOf(letter));
            if (value.isMissingNode() || value.isNull() || value.isContainer() || JsonNumbers.isNaN(value)) break;
            texts.add(text(value));
        }
        return new Choices(List.of(), texts);
    }

    private static @Nullable Choices checked(@Nullable Choices read) throws ProblemLine.Unreadable {
        if (read == null || read.texts.size() < 2) return null;
        if (read.texts.size() > MOST)
            throw new ProblemLine.Unreadable(
                    "it has %d choices; at most %d are read".formatted(read.texts.size(), MOST));
        if (read.texts.stream().anyMatch(String::isEmpty)) return null;
        return read.withoutLetters();
    }

    /// Drops the letters if every choice begins with its own.
    private Choices withoutLetters() {
        var bare = new ArrayList<String>();
        for (int i = 0; i < texts.size(); i++) {
            var labelled = LABELLED.matcher(texts.get(i));
            if (!labelled.matches() || !labelled.group(1).equalsIgnoreCase(letter(i))) return this;
            bare.add(labelled.group(2).strip());
        }
        return new Choices(labels, bare, numbered, right);
    }

    /// The problem's text with the choices behind it. If the text offers them already, they are not repeated.
    String appendedTo(String text) {
        if (offeredBy(text)) return text;
        var all = new StringBuilder(text);
        for (int i = 0; i < texts.size(); i++)
            all.append('\n').append(letter(i)).append(". ").append(texts.get(i).replaceAll("\\s*\\R\\s*", " "));
        return all.toString();
    }

    private boolean offeredBy(String text) {
        boolean letters = true;
        boolean labelled = true;
        for (int i = 0; i < texts.size(); i++) {
            var letter = letter(i);
            var choice = texts.get(i);
            int at = text.indexOf("(" + letter + ")");
            letters &= at >= 0 && text.indexOf(choice, at) >= 0;
            labelled &= List.of(". ", ") ", ": ", ".", ")", ":").stream()
                    .anyMatch(mark -> text.contains(letter + mark + choice));
        }
        return letters || labelled;
    }

    /// Returns the letter of the choice that a value names: by its index, its label, its letter or its text.
    ///
    /// @param index whether the field's name says that digits are an index
    /// @param first the index of the first choice, 0 or 1
    /// @return null if it names none
    @Nullable
    String letter(JsonNode value, boolean index, int first) {
        if (value.isArray()) return value.size() == 1 ? letter(value.path(0), index, first) : null;
        if (value.isContainer() || value.isNull()) return null;
        if (value.isNumber() && !Double.isFinite(JsonNumbers.real(value))) return null;
        var text = text(value);
        if (!value.isNumber()) return letter(text, index, first);
        var labelled = numbered ? null : byLabel(text);
        if (labelled != null) return labelled;
        var indexed = byIndex(text, first);
        return indexed != null ? indexed : byText(text);
    }

    /// As [#letter(JsonNode, boolean, int)], of a text.
    @Nullable
    String letter(String named, boolean index, int first) {
        var text = PREFIX.matcher(named).replaceFirst("");
        // "option2" is the second, however indices count.
        int start = text.equals(named) ? first : 1;
        if (numbered || index && labels.isEmpty()) {
            var indexed = byIndex(text, start);
            if (indexed != null) return indexed;
        }
        var alone = ALONE.matcher(text);
        if (alone.matches()) {
            var labelled = numbered ? null : byLabel(alone.group(1));
            if (labelled != null) return labelled;
            int at = Character.toUpperCase(alone.group(1).charAt(0)) - 'A';
            if ((labels.isEmpty() || numbered) && at >= 0 && at < texts.size()) return letter(at);
        }
        var whole = byText(text);
        if (whole != null) return whole;
        var both = LABELLED.matcher(text);
        if (both.matches()) {
            var letter = both.group(1).toUpperCase(Locale.ROOT);
            if (letter.equals(byText(both.group(2)))) return letter;
        }
        return labels.isEmpty() ? byIndex(text, start) : null;
    }

    private @Nullable String byLabel(String label) {
        for (int i = 0; i < labels.size(); i++) if (labels.get(i).equalsIgnoreCase(label)) return letter(i);
        return null;
    }

    private @Nullable String byIndex(String digits, int first) {
        if (digits.isEmpty() || digits.length() > 2 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) return null;
        int at = Integer.parseInt(digits) - first;
        return at >= 0 && at < texts.size() ? letter(at) : null;
    }

    /// Empty if two choices have the same text.
    private @Nullable String byText(String text) {
        String found = null;
        for (int i = 0; i < texts.size(); i++) {
            if (!plain(texts.get(i)).equals(plain(text))) continue;
            if (found != null) return null;
            found = letter(i);
        }
        return found;
    }

    private static String plain(String text) {
        return text.replace("$", "").strip().toLowerCase(Locale.ROOT);
    }

    private static String letter(int index) {
        return String.valueOf((char) ('A' + index));
    }
}
