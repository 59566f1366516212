package dev.espalier.store;

import static dev.espalier.store.ConfigCodec.readGeneration;
import static dev.espalier.store.ConfigCodec.readParameters;
import static dev.espalier.store.ConfigCodec.writeGeneration;
import static dev.espalier.store.ConfigCodec.writeParameters;
import static dev.espalier.store.JsonText.integer;
import static dev.espalier.store.JsonText.text;
import static dev.espalier.store.StepCodec.readStep;
import static dev.espalier.store.StepCodec.writeStep;

import dev.espalier.search.log.Intervention;
import dev.espalier.search.log.Reduction;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/// Converts interventions to and from JSON.
final class InterventionCodec {
    private InterventionCodec() {}

    static void writeIntervention(JsonGenerator json, Intervention intervention) {
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

    static Intervention readIntervention(JsonNode json) {
        if (json.has("prune")) return new Intervention.Prune(integer(json, "prune"));
        if (json.has("revive")) return new Intervention.Revive(integer(json, "revive"));
        if (json.has("keep")) return new Intervention.Keep(integer(json, "keep"));
        if (json.has("resample")) return new Intervention.Resample(integer(json, "resample"), integer(json, "times"));
        if (json.has("edit")) return new Intervention.Edit(integer(json, "edit"), readStep(json.required("step")));
        if (json.has("continueFrom"))
            return new Intervention.ContinueFrom(
                    integer(json, "continueFrom"), text(json, "strategy"), readParameters(json));
        return new Intervention.Change(
                readParameters(json), readGeneration(json), Reduction.valueOf(text(json, "reduction")));
    }
}
