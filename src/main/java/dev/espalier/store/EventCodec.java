package dev.espalier.store;

import dev.espalier.search.Cost;
import dev.espalier.search.Finish;
import dev.espalier.search.Generation;
import dev.espalier.search.Intervention;
import dev.espalier.search.Mode;
import dev.espalier.search.Parameters;
import dev.espalier.search.Reduction;
import dev.espalier.search.Request;
import dev.espalier.search.Result;
import dev.espalier.search.SearchConfig;
import dev.espalier.search.SearchEvent;
import dev.espalier.search.Step;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Events as JSON and back, exactly: equal events in, equal events out, down to the bits of every number that is a number
/// (all NaNs are one). Written by hand so that renaming a record's component cannot change what is on disk.
///
/// A format, once released, is never changed: a new one gets a new [#FORMAT], and [#decode] keeps reading the old.
/// See docs/decisions/0020 for the choice and what it costs in bytes.
final class EventCodec {
    /// Of what [#encode] writes.
    static final int FORMAT = 1;

    private static final JsonMapper JSON = JsonMapper.shared();

    private EventCodec() {}

    /// The word by which the store names an event's kind.
    static String kind(SearchEvent event) {
        return switch (event) {
            case SearchEvent.Started _ -> "started";
            case SearchEvent.Asked _ -> "asked";
            case SearchEvent.Sampled _ -> "sampled";
            case SearchEvent.LookedAhead _ -> "looked-ahead";
            case SearchEvent.Foreseen _ -> "foreseen";
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
                }
                case SearchEvent.LookedAhead ahead -> {
                    json.writeNumberProperty("request", ahead.request());
                    json.writeNumberProperty("node", ahead.node());
                    json.writeStringProperty("finish", ahead.finish().name());
                    writeCost(json, "cost", ahead.cost());
                    writeSteps(json, ahead.steps());
                }
                case SearchEvent.Foreseen foreseen -> {
                    json.writeNumberProperty("request", foreseen.request());
                    json.writeNumberProperty("node", foreseen.node());
                    writeCost(json, "cost", foreseen.cost());
                    json.writeArrayPropertyStart("choices");
                    for (var choice : foreseen.choices()) writeTokenChoice(json, choice);
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
                    writeCost(json, "cost", scored.cost());
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

    /// @throws IllegalArgumentException where the format or kind is not known
    static SearchEvent decode(String kind, int format, String payload) {
        if (format != FORMAT) throw new IllegalArgumentException("unknown event format " + format);
        var json = JSON.readTree(payload);
        return switch (kind) {
            case "started" -> new SearchEvent.Started(readConfig(json.required("config")), text(json, "problem"), text(json, "text"));
            case "asked" -> new SearchEvent.Asked(list(json.required("requests"), EventCodec::readRequest));
            case "sampled" -> new SearchEvent.Sampled(integer(json, "request"), integer(json, "parent"), integer(json, "child"), integer(json, "node"),
                list(json.required("steps"), EventCodec::readStep), finish(json), readCost(json, "cost"));
            case "looked-ahead" -> new SearchEvent.LookedAhead(integer(json, "request"), integer(json, "node"), list(json.required("steps"), EventCodec::readStep),
                finish(json), readCost(json, "cost"));
            case "foreseen" -> new SearchEvent.Foreseen(integer(json, "request"), integer(json, "node"),
                list(json.required("choices"), EventCodec::readTokenChoice), readCost(json, "cost"));
            case "grown" -> new SearchEvent.Grown(integer(json, "parent"), integer(json, "child"), integer(json, "node"), readStep(json.required("step")), finish(json));
            case "voted" -> new SearchEvent.Voted(integer(json, "iteration"), text(json, "leader"), integer(json, "votes"), integer(json, "of"),
                readDouble(json.required("confidence")));
            case "intervened" -> new SearchEvent.Intervened(readIntervention(json));
            case "warned" -> new SearchEvent.Warned(text(json, "what"));
            case "scored" -> new SearchEvent.Scored(integer(json, "request"), integer(json, "node"), list(json.required("scores"), EventCodec::readDouble),
                readCost(json, "cost"));
            case "selected" -> new SearchEvent.Selected(integer(json, "iteration"), list(json.required("kept"), EventCodec::readChoice),
                list(json.required("pruned"), EventCodec::readChoice));
            case "ended" -> new SearchEvent.Ended(integer(json, "candidate"), integer(json, "node"), finish(json));
            case "failed" -> new SearchEvent.Failed(text(json, "reason"));
            case "finished" -> new SearchEvent.Finished(integer(json, "candidates"), readCost(json, "policy"), readCost(json, "reward"));
            default -> throw new IllegalArgumentException("unknown event kind " + kind);
        };
    }

    static String encode(SearchConfig config) {
        return object(json -> writeConfig(json, config));
    }

    static SearchConfig decodeConfig(String config) {
        return readConfig(JSON.readTree(config));
    }

    static String encode(List<Double> numbers) {
        return written(json -> writeDoubles(json, numbers));
    }

    static List<Double> decodeDoubles(String numbers) {
        return list(JSON.readTree(numbers), EventCodec::readDouble);
    }

    private static String object(Consumer<JsonGenerator> content) {
        return written(json -> {
            json.writeStartObject();
            content.accept(json);
            json.writeEndObject();
        });
    }

    private static String written(Consumer<JsonGenerator> content) {
        var text = new StringWriter(256);
        try (var json = JSON.createGenerator(text)) {
            content.accept(json);
        }
        return escapeLoneSurrogates(text.toString());
    }

    /// Half a surrogate pair has no UTF-8 form, and SQLite stores UTF-8; as a JSON escape it survives.
    private static String escapeLoneSurrogates(String json) {
        StringBuilder escaped = null;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            boolean pair = Character.isHighSurrogate(c) && i + 1 < json.length() && Character.isLowSurrogate(json.charAt(i + 1));
            if (Character.isSurrogate(c) && !pair && escaped == null) escaped = new StringBuilder(json.length() + 16).append(json, 0, i);
            if (escaped != null) {
                if (pair) escaped.append(c).append(json.charAt(i + 1));
                else if (Character.isSurrogate(c)) escaped.append("\\u%04x".formatted((int) c));
                else escaped.append(c);
            }
            if (pair) i++;
        }
        return escaped == null ? json : escaped.toString();
    }

    private static void writeConfig(JsonGenerator json, SearchConfig config) {
        json.writeStringProperty("strategy", config.strategy());
        writeParameters(json, config.parameters());
        if (config.mode() != Mode.STANDARD) json.writeStringProperty("mode", config.mode().name());
        writeGeneration(json, config.generation());
        json.writeStringProperty("reduction", config.reduction().name());
        json.writeNumberProperty("seed", config.seed());
        json.writeStringProperty("policy", config.policy());
        json.writeStringProperty("policySha256", config.policySha256());
        json.writeStringProperty("reward", config.reward());
        json.writeStringProperty("rewardSha256", config.rewardSha256());
    }

    private static SearchConfig readConfig(JsonNode json) {
        var mode = json.has("mode") ? Mode.valueOf(text(json, "mode")) : Mode.STANDARD;
        return new SearchConfig(text(json, "strategy"), readParameters(json), mode, readGeneration(json), Reduction.valueOf(text(json, "reduction")),
            json.required("seed").longValue(), text(json, "policy"), text(json, "policySha256"), text(json, "reward"), text(json, "rewardSha256"));
    }

    private static void writeParameters(JsonGenerator json, Parameters parameters) {
        json.writeObjectPropertyStart("parameters");
        parameters.values().forEach((name, value) -> {
            if (value == Math.rint(value) && Math.abs(value) < 1e15) json.writeNumberProperty(name, value.longValue());
            else json.writeNumberProperty(name, value);
        });
        json.writeEndObject();
    }

    private static Parameters readParameters(JsonNode json) {
        var parameters = new HashMap<String, Double>();
        json.required("parameters").properties().forEach(parameter -> parameters.put(parameter.getKey(), readDouble(parameter.getValue())));
        return Parameters.of(parameters);
    }

    private static void writeGeneration(JsonGenerator json, Generation generation) {
        json.writeObjectPropertyStart("generation");
        json.writeNumberProperty("temperature", generation.temperature());
        json.writeNumberProperty("topP", generation.topP());
        json.writeNumberProperty("maxNewTokens", generation.maxNewTokens());
        json.writeStringProperty("separator", generation.separator());
        json.writeStringProperty("systemPrompt", generation.systemPrompt());
        json.writeEndObject();
    }

    private static Generation readGeneration(JsonNode json) {
        var generation = json.required("generation");
        return new Generation(readDouble(generation.required("temperature")), readDouble(generation.required("topP")), integer(generation, "maxNewTokens"),
            text(generation, "separator"), text(generation, "systemPrompt"));
    }

    private static void writeIntervention(JsonGenerator json, Intervention intervention) {
        switch (intervention) {
            case Intervention.Prune prune -> json.writeNumberProperty("prune", prune.node());
            case Intervention.Revive revive -> json.writeNumberProperty("revive", revive.node());
            case Intervention.Keep keep -> json.writeNumberProperty("keep", keep.node());
            case Intervention.Resample resample -> {
                json.writeNumberProperty("resample", resample.node());
                json.writeNumberProperty("times", resample.times());
            }
            case Intervention.Edit edit -> {
                json.writeNumberProperty("edit", edit.node());
                json.writeName("step");
                writeStep(json, edit.step());
            }
            case Intervention.ContinueFrom from -> {
                json.writeNumberProperty("continueFrom", from.node());
                json.writeStringProperty("strategy", from.strategy());
                writeParameters(json, from.parameters());
            }
            case Intervention.Change change -> {
                writeParameters(json, change.parameters());
                writeGeneration(json, change.generation());
                json.writeStringProperty("reduction", change.reduction().name());
            }
        }
    }

    private static Intervention readIntervention(JsonNode json) {
        if (json.has("prune")) return new Intervention.Prune(integer(json, "prune"));
        if (json.has("revive")) return new Intervention.Revive(integer(json, "revive"));
        if (json.has("keep")) return new Intervention.Keep(integer(json, "keep"));
        if (json.has("resample")) return new Intervention.Resample(integer(json, "resample"), integer(json, "times"));
        if (json.has("edit")) return new Intervention.Edit(integer(json, "edit"), readStep(json.required("step")));
        if (json.has("continueFrom")) return new Intervention.ContinueFrom(integer(json, "continueFrom"), text(json, "strategy"), readParameters(json));
        return new Intervention.Change(readParameters(json), readGeneration(json), Reduction.valueOf(text(json, "reduction")));
    }

    private static void writeRequest(JsonGenerator json, Request request) {
        json.writeStartObject();
        switch (request) {
            case Request.Sample sample -> {
                json.writeNumberProperty("sample", sample.id());
                json.writeNumberProperty("parent", sample.parent());
                json.writeArrayPropertyStart("path");
                for (int child : sample.path()) json.writeNumber(child);
                json.writeEndArray();
                json.writeBooleanProperty("step", sample.stopAtStep());
                json.writeBooleanProperty("greedy", sample.greedy());
                json.writeNumberProperty("max", sample.maxNewTokens());
                if (!sample.prompt().isEmpty()) json.writeStringProperty("prompt", sample.prompt());
            }
            case Request.LookAhead ahead -> {
                json.writeNumberProperty("lookAhead", ahead.id());
                json.writeNumberProperty("node", ahead.node());
                json.writeNumberProperty("max", ahead.maxNewTokens());
            }
            case Request.NextTokens next -> {
                json.writeNumberProperty("nextTokens", next.id());
                json.writeNumberProperty("node", next.node());
                json.writeNumberProperty("k", next.k());
                if (!next.begun().equals(Step.EMPTY)) {
                    json.writeName("begun");
                    writeStep(json, next.begun());
                }
            }
            case Request.Score score -> {
                json.writeNumberProperty("score", score.id());
                json.writeNumberProperty("node", score.node());
                if (score.ahead()) json.writeBooleanProperty("ahead", true);
            }
        }
        json.writeEndObject();
    }

    private static Request readRequest(JsonNode json) {
        if (json.has("score")) return new Request.Score(integer(json, "score"), integer(json, "node"), json.has("ahead"));
        if (json.has("lookAhead")) return new Request.LookAhead(integer(json, "lookAhead"), integer(json, "node"), integer(json, "max"));
        if (json.has("nextTokens")) return new Request.NextTokens(integer(json, "nextTokens"), integer(json, "node"),
            json.has("begun") ? readStep(json.required("begun")) : Step.EMPTY, integer(json, "k"));
        return new Request.Sample(integer(json, "sample"), integer(json, "parent"), list(json.required("path"), JsonNode::intValue),
            json.required("step").booleanValue(), json.required("greedy").booleanValue(), integer(json, "max"),
            json.has("prompt") ? text(json, "prompt") : "");
    }

    private static void writeTokenChoice(JsonGenerator json, Result.TokenChoice choice) {
        json.writeStartArray();
        json.writeNumber(choice.token());
        json.writeString(choice.text());
        json.writeNumber(choice.logProb());
        json.writeBoolean(choice.ends());
        json.writeEndArray();
    }

    private static Result.TokenChoice readTokenChoice(JsonNode json) {
        return new Result.TokenChoice(json.required(0).intValue(), json.required(1).stringValue(), (float) readDouble(json.required(2)), json.required(3).booleanValue());
    }

    private static void writeSteps(JsonGenerator json, List<Step> steps) {
        json.writeArrayPropertyStart("steps");
        for (var step : steps) writeStep(json, step);
        json.writeEndArray();
    }

    private static void writeStep(JsonGenerator json, Step step) {
        json.writeStartObject();
        json.writeStringProperty("text", step.text());
        json.writeStringProperty("tokens", base64(step.tokens()));
        json.writeStringProperty("logProbs", base64(step.logProbs()));
        json.writeEndObject();
    }

    private static Step readStep(JsonNode json) {
        return new Step(text(json, "text"), ints(text(json, "tokens")), floats(text(json, "logProbs")));
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
        return new SearchEvent.Choice(json.required(0).intValue(), json.required(1).intValue(), readDouble(json.required(2)), json.required(3).stringValue());
    }

    private static void writeCost(JsonGenerator json, String name, Cost cost) {
        json.writeArrayPropertyStart(name);
        json.writeNumber(cost.generated());
        json.writeNumber(cost.processed());
        json.writeEndArray();
    }

    private static Cost readCost(JsonNode json, String name) {
        var cost = json.required(name);
        return new Cost(cost.required(0).longValue(), cost.required(1).longValue());
    }

    /// JSON has no NaN and no infinity: they are written as strings (Jackson's default).
    private static void writeDoubles(JsonGenerator json, List<Double> numbers) {
        json.writeStartArray();
        for (double number : numbers) json.writeNumber(number);
        json.writeEndArray();
    }

    private static double readDouble(JsonNode json) {
        return json.isString() ? Double.parseDouble(json.stringValue()) : json.doubleValue();
    }

    private static String base64(int[] numbers) {
        var bytes = ByteBuffer.allocate(numbers.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(numbers);
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    private static String base64(float[] numbers) {
        var bytes = ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(numbers);
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    private static int[] ints(String base64) {
        var bytes = Base64.getDecoder().decode(base64);
        var numbers = new int[bytes.length / Integer.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(numbers);
        return numbers;
    }

    private static float[] floats(String base64) {
        var bytes = Base64.getDecoder().decode(base64);
        var numbers = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(numbers);
        return numbers;
    }

    private static String text(JsonNode json, String name) {
        return json.required(name).stringValue();
    }

    private static int integer(JsonNode json, String name) {
        return json.required(name).intValue();
    }

    private static Finish finish(JsonNode json) {
        return Finish.valueOf(text(json, "finish"));
    }

    private static <T> List<T> list(JsonNode array, Function<JsonNode, T> element) {
        var list = new ArrayList<T>(array.size());
        for (var node : array) list.add(element.apply(node));
        return list;
    }
}
