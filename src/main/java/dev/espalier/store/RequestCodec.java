package dev.espalier.store;

import static dev.espalier.store.JsonText.integer;
import static dev.espalier.store.JsonText.list;
import static dev.espalier.store.JsonText.text;
import static dev.espalier.store.StepCodec.readStep;
import static dev.espalier.store.StepCodec.writeStep;

import dev.espalier.model.Step;
import dev.espalier.problem.Variant;
import dev.espalier.search.log.Request;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/// Converts requests to and from JSON.
final class RequestCodec {
    private RequestCodec() {}

    static void writeRequest(JsonGenerator json, Request request) {
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
                if (!sample.variant().prompt().isEmpty())
                    json.writeStringProperty("prompt", sample.variant().prompt());
                if (!sample.variant().name().isEmpty())
                    json.writeStringProperty("variant", sample.variant().name());
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
                if (!next.begun().equals(Step.Text.EMPTY)) {
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
        // Only for a model that is not the first of its role: logs from before several could be named read and
        // write the same.
        if (request.model() > 0) json.writeNumberProperty("model", request.model());
        json.writeEndObject();
    }

    static Request readRequest(JsonNode json) {
        int model = json.has("model") ? integer(json, "model") : 0;
        if (json.has("score"))
            return new Request.Score(integer(json, "score"), integer(json, "node"), json.has("ahead"), model);
        if (json.has("lookAhead"))
            return new Request.LookAhead(
                    integer(json, "lookAhead"), integer(json, "node"), integer(json, "max"), model);
        if (json.has("nextTokens"))
            return new Request.NextTokens(
                    integer(json, "nextTokens"),
                    integer(json, "node"),
                    json.has("begun") ? readStep(json.required("begun")) : Step.Text.EMPTY,
                    integer(json, "k"),
                    model);
        return new Request.Sample(
                integer(json, "sample"),
                integer(json, "parent"),
                list(json.required("path"), JsonNode::intValue),
                json.required("step").booleanValue(),
                json.required("greedy").booleanValue(),
                integer(json, "max"),
                Variant.named(json.has("variant") ? text(json, "variant") : "")
                        .withPrompt(json.has("prompt") ? text(json, "prompt") : ""),
                model);
    }
}
