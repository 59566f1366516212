package dev.espalier.experiment.imports;

import dev.espalier.EspalierException;
import dev.espalier.io.JsonLines;
import dev.espalier.problem.ChatMessages;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/// The texts that a model wrote for one problem, found in a line under the names that programs give them.
///
/// @param field  the field that holds them
/// @param texts  in the order of the file; those that are null are left out and counted
/// @param single whether the line holds one text by its format: then further lines may hold more for the same problem
/// @param absent texts that are null
record OutputTexts(String field, List<Text> texts, boolean single, int absent) {
    private static final NullNode NONE = NullNode.getInstance();
    /// Lists of texts. The first that holds texts counts.
    private static final List<String> LISTS = List.of(
            "completions",
            "code",
            "response",
            "responses",
            "generations",
            "outputs",
            "samples",
            "output",
            "predictions",
            "resps",
            "candidates",
            "rollouts",
            "attempts",
            "generated_texts",
            "generated_responses",
            "model_outputs",
            "model_responses",
            "model_answers",
            "choices");
    private static final List<String> SINGLE = List.of(
            "completion",
            "generation",
            "response",
            "output",
            "prediction",
            "model_output",
            "model_response",
            "model_answer",
            "model_completion",
            "generated_text",
            "generated_solution",
            "llm_output",
            "raw_output",
            "raw_response",
            "result",
            "completions",
            "outputs",
            "responses",
            "generations",
            "messages",
            "conversations",
            "conversation");
    /// Of those the ones that are lists in other files: one text in a cell of a table may be such a list.
    private static final Set<String> PLURAL =
            Set.of("completions", "code", "responses", "generations", "outputs", "samples", "predictions", "resps");
    private static final List<String> TEXT = List.of(
            "text",
            "content",
            "message",
            "output",
            "completion",
            "generation",
            "response",
            "generated_text",
            "solution");
    private static final List<String> SCORE = List.of(
            "scores",
            "step_scores",
            "prm_scores",
            "rewards",
            "score",
            "value",
            "values",
            "reward",
            "prm_score",
            "agg_score");

    /// @param scores  what the text's own object says, null elsewhere
    /// @param reason  why it ended, likewise
    /// @param tokens  its number of tokens, likewise
    /// @param element its place in the list before the absent ones were left out
    record Text(String text, JsonNode scores, JsonNode reason, JsonNode tokens, int element) {
        Text(String text, int element) {
            this(text, NONE, NONE, NONE, element);
        }
    }

    /// @param separator stands between steps that the file lists one by one
    /// @return null if the line has no texts
    /// @throws EspalierException if it has something else where texts belong; its message is the end of
    ///     the sentence "line 12: …"
    static @Nullable OutputTexts of(ObjectNode line, String separator) {
        var request = ofRequest(line);
        if (request != null) return request;
        for (var name : LISTS) {
            var list = list(line.path(name), name);
            // The choices of a question are no outputs.
            boolean ofQuestion = name.equals("choices")
                    && !list.path(0).has("message")
                    && !list.path(0).has("finish_reason");
            if (list.isArray() && !list.isEmpty() && !ofQuestion) {
                var found = ofList(name, list);
                if (found != null) return found;
            }
        }
        if (line.path("model_response").isObject()) {
            var found = ofNested("model_response", line.path("model_response"));
            if (found != null) return found;
        }
        for (var name : SINGLE) {
            var value = line.path(name);
            var text = value.isString() ? value.stringValue() : value.isArray() ? ChatMessages.answer(value) : null;
            if (text == null && value.isObject()) text = text(value);
            if (text != null && !text.isBlank()) return new OutputTexts(name, List.of(new Text(text, 0)), true, 0);
        }
        return ofSteps(line, separator);
    }

    /// One answer of a batch API, or of a log of such requests.
    private static @Nullable OutputTexts ofRequest(ObjectNode line) {
        var failed = line.path("error");
        if (line.has("custom_id") && (failed.isObject() || failed.isString()))
            throw new EspalierException(
                    "its request failed (%s)".formatted(failed.path("message").asString(failed.asString("error"))));
        var body = line.path("response").path("body");
        if (body.isObject()) return ofNested("response", body);
        var message = line.path("result").path("message");
        if (message.path("content").isArray()) {
            var text = ChatMessages.text(message.path("content"));
            if (text != null)
                return new OutputTexts(
                        "result", List.of(new Text(text, NONE, message.path("stop_reason"), NONE, 0)), true, 0);
        }
        if (line.path("result").path("type").asString("").equals("errored"))
            throw new EspalierException("its request failed");
        return line.path("response").isObject() ? ofNested("response", line.path("response")) : null;
    }

    /// The texts of an object below `field`: of a response of OpenAI's API, or of one of lighteval's.
    private static @Nullable OutputTexts ofNested(String field, JsonNode body) {
        for (var name : List.of("choices", "text", "text_post_processed", "output", "outputs", "responses")) {
            var list = body.path(name);
            if (!list.isArray() || list.isEmpty()) continue;
            var found = ofList(field, list);
            if (found != null) return new OutputTexts(field, found.texts, list.size() == 1, found.absent);
        }
        if (body.path("status_code").asInt(200) >= 400 || body.path("error").isObject())
            throw new EspalierException("its request failed (%s)"
                    .formatted(body.path("error").path("message").asString("no reason is given")));
        var text = text(body);
        return text == null ? null : new OutputTexts(field, List.of(new Text(text, 0)), true, 0);
    }

    private static JsonNode list(JsonNode value, String name) {
        if (!value.isString() || !PLURAL.contains(name) || !value.stringValue().startsWith("[")) return value;
        try {
            return JsonLines.JSON.readTree(value.stringValue());
        } catch (JacksonException | NumberFormatException e) {
            throw new EspalierException(
                    "its \"%s\" are a list that is not JSON; write them with json.dumps".formatted(name));
        }
    }

    private static @Nullable OutputTexts ofList(String name, JsonNode given) {
        var list = given;
        // lm-eval has one list of repeats for each request.
        if (list.size() == 1 && list.path(0).isArray() && list.path(0).path(0).isString()) list = list.path(0);
        if (name.equals("resps") && isLogLikelihood(given))
            throw new EspalierException("its \"resps\" are log-likelihoods of choices, not texts");
        boolean wanted = name.equals("completions") || name.equals("code");
        // A chat is a list too: of messages, not of texts.
        if (list.path(0).has("role") || list.path(0).has("from")) return null;
        var texts = new ArrayList<Text>();
        int absent = 0;
        for (int i = 0; i < list.size(); i++) {
            var element = list.path(i);
            if (element.isNull()) {
                absent++;
                continue;
            }
            var text = element.isString() ? element.stringValue() : text(element);
            if (text == null) {
                if (!wanted && texts.isEmpty() && absent == 0) return null;
                throw new EspalierException("text %d of \"%s\" is not text".formatted(i + 1, name));
            }
            texts.add(new Text(
                    text,
                    first(element, SCORE),
                    first(element, List.of("finish_reason", "stop_reason")),
                    first(element, List.of("completion_tokens", "num_tokens", "token_count")),
                    i));
        }
        if (texts.isEmpty()) throw new EspalierException("all texts of \"%s\" are null".formatted(name));
        return new OutputTexts(name, texts, false, absent);
    }

    private static boolean isLogLikelihood(JsonNode list) {
        var second = list.path(0).path(0).isArray()
                ? list.path(0).path(0).path(1)
                : list.path(0).path(1);
        return second.isBoolean()
                || Set.of("true", "false").contains(second.asString("").toLowerCase(Locale.ROOT));
    }

    /// The text of an object, of a chat, or of a list of one text.
    private static @Nullable String text(JsonNode element) {
        if (element.isArray()) {
            var chat = ChatMessages.answer(element);
            return chat == null && element.size() == 1 && element.path(0).isString()
                    ? element.path(0).stringValue()
                    : chat;
        }
        for (var name : TEXT) {
            var value = element.path(name);
            if (value.isString()) return value.stringValue();
            if (value.isObject()) {
                var inner = text(value);
                if (inner != null) return inner;
            }
            var parts = value.isArray() ? ChatMessages.text(value) : null;
            if (parts != null) return parts;
        }
        return null;
    }

    private static JsonNode first(JsonNode element, List<String> names) {
        for (var name : names) if (element.hasNonNull(name)) return element.path(name);
        return NONE;
    }

    /// One text, step by step: `steps` of ProcessBench, `label` of PRM800K.
    private static @Nullable OutputTexts ofSteps(ObjectNode line, String separator) {
        var steps = new ArrayList<String>();
        for (var step : line.path("steps")) {
            var text = step.isString() ? step.stringValue() : text(step);
            if (text == null) return null;
            steps.add(text);
        }
        if (!steps.isEmpty())
            return new OutputTexts("steps", List.of(new Text(String.join(separator, steps), 0)), true, 0);
        var ratings = JsonLines.JSON.createArrayNode();
        for (var step : line.path("label").path("steps")) {
            var chosen =
                    step.path("completions").path(step.path("chosen_completion").asInt(0));
            if (step.path("human_completion").isObject()) chosen = step.path("human_completion");
            var text = text(chosen);
            if (text == null) break;
            steps.add(text);
            ratings.add(chosen.path("rating").isNumber() ? chosen.path("rating") : NONE);
        }
        if (steps.isEmpty()) return null;
        var text = new Text(String.join(separator, steps), ratings, NONE, NONE, 0);
        return new OutputTexts("label", List.of(text), true, 0);
    }
}
