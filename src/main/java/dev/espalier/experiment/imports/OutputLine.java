package dev.espalier.experiment.imports;

import dev.espalier.EspalierException;
import dev.espalier.model.Cost;
import dev.espalier.model.Finish;
import dev.espalier.model.Result;
import dev.espalier.model.Step;
import dev.espalier.model.StepSplitter;
import dev.espalier.problem.ChoiceIndex;
import dev.espalier.problem.JsonNumbers;
import dev.espalier.problem.Problem;
import dev.espalier.problem.ProblemFile;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/// One problem's solutions in another program's file, recognised by its fields: `completions` and `scores`
/// (search-and-learn, plain), `code` and `pred_score` (Qwen2.5-Math's evaluation), or those of [OutputTexts] and
/// [OutputScores]. Facts missing from the file stay unknown: steps have no token ids.
///
/// @param scored whether the file has scores
/// @param fields the line without the fields of problem and samples
/// @param single whether further lines may hold more solutions of the problem
record OutputLine(Problem problem, List<Sample> samples, boolean scored, ObjectNode fields, boolean single) {
    private static final double MOST_TOKENS = 1e9;
    private static final int[] NO_TOKENS = new int[0];
    private static final float[] NO_LOG_PROBS = new float[0];
    private static final Set<String> OF_PROBLEM =
            Set.of("problem", "question", "answer", "solution", "subject", "type", "level", "unique_id", "id");
    private static final Set<String> CUT = Set.of(
            "length", "max_tokens", "max_length", "max_new_tokens", "max_output_tokens", "model_length", "truncated");

    record Sample(List<Step> steps, Finish finish, Cost cost, List<Double> scores) {
        Result.Sampled sampled() {
            return new Result.Sampled(steps, finish, cost);
        }

        /// In characters.
        long length() {
            return steps.stream().mapToLong(step -> step.text().length()).sum();
        }
    }

    /// How the lines of a file are read.
    ///
    /// @param separator  the text that ends a step
    /// @param tokenLimit maximum tokens per text: a text of exactly this length was cut off
    /// @param index      how indices of choices count; asked only where it matters
    record Reading(String separator, int tokenLimit, Supplier<ChoiceIndex> index) {}

    /// @param warn receives irregularities that do not invalidate the line
    /// @throws EspalierException if the line has no problem or no solutions; its message is the end of the sentence
    ///     "line 12: …"
    static OutputLine read(ObjectNode json, String idIfNone, Reading reading, Consumer<String> warn) {
        var problem = problem(json, idIfNone, reading.index());
        var texts = OutputTexts.of(json, reading.separator());
        if (texts == null) throw new EspalierException("it has neither \"completions\" nor \"code\" with texts in it");
        if (texts.absent() > 0)
            warn.accept("%d of %d texts are null and left out"
                    .formatted(texts.absent(), texts.absent() + texts.texts().size()));
        var scores = OutputScores.of(json, texts, warn);
        var tokens = json.path("completion_tokens");
        var reasons = first(json, texts.single(), "finish_reasons", "finish_reason", "stop_reasons", "stop_reason");
        var splitter = new StepSplitter(reading.separator());
        var samples = new ArrayList<Sample>();
        int unaligned = 0;
        for (int i = 0; i < texts.texts().size(); i++) {
            var text = texts.texts().get(i);
            var given = scores == null ? List.<Double>of() : scores.values().get(i);
            var steps = splitter.split(text.text());
            // If the scores do not match the steps, the whole text is one step.
            if (!given.isEmpty() && given.size() != steps.size()) {
                if (given.size() > 1) unaligned++;
                steps = text.text().isEmpty() ? List.of() : List.of(text.text());
            }
            long count = tokens(of(text.tokens(), tokens, text, texts.single()));
            var reason = of(text.reason(), reasons == null ? text.reason() : json.path(reasons), text, texts.single());
            boolean cut = reason.isNull() || reason.isMissingNode()
                    ? reasons == null && count == reading.tokenLimit()
                    : CUT.contains(reason.asString("").toLowerCase(Locale.ROOT));
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
                            .formatted(unaligned, samples.size()));
        var fields = json.deepCopy();
        OF_PROBLEM.forEach(fields::remove);
        fields.remove(texts.field());
        if (scores != null && scores.field() != null) fields.remove(scores.field());
        return new OutputLine(problem, samples, scores != null, fields, texts.single());
    }

    /// What the text's own object says, else what the line's list says of it, else the line's value for its one text.
    private static JsonNode of(JsonNode own, JsonNode ofLine, OutputTexts.Text text, boolean single) {
        if (!own.isNull()) return own;
        return ofLine.isArray() ? ofLine.path(text.element()) : single ? ofLine : ofLine.path(text.element());
    }

    private static Problem problem(ObjectNode json, String idIfNone, Supplier<ChoiceIndex> index) {
        var id = json.path("idx").isNumber()
                ? idIfNone.replaceFirst("\\d+$", json.path("idx").asString())
                : idIfNone;
        var custom = json.path("custom_id").asString("");
        if (custom.isEmpty()) return ProblemFile.problemOfOutputs(json, id, index);
        // The id of a line of a batch is the answer's, not the problem's.
        var request = json.deepCopy();
        request.put("id", custom);
        for (var name : List.of("request", "body", "params"))
            if (json.path(name).path("messages").isArray())
                request.set("messages", json.path(name).path("messages"));
        try {
            return ProblemFile.problemOfOutputs(request, id, index);
        } catch (EspalierException withoutProblem) {
            return new Problem(
                    custom,
                    "The file does not hold the text of this problem (custom_id %s).".formatted(custom),
                    null,
                    null,
                    "",
                    0);
        }
    }

    /// Joins lines that hold one solution each of the same problem. A field that is the same in all lines is
    /// kept once, another as a list of its values.
    static OutputLine joined(List<OutputLine> lines) {
        if (lines.size() == 1) return lines.getFirst();
        var names = new LinkedHashSet<String>();
        for (var line : lines) names.addAll(line.fields.propertyNames());
        var fields = lines.getFirst().fields.objectNode();
        for (var name : names) {
            var values = lines.stream().map(line -> line.fields.get(name)).toList();
            if (values.stream().distinct().count() == 1) fields.set(name, values.getFirst());
            else
                fields.set(
                        name,
                        fields.arrayNode()
                                .addAll(values.stream().map(OutputLine::orNull).toList()));
        }
        var problem = lines.stream()
                .map(OutputLine::problem)
                .filter(each -> each.gold() != null)
                .findFirst()
                .orElse(lines.getFirst().problem);
        return new OutputLine(
                problem.withId(lines.getFirst().problem.id()),
                lines.stream().flatMap(line -> line.samples.stream()).toList(),
                lines.stream().anyMatch(OutputLine::scored),
                fields,
                true);
    }

    private static JsonNode orNull(@Nullable JsonNode value) {
        return value == null ? NullNode.getInstance() : value;
    }

    /// The first of the given fields that is a non-empty list, or text if that is wanted.
    private static @Nullable String first(ObjectNode json, boolean text, String... names) {
        for (var name : names) {
            var value = json.path(name);
            if (value.isArray() && !value.isEmpty() || text && value.isString()) return name;
        }
        return null;
    }

    private static long tokens(JsonNode node) {
        double number = node.isNumber() ? JsonNumbers.real(node) : node.asLong(0);
        if (number > MOST_TOKENS) throw new EspalierException("\"completion_tokens\" is larger than any text");
        return Math.max(0, (long) number);
    }
}
