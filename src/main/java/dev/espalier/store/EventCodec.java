package dev.espalier.store;

import static dev.espalier.store.ConfigCodec.readConfig;
import static dev.espalier.store.ConfigCodec.writeConfig;
import static dev.espalier.store.InterventionCodec.readIntervention;
import static dev.espalier.store.InterventionCodec.writeIntervention;
import static dev.espalier.store.JsonText.finish;
import static dev.espalier.store.JsonText.integer;
import static dev.espalier.store.JsonText.list;
import static dev.espalier.store.JsonText.object;
import static dev.espalier.store.JsonText.readDouble;
import static dev.espalier.store.JsonText.text;
import static dev.espalier.store.JsonText.writeDoubles;
import static dev.espalier.store.JsonText.written;
import static dev.espalier.store.RequestCodec.writeRequest;
import static dev.espalier.store.StepCodec.readCost;
import static dev.espalier.store.StepCodec.readStep;
import static dev.espalier.store.StepCodec.writeCost;
import static dev.espalier.store.StepCodec.writeStep;
import static dev.espalier.store.StepCodec.writeSteps;
import static dev.espalier.store.StepCodec.writeTokenChoice;

import dev.espalier.model.Generation;
import dev.espalier.model.Step;
import dev.espalier.search.log.Request;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.log.SearchEvent;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/// Converts events to and from JSON without loss, down to the bits of every number (all NaNs are one). The code names
/// each field, so that renaming a record component does not change the file.
///
/// A released format never changes. A new format gets a new number, and [#decode] still reads the old ones. Decision
/// 0020 has the choice and its cost in bytes.
final class EventCodec {
    /// The format of Espalier 0.1.
    private static final int FIRST = 1;
    /// Adds rationales, media, variants and further models of a role. Events without them are written in the first
    /// format, so that older programs can read them. A note is an optional field of the first format: older
    /// programs skip it, and read such a path as truncated or as not scored.
    private static final int SECOND = 2;

    private EventCodec() {}

    /// The name of an event's kind in the database.
    static String kind(SearchEvent event) {
        return switch (event) {
            case SearchEvent.Started _ -> "started";
            case SearchEvent.Asked _ -> "asked";
            case SearchEvent.Sampled _ -> "sampled";
            case SearchEvent.LookedAhead _ -> "looked-ahead";
            case SearchEvent.NextTokens _ -> "foreseen";
            case SearchEvent.Grown _ -> "grown";
            case SearchEvent.Scored _ -> "scored";
            case SearchEvent.Selected _ -> "selected";
            case SearchEvent.Ended _ -> "ended";
            case SearchEvent.Voted _ -> "voted";
            case SearchEvent.Intervened _ -> "intervened";
            case SearchEvent.Warned _ -> "warned";
            case SearchEvent.Failed _ -> "failed";
            case SearchEvent.Finished _ -> "finished";
        };
    }

    /// The format in which [#encode(SearchEvent)] writes an event.
    static int format(SearchEvent event) {
        boolean second = switch (event) {
            case SearchEvent.Started started -> !(started.config().sampling() instanceof Generation);
            case SearchEvent.Scored scored -> !scored.rationales().isEmpty();
            case SearchEvent.Asked asked ->
                asked.requests().stream()
                        .anyMatch(request -> request.model() > 0
                                || request instanceof Request.Sample sample
                                        && !sample.variant().name().isEmpty());
            case SearchEvent.Sampled sampled -> !sampled.variant().isEmpty() || media(sampled.steps());
            case SearchEvent.LookedAhead ahead -> media(ahead.steps());
            case SearchEvent.Grown grown -> media(List.of(grown.step()));
            default -> false;
        };
        return second ? SECOND : FIRST;
    }

    private static boolean media(List<Step> steps) {
        for (var step : steps) if (step instanceof Step.Media) return true;
        return false;
    }

    static String encode(SearchEvent event) {
        return object(json -> {
            switch (event) {
                case SearchEvent.Started started -> {
                    json.writeStringProperty("problem", started.problemId());
                    json.writeStringProperty("text", started.problem());
                    json.writeObjectPropertyStart("config");
                    writeConfig(json, started.config());
                    json.writeEndObject();
                }
                case SearchEvent.Asked asked -> {
                    json.writeArrayPropertyStart("requests");
                    for (var request : asked.requests()) writeRequest(json, request);
                    json.writeEndArray();
                }
                case SearchEvent.Sampled sampled -> {
                    json.writeNumberProperty("request", sampled.request());
                    json.writeNumberProperty("parent", sampled.parent());
                    json.writeNumberProperty("child", sampled.childIndex());
                    json.writeNumberProperty("node", sampled.firstNode());
                    json.writeStringProperty("finish", sampled.finish().name());
                    writeCost(json, "cost", sampled.cost());
                    writeSteps(json, sampled.steps());
                    if (!sampled.variant().isEmpty()) json.writeStringProperty("variant", sampled.variant());
                    if (!sampled.note().isEmpty()) json.writeStringProperty("note", sampled.note());
                }
                case SearchEvent.LookedAhead ahead -> {
                    json.writeNumberProperty("request", ahead.request());
                    json.writeNumberProperty("node", ahead.node());
                    json.writeStringProperty("finish", ahead.finish().name());
                    writeCost(json, "cost", ahead.cost());
                    writeSteps(json, ahead.steps());
                }
                case SearchEvent.NextTokens next -> {
                    json.writeNumberProperty("request", next.request());
                    json.writeNumberProperty("node", next.node());
                    writeCost(json, "cost", next.cost());
                    json.writeArrayPropertyStart("choices");
                    for (var choice : next.choices()) writeTokenChoice(json, choice);
                    json.writeEndArray();
                }
                case SearchEvent.Grown grown -> {
                    json.writeNumberProperty("parent", grown.parent());
                    json.writeNumberProperty("child", grown.childIndex());
                    json.writeNumberProperty("node", grown.node());
                    json.writeStringProperty("finish", grown.finish().name());
                    json.writeName("step");
                    writeStep(json, grown.step());
                }
                case SearchEvent.Voted voted -> {
                    json.writeNumberProperty("iteration", voted.iteration());
                    json.writeStringProperty("leader", voted.leader());
                    json.writeNumberProperty("votes", voted.votes());
                    json.writeNumberProperty("of", voted.of());
                    json.writeNumberProperty("confidence", voted.confidence());
                }
                case SearchEvent.Intervened intervened -> writeIntervention(json, intervened.intervention());
                case SearchEvent.Warned warned -> json.writeStringProperty("what", warned.what());
                case SearchEvent.Scored scored -> {
                    json.writeNumberProperty("request", scored.request());
                    json.writeNumberProperty("node", scored.node());
                    json.writeName("scores");
                    writeDoubles(json, scored.scores());
                    if (!scored.rationales().isEmpty()) {
                        json.writeArrayPropertyStart("rationales");
                        for (var rationale : scored.rationales()) json.writeString(rationale);
                        json.writeEndArray();
                    }
                    writeCost(json, "cost", scored.cost());
                    if (!scored.note().isEmpty()) json.writeStringProperty("note", scored.note());
                }
                case SearchEvent.Selected selected -> {
                    json.writeNumberProperty("iteration", selected.iteration());
                    writeChoices(json, "kept", selected.kept());
                    writeChoices(json, "pruned", selected.pruned());
                }
                case SearchEvent.Ended ended -> {
                    json.writeNumberProperty("candidate", ended.candidate());
                    json.writeNumberProperty("node", ended.node());
                    json.writeStringProperty("finish", ended.finish().name());
                }
                case SearchEvent.Failed failed -> json.writeStringProperty("reason", failed.reason());
                case SearchEvent.Finished finished -> {
                    json.writeNumberProperty("candidates", finished.candidates());
                    writeCost(json, "policy", finished.policy());
                    writeCost(json, "reward", finished.reward());
                }
            }
        });
    }

    /// @throws IllegalArgumentException if the format or kind is unknown
    static SearchEvent decode(String kind, int format, String payload) {
        if (format != FIRST && format != SECOND) throw new IllegalArgumentException("unknown event format " + format);
        var json = JsonText.JSON.readTree(payload);
        return switch (kind) {
            case "started" ->
                new SearchEvent.Started(readConfig(json.required("config")), text(json, "problem"), text(json, "text"));
            case "asked" -> new SearchEvent.Asked(list(json.required("requests"), RequestCodec::readRequest));
            case "sampled" ->
                new SearchEvent.Sampled(
                        integer(json, "request"),
                        integer(json, "parent"),
                        integer(json, "child"),
                        integer(json, "node"),
                        list(json.required("steps"), StepCodec::readStep),
                        finish(json),
                        readCost(json, "cost"),
                        json.has("variant") ? text(json, "variant") : "",
                        json.has("note") ? text(json, "note") : "");
            case "looked-ahead" ->
                new SearchEvent.LookedAhead(
                        integer(json, "request"),
                        integer(json, "node"),
                        list(json.required("steps"), StepCodec::readStep),
                        finish(json),
                        readCost(json, "cost"));
            case "foreseen" ->
                new SearchEvent.NextTokens(
                        integer(json, "request"),
                        integer(json, "node"),
                        list(json.required("choices"), StepCodec::readTokenChoice),
                        readCost(json, "cost"));
            case "grown" ->
                new SearchEvent.Grown(
                        integer(json, "parent"),
                        integer(json, "child"),
                        integer(json, "node"),
                        readStep(json.required("step")),
                        finish(json));
            case "voted" ->
                new SearchEvent.Voted(
                        integer(json, "iteration"),
                        text(json, "leader"),
                        integer(json, "votes"),
                        integer(json, "of"),
                        readDouble(json.required("confidence")));
            case "intervened" -> new SearchEvent.Intervened(readIntervention(json));
            case "warned" -> new SearchEvent.Warned(text(json, "what"));
            case "scored" ->
                new SearchEvent.Scored(
                        integer(json, "request"),
                        integer(json, "node"),
                        list(json.required("scores"), JsonText::readDouble),
                        json.has("rationales") ? list(json.required("rationales"), JsonText::text) : List.of(),
                        readCost(json, "cost"),
                        json.has("note") ? text(json, "note") : "");
            case "selected" ->
                new SearchEvent.Selected(
                        integer(json, "iteration"),
                        list(json.required("kept"), EventCodec::readChoice),
                        list(json.required("pruned"), EventCodec::readChoice));
            case "ended" -> new SearchEvent.Ended(integer(json, "candidate"), integer(json, "node"), finish(json));
            case "failed" -> new SearchEvent.Failed(text(json, "reason"));
            case "finished" ->
                new SearchEvent.Finished(
                        integer(json, "candidates"), readCost(json, "policy"), readCost(json, "reward"));
            default -> throw new IllegalArgumentException("unknown event kind " + kind);
        };
    }

    static String encode(SearchConfig config) {
        return object(json -> writeConfig(json, config));
    }

    /// Most runs share a configuration with others, and the window reads all runs when it starts.
    private static final int CONFIGS_REMEMBERED = 256;

    /// Recently decoded configurations by their text, the least recently used first.
    private static final Map<String, SearchConfig> CONFIGS =
            Collections.synchronizedMap(new LinkedHashMap<>(64, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, SearchConfig> eldest) {
                    return size() > CONFIGS_REMEMBERED;
                }
            });

    static SearchConfig decodeConfig(String config) {
        var known = CONFIGS.get(config);
        if (known != null) return known;
        var decoded = readConfig(JsonText.JSON.readTree(config));
        CONFIGS.put(config, decoded);
        return decoded;
    }

    static String encode(List<Double> numbers) {
        return written(json -> writeDoubles(json, numbers));
    }

    static List<Double> decodeDoubles(String numbers) {
        return list(JsonText.JSON.readTree(numbers), JsonText::readDouble);
    }

    private static void writeChoices(JsonGenerator json, String name, List<SearchEvent.Choice> choices) {
        json.writeArrayPropertyStart(name);
        for (var choice : choices) {
            json.writeStartArray();
            json.writeNumber(choice.node());
            json.writeNumber(choice.rank());
            json.writeNumber(choice.value());
            json.writeString(choice.reason());
            json.writeEndArray();
        }
        json.writeEndArray();
    }

    private static SearchEvent.Choice readChoice(JsonNode json) {
        return new SearchEvent.Choice(
                json.required(0).intValue(),
                json.required(1).intValue(),
                readDouble(json.required(2)),
                text(json.required(3)));
    }
}
