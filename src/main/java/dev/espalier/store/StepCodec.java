package dev.espalier.store;

import static dev.espalier.store.JsonText.base64;
import static dev.espalier.store.JsonText.floats;
import static dev.espalier.store.JsonText.ints;
import static dev.espalier.store.JsonText.readDouble;
import static dev.espalier.store.JsonText.text;

import dev.espalier.model.Blob;
import dev.espalier.model.Cost;
import dev.espalier.model.Result;
import dev.espalier.model.Step;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/// Converts steps, tokens and costs to and from JSON.
final class StepCodec {
    private StepCodec() {}

    static void writeTokenChoice(JsonGenerator json, Result.TokenChoice choice) {
        json.writeStartArray();
        json.writeNumber(choice.token());
        json.writeString(choice.text());
        json.writeNumber(choice.logProb());
        json.writeBoolean(choice.ends());
        json.writeEndArray();
    }

    static Result.TokenChoice readTokenChoice(JsonNode json) {
        return new Result.TokenChoice(
                json.required(0).intValue(),
                JsonText.text(json.required(1)),
                (float) readDouble(json.required(2)),
                json.required(3).booleanValue());
    }

    static void writeSteps(JsonGenerator json, List<Step> steps) {
        json.writeArrayPropertyStart("steps");
        for (var step : steps) writeStep(json, step);
        json.writeEndArray();
    }

    static void writeStep(JsonGenerator json, Step step) {
        json.writeStartObject();
        switch (step) {
            case Step.Text(var text, var tokens, var logProbs) -> {
                json.writeStringProperty("text", text);
                json.writeStringProperty("tokens", base64(tokens));
                json.writeStringProperty("logProbs", base64(logProbs));
            }
            case Step.Media(var blob) -> {
                json.writeStringProperty("blob", blob.sha256());
                json.writeStringProperty("media", blob.mediaType());
            }
        }
        json.writeEndObject();
    }

    static Step readStep(JsonNode json) {
        if (json.has("blob")) return new Step.Media(new Blob(text(json, "blob"), text(json, "media")));
        return Step.of(text(json, "text"), ints(text(json, "tokens")), floats(text(json, "logProbs")));
    }

    static void writeCost(JsonGenerator json, String name, Cost cost) {
        json.writeArrayPropertyStart(name);
        json.writeNumber(cost.generated());
        json.writeNumber(cost.processed());
        json.writeEndArray();
    }

    static Cost readCost(JsonNode json, String name) {
        var cost = json.required(name);
        return new Cost(cost.required(0).longValue(), cost.required(1).longValue());
    }
}
