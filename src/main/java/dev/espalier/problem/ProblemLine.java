package dev.espalier.problem;

import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads one line of a problem file; its fields tell the format.
final class ProblemLine {
    /// Names the task. Not "task": files from elsewhere use that name for something else.
    private static final String TASK = "espalier_task";
    private static final List<String> NESTED = List.of(
            "doc", "question", "problem", "example", "row", "sample", "item", "instance", "input", "task", "data");
    private static final Pattern LEVEL = Pattern.compile("(?i)(?:level\\s*)?([1-5])");
    /// GSM8K annotates each calculation for a calculator: `<<16-3-4=9>>`.
    private static final Pattern CALCULATION = Pattern.compile("<<[^<>]*>>");

    private ProblemLine() {}

    /// How a line is read.
    ///
    /// @param outputs whether its responses are a model's, so that they are no reference
    /// @param first   the index of the first choice, 0 or 1
    record Reading(boolean outputs, int first) {}

    /// @param sign what the line says on where the indices of choices start
    /// @param changesWithFirst whether the right choice depends on that
    record Read(Problem problem, ChoiceIndex.Sign sign, boolean changesWithFirst) {
        Read(Problem problem) {
            this(problem, ChoiceIndex.Sign.NONE, false);
        }
    }

    /// @param idIfNone the id to use if the line names none
    static Read read(ObjectNode node, String idIfNone, Reading reading) throws Unreadable {
        String task = text(node, TASK);
        var read = fields(unnested(node), idIfNone, reading);
        return task == null ? read : new Read(read.problem().withTask(task), read.sign(), read.changesWithFirst());
    }

    /// Reads a line of answers to grade. It has no id, and its text is "" if it names no problem.
    static Problem readGraded(ObjectNode node) throws Unreadable {
        var fields = new LineFields(node);
        return Question.of(fields, fields.hasAny(Choices.SIGNS)) == null
                ? new Problem("", "", GoldAnswer.text(fields, false), null, "", 0)
                : fields(node, "", new Reading(true, 0)).problem();
    }

    private static Read fields(ObjectNode node, String idIfNone, Reading reading) throws Unreadable {
        String id = first(text(node, "unique_id"), text(node, "id"), idIfNone);
        var fields = new LineFields(node);
        String text = text(node, "problem");
        String subject =
                text != null ? first(text(node, "subject"), text(node, "type"), "") : first(text(node, "subject"), "");
        boolean mayBeChoice = fields.hasAny(Choices.SIGNS);
        var question = Question.of(fields, mayBeChoice);
        if (question == null) {
            throw new Unreadable("it has neither a \"problem\" nor a \"question\" with text in it");
        }
        text = question.text();
        String answer = text(node, "answer");
        int mark = answer == null ? -1 : answer.lastIndexOf(GoldAnswer.MARK);
        if (answer != null && mark >= 0) {
            String gold = answer.substring(mark + GoldAnswer.MARK.length()).strip();
            if (gold.isEmpty()) {
                throw new Unreadable("nothing follows the #### of its answer");
            }
            String solution = CALCULATION
                    .matcher(answer.substring(0, mark))
                    .replaceAll("")
                    .strip();
            return new Read(new Problem(id, text, gold, solution, subject, level(node)));
        }
        var choices = Choices.of(node, fields, text);
        var fromZero = choices == null ? null : GoldAnswer.letter(fields, choices, 0);
        var fromOne = choices == null ? null : GoldAnswer.letter(fields, choices, 1);
        var letter = reading.first() == 0 ? fromZero : fromOne;
        var gold = letter != null ? letter : GoldAnswer.text(fields, question.instructed() && !reading.outputs());
        // An answer that is none of the choices belongs to an open question.
        if (choices != null && (letter != null || gold == null)) text = choices.appendedTo(text);
        var problem = new Problem(id, text, gold, text(node, "solution"), subject, level(node));
        return choices == null
                ? new Read(problem)
                : new Read(
                        problem,
                        ChoiceIndex.sign(namesColumn(fields, choices), fromZero, fromOne),
                        !Objects.equals(fromZero, fromOne));
    }

    /// Whether the answer is the number of a column such as "option1".
    private static boolean namesColumn(LineFields fields, Choices choices) {
        return choices.numbered() && GoldAnswer.letterOfAnswer(fields, choices, 1) != null;
    }

    /// Brings the fields of the object that holds the problem (`doc` of a line of lm-eval) to the line itself, where
    /// they do not replace others.
    private static ObjectNode unnested(ObjectNode node) {
        var fields = new LineFields(node);
        var own = Question.of(fields, false);
        if (own != null && !own.instructed()) return node;
        for (var name : NESTED) {
            if (!(fields.get(name) instanceof ObjectNode inner)) continue;
            var innerFields = new LineFields(inner);
            if (Question.of(innerFields, false) == null) continue;
            var all = inner.deepCopy();
            for (var field : node.properties())
                if (field.getValue() != inner && (!all.has(field.getKey()) || !Question.named(field.getKey())))
                    all.set(field.getKey(), field.getValue());
            return all;
        }
        return node;
    }

    /// Returns a field's text; null if the field is missing, null, blank, NaN, or an array or object.
    private static @Nullable String text(JsonNode node, String field) throws Unreadable {
        JsonNode value = node.get(field);
        if (value == null || value.isNull() || value.isContainer() || JsonNumbers.isNaN(value)) {
            return null;
        }
        if (value.isNumber() && !Double.isFinite(JsonNumbers.real(value))) {
            throw new Unreadable("its \"" + field + "\" is a number too large to be read");
        }
        String text = value.asString().strip();
        return text.isEmpty() ? null : text;
    }

    private static String first(@Nullable String... candidates) {
        for (String candidate : candidates) {
            if (candidate != null) {
                return candidate;
            }
        }
        return "";
    }

    private static int level(JsonNode node) throws Unreadable {
        String level = text(node, "level");
        Matcher matcher = LEVEL.matcher(level == null ? "" : level);
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    /// Why a line is skipped, as the end of the sentence "line 12: …".
    static final class Unreadable extends Exception {
        Unreadable(String reason) {
            super(reason, null, false, false);
        }

        @Override
        public String getMessage() {
            return Objects.requireNonNull(super.getMessage());
        }
    }
}
