package dev.espalier.problem;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Finds the gold answer of a line under every name in use. Problem files and imports share this list
/// (docs/decisions/0112).
final class GoldAnswer {
    /// The first of these that holds text or a number counts; then the first that holds a list.
    private static final List<String> NAMES = List.of(
            "answer",
            "gt",
            "gold",
            "gt_answer",
            "gold_answer",
            "ground_truth",
            "expected_answer",
            "reference_answer",
            "correct_answer",
            "final_answer");
    /// Names that some files use for something else too.
    private static final List<String> UNSURE = List.of("target", "answer_key", "correct");
    /// Names that tell a choice, read only where the line has choices.
    private static final List<String> OF_CHOICE =
            List.of("answer_index", "answer_idx", "correct_index", "correct_option", "correct_choice", "label");
    /// A line with one of these holds a model's outputs; a number in its "correct" counts right outputs.
    private static final List<String> OUTPUTS =
            List.of("completions", "code", "response", "responses", "generations", "outputs", "pred", "prediction");
    /// What data sets write where they have no answer. "None" is not among them: it can be the answer.
    private static final Set<String> PLACEHOLDERS = Set.of("notfound", "not found", "proof", "n/a");
    private static final Set<String> TRUTHS = Set.of("true", "false");
    private static final Pattern NUMBER = Pattern.compile("\\$?-?\\d[\\d,]*(?:\\.\\d+)?(?:/\\d+)?\\$?");
    static final String MARK = "####";

    private GoldAnswer() {}

    /// @param name as the list of names has it
    private record Field(String name, JsonNode value) {}

    /// Returns the letter of the right choice; null if no field names one of the choices.
    static @Nullable String letter(LineFields fields, Choices choices) {
        for (var field : fields(fields)) {
            var letter = choices.letter(field.value(), false);
            if (letter != null) return letter;
        }
        for (var name : OF_CHOICE) {
            var value = fields.get(name);
            var letter = value == null ? null : choices.letter(value, true);
            if (letter != null) return letter;
        }
        var solved = ofSolution(fields);
        return solved == null ? null : choices.letter(solved);
    }

    /// Returns the answer as text; null if the line has none.
    static @Nullable String text(LineFields fields) throws ProblemLine.Unreadable {
        for (var field : fields(fields)) {
            if (field.value().isNumber() && !Double.isFinite(JsonNumbers.real(field.value())))
                throw new ProblemLine.Unreadable("its \"" + field.name() + "\" is a number too large to be read");
            var text = text(field.value());
            if (text != null) return text;
        }
        return ofSolution(fields);
    }

    /// The fields that may hold the answer, the likeliest first.
    private static List<Field> fields(LineFields fields) {
        var found = new ArrayList<Field>();
        var lists = new ArrayList<Field>();
        for (var name : NAMES) {
            var value = fields.get(name);
            if (value != null) (value.isArray() ? lists : found).add(new Field(name, value));
        }
        found.addAll(lists);
        for (var name : UNSURE) {
            var value = fields.get(name);
            if (value != null && !(name.equals("correct") && tellsWhetherRight(fields, value)))
                found.add(new Field(name, value));
        }
        return found;
    }

    /// Whether "correct" says how good a model's output was.
    private static boolean tellsWhetherRight(LineFields fields, JsonNode value) {
        var first = value.isArray() ? value.path(0) : value;
        return first.isBoolean()
                || first.isNumber() && fields.hasAny(OUTPUTS)
                || TRUTHS.contains(first.asString("").strip().toLowerCase(Locale.ROOT));
    }

    /// A list becomes one text: its different elements, separated by commas.
    private static @Nullable String text(JsonNode value) {
        if (value.isObject()) return null;
        if (!value.isArray()) {
            var text = value.asString("").strip();
            return text.isEmpty() || PLACEHOLDERS.contains(text.toLowerCase(Locale.ROOT)) ? null : text;
        }
        var parts = new LinkedHashSet<String>();
        for (var element : value) {
            var part = element.isNull() || JsonNumbers.isNaN(element) ? null : text(element);
            if (part != null) parts.add(part);
        }
        return parts.isEmpty() ? null : String.join(", ", parts);
    }

    /// The last box of the solution, else what follows its ####, else a solution that is nothing but a number.
    private static @Nullable String ofSolution(LineFields fields) {
        var solution = fields.get("solution");
        if (solution == null) return null;
        var texts = new ArrayList<String>();
        if (solution.isString()) texts.add(solution.stringValue());
        for (var element : solution) if (element.isString()) texts.add(element.stringValue());
        for (var text : texts.reversed()) {
            var boxed = Box.last(text);
            if (boxed != null) return boxed;
        }
        for (var text : texts.reversed()) {
            int mark = text.lastIndexOf(MARK);
            var end = text.substring(mark < 0 ? 0 : mark + MARK.length()).strip();
            if (!end.isEmpty()
                    && (mark >= 0 && end.lines().count() == 1
                            || NUMBER.matcher(end).matches())) return end;
        }
        return null;
    }
}
