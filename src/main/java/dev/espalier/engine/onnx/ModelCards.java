package dev.espalier.engine.onnx;

import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.onnx.decode.LoadedGraph;
import dev.espalier.model.ModelCard;

/// Creates the model card of a loaded model.
final class ModelCards {
    private ModelCards() {}

    static ModelCard of(ModelFolder model, LoadedGraph graph) {
        return new ModelCard(
                model.name(),
                model.fingerprint(),
                model.shape().parameters(),
                model.shape().context(),
                graph.device(),
                model.prompting().separator(),
                model.prompting().maxNewTokens(),
                model.prompting().description());
    }
}
