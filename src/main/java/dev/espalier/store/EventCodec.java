package dev.espalier.store;

import dev.espalier.search.Cost;
import dev.espalier.search.Finish;
import dev.espalier.search.Generation;
import dev.espalier.search.Reduction;
import dev.espalier.search.Request;
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
            case SearchEvent.Scored _ -> "scored";
            case SearchEvent.Selected _ -> "selected";
            case SearchEvent.Ended _ -> "ended";
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
                    json.writeArrayPropertyStart("steps");
                    for (var step : sampled.steps()) writeStep(json, step);
                    json.writeEndArray();
                }
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
        json.writeObjectPropertyStart("parameters");
        config.parameters().forEach(json::writeNumberProperty);
        json.writeEndObject();
        var generation = config.generation();
        json.writeObjectPropertyStart("generation");
        json.writeNumberProperty("temperature", generation.temperature());
        json.writeNumberProperty("topP", generation.topP());
        json.writeNumberProperty("maxNewTokens", generation.maxNewTokens());
        json.writeStringProperty("separator", generation.separator());
        json.writeStringProperty("systemPrompt", generation.systemPrompt());
        json.writeEndObject();
        json.writeStringProperty("reduction", config.reduction().name());
        json.writeNumberProperty("seed", config.seed());
        json.writeStringProperty("policy", config.policy());
        json.writeStringProperty("policySha256", config.policySha256());
        json.writeStringProperty("reward", config.reward());
        json.writeStringProperty("rewardSha256", config.rewardSha256());
    }

    private static SearchConfig readConfig(JsonNode json) {
        var parameters = new HashMap<String, Integer>();
        json.required("parameters").properties().forEach(parameter -> parameters.put(parameter.getKey(), parameter.getValue().intValue()));
        var generation = json.required("generation");
        return new SearchConfig(text(json, "strategy"), parameters,
            new Generation(readDouble(generation.required("temperature")), readDouble(generation.required("topP")), integer(generation, "maxNewTokens"),
                text(generation, "separator"), text(generation, "systemPrompt")),
            Reduction.valueOf(text(json, "reduction")), json.required("seed").longValue(), text(json, "policy"), text(json, "policySha256"),
            text(json, "reward"), text(json, "rewardSha256"));
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
            }
            case Request.Score score -> {
                json.writeNumberProperty("score", score.id());
                json.writeNumberProperty("node", score.node());
            }
        }
        json.writeEndObject();
    }

    private static Request readRequest(JsonNode json) {
        if (json.has("score")) return new Request.Score(integer(json, "score"), integer(json, "node"));
        return new Request.Sample(integer(json, "sample"), integer(json, "parent"), list(json.required("path"), JsonNode::intValue),
            json.required("step").booleanValue(), json.required("greedy").booleanValue(), integer(json, "max"));
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
