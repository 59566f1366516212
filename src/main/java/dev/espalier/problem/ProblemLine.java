package dev.espalier.problem;

import dev.espalier.io.JsonLines;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads one line of a problem file; its fields tell the format.
final class ProblemLine {
    /// Reads NaN, which Python writes for a missing value.
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    .build())
            .build();
    /// Names the task. Not "task": files from elsewhere use that name for something else.
    private static final String TASK = "espalier_task";
    private static final Pattern LEVEL = Pattern.compile("(?i)(?:level\\s*)?([1-5])");
    /// GSM8K annotates each calculation for a calculator: `<<16-3-4=9>>`.
    private static final Pattern CALCULATION = Pattern.compile("<<[^<>]*>>");

    private ProblemLine() {}

    /// @param idIfNone the id to use if the line names none
    static Problem read(String line, String idIfNone) throws Unreadable {
        return read(parse(line), idIfNone);
    }

    static Problem read(JsonNode node, String idIfNone) throws Unreadable {
        String task = text(node, TASK);
        return task == null ? fields(node, idIfNone) : fields(node, idIfNone).withTask(task);
    }

    /// Reads a line of answers to grade. It has no id, and its text is "" if it names no problem.
    static Problem readGraded(JsonNode node) throws Unreadable {
        var fields = new LineFields(node);
        return text(node, "problem") == null && text(node, "question") == null
                ? new Problem("", "", GoldAnswer.text(fields), null, "", 0)
                : fields(node, "");
    }

    private static Problem fields(JsonNode node, String idIfNone) throws Unreadable {
        String id = first(text(node, "unique_id"), text(node, "id"), idIfNone);
        String text = text(node, "problem");
        String subject =
                text != null ? first(text(node, "subject"), text(node, "type"), "") : first(text(node, "subject"), "");
        if (text == null) text = text(node, "question");
        if (text == null) {
            throw new Unreadable("it has neither a \"problem\" nor a \"question\" with text in it");
        }
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
            return new Problem(id, text, gold, solution, subject, level(node));
        }
        var fields = new LineFields(node);
        var choices = Choices.of(node, fields);
        String gold = choices == null ? null : GoldAnswer.letter(fields, choices);
        boolean chosen = gold != null;
        if (gold == null) gold = GoldAnswer.text(fields);
        // An answer that is none of the choices belongs to an open question.
        if (choices != null && (chosen || gold == null)) text = choices.appendedTo(text);
        return new Problem(id, text, gold, text(node, "solution"), subject, level(node));
    }

    private static JsonNode parse(String line) throws Unreadable {
        JsonNode node;
        try {
            node = JSON.readTree(line);
        } catch (JacksonException e) {
            throw new Unreadable(JsonLines.reason(e));
        }
        if (!node.isObject()) {
            throw new Unreadable("not a JSON object");
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
