package dev.espalier.experiment.imports;

import dev.espalier.EspalierException;
import dev.espalier.model.Cost;
import dev.espalier.model.Finish;
import dev.espalier.model.Result;
import dev.espalier.model.Step;
import dev.espalier.model.StepSplitter;
import dev.espalier.problem.JsonNumbers;
import dev.espalier.problem.Problem;
import dev.espalier.problem.ProblemFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One problem's solutions in another program's file, recognised by its fields: `completions` and `scores`
/// (search-and-learn, plain), or `code` and `pred_score` (Qwen2.5-Math's evaluation). Facts missing from the file stay
/// unknown: steps have no token ids.
///
/// @param scored whether the file has scores
/// @param fields the line without the fields of problem and samples
record OutputLine(Problem problem, List<Sample> samples, boolean scored, ObjectNode fields) {
    private static final double MOST_TOKENS = 1e9;
    private static final int[] NO_TOKENS = new int[0];
    private static final float[] NO_LOG_PROBS = new float[0];
    private static final Set<String> OF_PROBLEM =
            Set.of("problem", "question", "answer", "solution", "subject", "type", "level", "unique_id", "id");

    record Sample(List<Step> steps, Finish finish, Cost cost, List<Double> scores) {
        Result.Sampled sampled() {
            return new Result.Sampled(steps, finish, cost);
        }
    }

    /// @param tokenLimit maximum tokens per text: a text of exactly this length was cut off
    /// @param warn receives irregularities that do not invalidate the line
    /// @throws EspalierException if the line has no problem or no solutions; its message is the end of the sentence
    ///     "line 12: …"
    static OutputLine read(
            ObjectNode json, String idIfNone, StepSplitter splitter, int tokenLimit, Consumer<String> warn) {
        var problem = problem(json, idIfNone);
        var texts = first(json, "completions", "code", "response");
        if (texts == null) throw new EspalierException("it has neither \"completions\" nor \"code\" with texts in it");
        var scores = first(json, "scores", "pred_score");
        int n = json.path(texts).size();
        var completions = json.path(texts);
        var tokens = json.path("completion_tokens");
        var reasons = first(json, "finish_reasons", "finish_reason");
        if (scores != null && json.path(scores).size() != n)
            throw new EspalierException("it has %d texts but scores for %d"
                    .formatted(n, json.path(scores).size()));
        var samples = new ArrayList<Sample>();
        int unaligned = 0;
        for (int i = 0; i < n; i++) {
            if (!completions.get(i).isString())
                throw new EspalierException("text %d of \"%s\" is not text".formatted(i + 1, texts));
            var text = completions.get(i).stringValue();
            var given = scores == null
                    ? List.<Double>of()
                    : numbers(json.path(scores).get(i), scores);
            var steps = splitter.split(text);
            // If the scores do not match the steps, the whole text is one step.
            if (!given.isEmpty() && given.size() != steps.size()) {
                if (given.size() > 1) unaligned++;
                steps = text.isEmpty() ? List.of() : List.of(text);
            }
            long count = tokens(tokens.path(i));
            boolean cut =
                    reasons != null ? json.path(reasons).path(i).asString("").equals("length") : count == tokenLimit;
            samples.add(new Sample(
                    steps.stream()
                            .map(step -> Step.of(step, NO_TOKENS, NO_LOG_PROBS))
                            .toList(),
                    cut ? Finish.LENGTH : Finish.STOP,
                    new Cost(count, 0),
                    given));
        }
        if (unaligned > 0)
            warn.accept(
                    "%d of %d texts have different numbers of scores and steps; each is shown as one step. Try another --separator"
                            .formatted(unaligned, n));
        var fields = json.deepCopy();
        OF_PROBLEM.forEach(fields::remove);
        fields.remove(texts);
        if (scores != null) fields.remove(scores);
        return new OutputLine(problem, samples, scores != null, fields);
    }

    private static Problem problem(ObjectNode json, String idIfNone) {
        return ProblemFile.problem(
                json,
                json.path("idx").isNumber()
                        ? idIfNone.replaceFirst("\\d+$", json.path("idx").asString())
                        : idIfNone);
    }

    /// The first of the given fields that is a non-empty list.
    private static @Nullable String first(ObjectNode json, String... names) {
        for (var name : names) if (json.path(name).isArray() && !json.path(name).isEmpty()) return name;
        return null;
    }

    private static List<Double> numbers(JsonNode node, String field) {
        if (node.isNull()) return List.of();
        if (node.isNumber()) return List.of(number(node, field));
        if (!node.isArray() || node.valueStream().anyMatch(value -> !value.isNumber()))
            throw new EspalierException("\"%s\" holds a value that is not a number".formatted(field));
        return node.valueStream().map(value -> number(value, field)).toList();
    }

    /// Accepts NaN and infinities that the file has by name; rejects a number that overflows.
    private static double number(JsonNode node, String field) {
        double number = JsonNumbers.real(node);
        if (Double.isInfinite(number) && !node.isDouble())
            throw new EspalierException("\"%s\" holds a number that is too large".formatted(field));
        return number;
    }

    private static long tokens(JsonNode node) {
        double number = node.isNumber() ? JsonNumbers.real(node) : node.asLong(0);
        if (number > MOST_TOKENS) throw new EspalierException("\"completion_tokens\" is larger than any text");
        return Math.max(0, (long) number);
    }
}
