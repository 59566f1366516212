package dev.espalier.store;

import static dev.espalier.store.JsonText.integer;
import static dev.espalier.store.JsonText.readDouble;
import static dev.espalier.store.JsonText.text;

import dev.espalier.model.Generation;
import dev.espalier.model.Sampling;
import dev.espalier.search.log.Mode;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.Parameters.Value;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.log.UsedModel;
import dev.espalier.search.log.UsedModel.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/// Converts configurations to and from JSON.
final class ConfigCodec {
    private ConfigCodec() {}

    static void writeConfig(JsonGenerator json, SearchConfig config) {
        json.writeStringProperty("strategy", config.strategy());
        writeParameters(json, config.parameters());
        if (config.mode() != Mode.STANDARD)
            json.writeStringProperty("mode", config.mode().name());
        writeSampling(json, config.sampling());
        json.writeStringProperty("reduction", config.reduction().name());
        json.writeNumberProperty("seed", config.seed());
        json.writeStringProperty("policy", config.policy());
        json.writeStringProperty("policySha256", config.policySha256());
        json.writeStringProperty("reward", config.reward());
        json.writeStringProperty("rewardSha256", config.rewardSha256());
        writeFurtherModels(json, config);
    }

    /// Writes all models but the first of each role. Logs with one policy and one reward model keep their older
    /// form.
    private static void writeFurtherModels(JsonGenerator json, SearchConfig config) {
        if (config.furtherModels().isEmpty()) return;
        json.writeArrayPropertyStart("models");
        for (var model : config.furtherModels()) {
            json.writeStartObject();
            json.writeStringProperty("role", model.role().name());
            json.writeStringProperty("name", model.name());
            json.writeStringProperty("sha256", model.sha256());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    static SearchConfig readConfig(JsonNode json) {
        var mode = json.has("mode") ? Mode.valueOf(text(json, "mode")) : Mode.STANDARD;
        return new SearchConfig(
                text(json, "strategy"),
                readParameters(json),
                mode,
                readSampling(json),
                Reduction.valueOf(text(json, "reduction")),
                json.required("seed").longValue(),
                readModels(json));
    }

    /// Reads the models by role, in the roles' order.
    private static List<UsedModel> readModels(JsonNode json) {
        var models = new ArrayList<UsedModel>();
        for (var role : Role.values()) {
            var name = switch (role) {
                case POLICY -> "policy";
                case REWARD -> "reward";
            };
            if (!text(json, name).isEmpty())
                models.add(new UsedModel(role, text(json, name), text(json, name + "Sha256")));
            for (var model : json.path("models")) {
                if (Role.valueOf(text(model, "role")) == role)
                    models.add(new UsedModel(role, text(model, "name"), text(model, "sha256")));
            }
        }
        return models;
    }

    static void writeParameters(JsonGenerator json, Parameters parameters) {
        json.writeObjectPropertyStart("parameters");
        parameters.values().forEach((name, value) -> {
            switch (value) {
                case Value.Text(var text) -> json.writeStringProperty(name, text);
                case Value.Numeric(double number)
                when number == Math.rint(number) && Math.abs(number) < 1e15 ->
                    json.writeNumberProperty(name, (long) number);
                case Value.Numeric(double number) -> json.writeNumberProperty(name, number);
            }
        });
        json.writeEndObject();
    }

    static Parameters readParameters(JsonNode json) {
        var parameters = new TreeMap<String, Value>();
        json.required("parameters").properties().forEach(parameter -> {
            var value = parameter.getValue();
            parameters.put(
                    parameter.getKey(), value.isString() ? Value.of(value.stringValue()) : Value.of(readDouble(value)));
        });
        return new Parameters(parameters);
    }

    private static void writeSampling(JsonGenerator json, Sampling sampling) {
        switch (sampling) {
            case Generation generation -> writeGeneration(json, generation);
            case Sampling.Image image -> {
                json.writeObjectPropertyStart("image");
                json.writeNumberProperty("steps", image.steps());
                json.writeNumberProperty("guidance", image.guidance());
                json.writeNumberProperty("width", image.width());
                json.writeNumberProperty("height", image.height());
                json.writeEndObject();
            }
        }
    }

    private static Sampling readSampling(JsonNode json) {
        if (!json.has("image")) return readGeneration(json);
        var image = json.required("image");
        return new Sampling.Image(
                integer(image, "steps"),
                readDouble(image.required("guidance")),
                integer(image, "width"),
                integer(image, "height"));
    }

    static void writeGeneration(JsonGenerator json, Generation generation) {
        json.writeObjectPropertyStart("generation");
        json.writeNumberProperty("temperature", generation.temperature());
        json.writeNumberProperty("topP", generation.topP());
        // Written only if used, so that older logs stay the same.
        if (generation.topK() > 0) json.writeNumberProperty("topK", generation.topK());
        if (generation.minP() > 0) json.writeNumberProperty("minP", generation.minP());
        json.writeNumberProperty("maxNewTokens", generation.maxNewTokens());
        json.writeStringProperty("separator", generation.separator());
        json.writeStringProperty("systemPrompt", generation.systemPrompt());
        json.writeEndObject();
    }

    static Generation readGeneration(JsonNode json) {
        var generation = json.required("generation");
        return new Generation(
                readDouble(generation.required("temperature")),
                readDouble(generation.required("topP")),
                generation.path("topK").asInt(0),
                generation.path("minP").asDouble(0),
                integer(generation, "maxNewTokens"),
                text(generation, "separator"),
                text(generation, "systemPrompt"));
    }
}
