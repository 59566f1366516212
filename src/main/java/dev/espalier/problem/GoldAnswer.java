package dev.espalier.problem;

import dev.espalier.io.JsonLines;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

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
            "final_answer",
            "ground_truth_answer",
            "gold_standard_answer",
            "standard_answer",
            "golden_answer",
            "golden_answers",
            "true_answer",
            "target_answer",
            "ref_answer",
            "gt_ans",
            "answer_number",
            "numerical_answer",
            "numeric_answer",
            "answer_value",
            "answers",
            "l_solutions",
            "expected",
            "expected_output",
            "ideal");
    /// Names that some files use for something else too.
    private static final List<String> UNSURE = List.of("target", "answer_key", "correct", "targets", "reference");
    /// Names that tell a choice, read only where the line has choices.
    private static final List<String> OF_CHOICE = List.of(
            "answer_index",
            "answer_idx",
            "correct_index",
            "correct_idx",
            "correct_answer_index",
            "correct_option",
            "correct_choice",
            "gold_index",
            "gold_idx",
            "cop",
            "label");
    /// A line with one of these holds a model's outputs; a number in its "correct" counts right outputs.
    private static final List<String> OUTPUTS = List.of(
            "completions",
            "code",
            "response",
            "responses",
            "generations",
            "outputs",
            "samples",
            "generation",
            "completion",
            "pred",
            "prediction");
    /// Objects within a line that hold its answer.
    private static final List<String> INNER =
            List.of("reward_model", "verification_info", "extra_info", "metadata", "doc", "question", "problem");
    /// What an answer's object calls its value.
    private static final List<String> VALUE = List.of("value", "answer", "ground_truth", "text", "target");
    /// References to learn from, where the question's name says that the line is of such data.
    private static final List<String> REFERENCES =
            List.of("response", "output", "outputs", "completion", "chosen", "gold_standard_solution", "rationale");
    private static final int LONGEST_ANSWER = 100;
    /// What data sets write where they have no answer. "None" is not among them: it can be the answer.
    private static final Set<String> PLACEHOLDERS = Set.of("notfound", "not found", "proof", "n/a");
    private static final Set<String> TRUTHS = Set.of("true", "false");
    private static final Pattern NUMBER = Pattern.compile("\\$?-?\\d[\\d,]*(?:\\.\\d+)?(?:/\\d+)?\\$?");
    private static final Pattern SAID =
            Pattern.compile("(?i)\\banswer(?:\\s+is)?\\s*:?\\s*\\$?([^\\s.$][^$]*?)\\$?\\s*\\.?\\s*$");
    static final String MARK = "####";

    private GoldAnswer() {}

    /// Whether a field of this name holds an answer.
    static boolean named(String name) {
        return NAMES.stream().anyMatch(known -> LineFields.same(known, name))
                || UNSURE.stream().anyMatch(known -> LineFields.same(known, name));
    }

    /// @param name as the list of names has it
    private record Field(String name, JsonNode value) {}

    /// Returns the letter of the right choice; null if no field names one of the choices.
    ///
    /// @param first the number of the first choice where an answer is an index
    static @Nullable String letter(LineFields fields, Choices choices, int first) {
        if (choices.right() != null) return choices.right();
        var answer = letterOfAnswer(fields, choices, first);
        if (answer != null) return answer;
        for (var name : OF_CHOICE) {
            var value = fields.get(name);
            var letter = value == null ? null : choices.letter(value, true, first);
            if (letter != null) return letter;
        }
        var solved = ofSolution(fields.get("solution"));
        return solved == null ? null : choices.letter(solved, false, first);
    }

    /// As [#letter], of the fields that hold an answer, not of those whose name says that they hold an index.
    static @Nullable String letterOfAnswer(LineFields fields, Choices choices, int first) {
        for (var field : fields(fields)) {
            var letter = choices.letter(field.value(), false, first);
            if (letter != null) return letter;
        }
        return null;
    }

    /// Returns the answer as text; null if the line has none.
    ///
    /// @param references whether the line's response or output is a reference, not a model's output
    static @Nullable String text(LineFields fields, boolean references) throws ProblemLine.Unreadable {
        var text = ownText(fields);
        if (text != null) return text;
        for (var name : INNER) {
            var inner = object(fields.get(name));
            text = inner == null ? null : ownText(new LineFields(inner));
            if (text != null) return text;
        }
        var only = ofIndex(fields);
        return only != null || !references ? only : ofReferences(fields);
    }

    /// The answer of an open question where a file keeps it as the one choice with its index, as lighteval does.
    private static @Nullable String ofIndex(LineFields fields) {
        var choices = fields.get("choices");
        var index = fields.get("gold_index");
        if (choices == null || index == null) return null;
        return text(choices.path((index.isArray() ? index.path(0) : index).asInt(-1)));
    }

    /// A list of texts that is written as JSON text, as in a cell of a table.
    private static @Nullable JsonNode list(String text) {
        try {
            var read = JsonLines.JSON.readTree(text);
            return read.isArray() && read.valueStream().allMatch(JsonNode::isString) ? read : null;
        } catch (JacksonException | NumberFormatException e) {
            return null;
        }
    }

    /// An object, also one that is written as JSON text.
    private static @Nullable JsonNode object(@Nullable JsonNode value) {
        if (value == null || value.isObject()) return value;
        if (!value.isString() || !value.stringValue().startsWith("{")) return null;
        try {
            var read = JsonLines.JSON.readTree(value.stringValue());
            return read.isObject() ? read : null;
        } catch (JacksonException | NumberFormatException e) {
            return null;
        }
    }

    private static @Nullable String ownText(LineFields fields) throws ProblemLine.Unreadable {
        for (var field : fields(fields)) {
            if (field.value().isNumber() && !Double.isFinite(JsonNumbers.real(field.value())))
                throw new ProblemLine.Unreadable("its \"" + field.name() + "\" is a number too large to be read");
            var text = text(field.value());
            if (text != null) return text;
        }
        return ofSolution(fields.get("solution"));
    }

    /// The answer of a reference: as [#ofSolution], else what a last line calls the answer, else a text of one short
    /// line.
    private static @Nullable String ofReferences(LineFields fields) {
        for (var name : REFERENCES) {
            var value = fields.get(name);
            if (value == null) continue;
            var text = ChatMessages.text(value);
            if (text == null) text = ChatMessages.answer(value);
            if (text != null) return ofReference(text.strip());
        }
        for (var name : List.of("messages", "conversations", "conversation")) {
            var chat = fields.get(name);
            var text = chat == null ? null : ChatMessages.answer(chat);
            if (text != null) return ofReference(text.strip());
        }
        return null;
    }

    private static @Nullable String ofReference(String text) {
        var solved = ofSolution(StringNode.valueOf(text));
        if (solved != null) return solved;
        var said = SAID.matcher(text.substring(text.lastIndexOf('\n') + 1));
        if (said.find()) return said.group(1).strip();
        return text.length() <= LONGEST_ANSWER && text.indexOf('\n') < 0 ? text : null;
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
        if (value.isObject()) {
            var inner = new LineFields(value);
            for (var name : VALUE) {
                var found = inner.get(name);
                var text = found == null || found.isObject() ? null : text(found);
                if (text != null) return text;
            }
            return null;
        }
        if (!value.isArray()) {
            var text = value.isNumber()
                    ? JsonNumbers.text(value)
                    : value.asString("").strip();
            var list = text.startsWith("[\"") ? list(text) : null;
            if (list != null) return text(list);
            if (text.isEmpty() || PLACEHOLDERS.contains(text.toLowerCase(Locale.ROOT))) return null;
            // A worked solution under the name of an answer.
            var boxed = text.indexOf('\n') < 0 && text.length() <= LONGEST_ANSWER ? null : Box.last(text);
            return boxed == null ? text : boxed;
        }
        var parts = new LinkedHashSet<String>();
        for (var element : value) {
            var part = element.isNull() || JsonNumbers.isNaN(element) ? null : text(element);
            if (part != null) parts.add(part);
        }
        return parts.isEmpty() ? null : String.join(", ", parts);
    }

    /// The last box of the solution, else what follows its ####, else a solution that is nothing but a number.
    private static @Nullable String ofSolution(@Nullable JsonNode solution) {
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
