package dev.espalier.problem;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The choices of a multiple-choice problem. They stand in its text as letters from A on, one per line.
///
/// @param labels what the file calls each choice; empty if it only lists them
/// @param texts  2 to 10 choices, without letters
public record Choices(List<String> labels, List<String> texts) {
    private static final List<String> NAMES = List.of("choices", "options", "answer_choices");
    private static final List<String> LABEL = List.of("label", "key", "letter", "id");
    private static final List<String> TEXT = List.of("text", "value", "content", "option", "choice");
    private static final int MOST = 10;
    /// A letter before the text of a choice: "A)5", "(a) 5", "a ) 5", "A. 5", "A: 5".
    private static final Pattern LABELLED = Pattern.compile("(?s)\\(?([A-Ja-j])\\s?[).:]\\s*(\\S.*)");
    private static final Pattern IN_ONE_TEXT = Pattern.compile("(?:^|[,;]|\\R)\\s*(?=\\(?[A-Ja-j]\\s?[).]\\s)");
    private static final Pattern ALONE =
            Pattern.compile("(?:\\\\text(?:bf|rm)?\\{)?\\s*\\(?([A-Za-z]|\\d{1,2})\\s?[).:]?\\s*}?");

    public Choices {
        labels = List.copyOf(labels);
        texts = List.copyOf(texts);
    }

    /// @return null if the line has no choices
    static @Nullable Choices of(JsonNode line, LineFields fields) {
        for (var name : NAMES) {
            var value = fields.get(name);
            var found = value == null ? null : checked(read(value));
            if (found != null) return found;
        }
        return checked(columns(line));
    }

    private static @Nullable Choices read(JsonNode value) {
        if (value.isString())
            return new Choices(
                    List.of(),
                    IN_ONE_TEXT
                            .splitAsStream(value.stringValue().strip())
                            .map(String::strip)
                            .filter(part -> !part.isEmpty())
                            .toList());
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
            texts.add(choice.getValue().asString("").strip());
        }
        return new Choices(names, texts);
    }

    private static @Nullable Choices listed(List<String> labels, JsonNode list) {
        var texts = new ArrayList<String>();
        for (var element : list) {
            if (element.isContainer()) return null;
            // Tables pad rows of different lengths.
            if (!element.isNull()) texts.add(element.asString("").strip());
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
            texts.add(value.asString("").strip());
        }
        return new Choices(List.of(), texts);
    }

    private static @Nullable Choices checked(@Nullable Choices read) {
        if (read == null || read.texts.size() < 2 || read.texts.size() > MOST) return null;
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
        return new Choices(labels, bare);
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

    /// Returns the letter of the choice that a value names: by its index from 0, its label, its letter or its text.
    ///
    /// @param index whether the field's name says that digits are an index
    /// @return null if it names none
    @Nullable
    String letter(JsonNode value, boolean index) {
        if (value.isArray()) return value.size() == 1 ? letter(value.path(0), index) : null;
        if (value.isContainer() || value.isNull()) return null;
        if (value.isNumber() && !Double.isFinite(JsonNumbers.real(value))) return null;
        var text = value.asString("").strip();
        if (!value.isNumber()) {
            var named = index && labels.isEmpty() ? byIndex(text) : null;
            return named != null ? named : letter(text);
        }
        double number = JsonNumbers.real(value);
        if (number == Math.rint(number)) text = String.valueOf((long) number);
        var labelled = byLabel(text);
        if (labelled != null) return labelled;
        var indexed = byIndex(text);
        return indexed != null ? indexed : byText(text);
    }

    /// As [#letter(JsonNode, boolean)], of a text.
    @Nullable
    String letter(String text) {
        var alone = ALONE.matcher(text);
        if (alone.matches()) {
            var labelled = byLabel(alone.group(1));
            if (labelled != null) return labelled;
            int at = Character.toUpperCase(alone.group(1).charAt(0)) - 'A';
            if (labels.isEmpty() && at >= 0 && at < texts.size()) return letter(at);
        }
        var whole = byText(text);
        if (whole != null) return whole;
        var both = LABELLED.matcher(text);
        if (both.matches()) {
            var letter = both.group(1).toUpperCase(Locale.ROOT);
            if (letter.equals(byText(both.group(2)))) return letter;
        }
        return labels.isEmpty() ? byIndex(text) : null;
    }

    private @Nullable String byLabel(String label) {
        for (int i = 0; i < labels.size(); i++) if (labels.get(i).equalsIgnoreCase(label)) return letter(i);
        return null;
    }

    private @Nullable String byIndex(String digits) {
        if (digits.isEmpty() || digits.length() > 2 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) return null;
        int at = Integer.parseInt(digits);
        return at < texts.size() ? letter(at) : null;
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
