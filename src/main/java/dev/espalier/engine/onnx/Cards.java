package dev.espalier.engine.onnx;

import dev.espalier.engine.ModelFolder;
import dev.espalier.model.ModelCard;

final class Cards {
    private Cards() {}

    static ModelCard of(ModelFolder model, LoadedGraph graph) {
        return new ModelCard(model.name(), model.fingerprint(), model.parameters(), model.context(), graph.device(), model.separator(), model.maxNewTokens());
    }
}
