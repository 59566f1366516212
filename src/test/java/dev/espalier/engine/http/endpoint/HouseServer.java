package dev.espalier.engine.http.endpoint;

import dev.espalier.EspalierException;
import dev.espalier.model.Generation;
import tools.jackson.databind.node.ObjectNode;

/// A toy kind of server: it calls top-k `nucleus_count`, has no min-p, and keeps the stop text on request.
public final class HouseServer implements ServerKind {
    @Override
    public String word() {
        return "house";
    }

    @Override
    public boolean recognises(String owner) {
        return owner.equals("house-inference");
    }

    @Override
    public void sampling(ObjectNode body, Generation generation) {
        if (generation.minP() > 0) throw new EspalierException("The house server has no min-p; set it to 0.");
        if (generation.topK() > 0) body.put("nucleus_count", generation.topK());
    }

    @Override
    public boolean keepsStop() {
        return true;
    }

    @Override
    public void exactOutput(ObjectNode body) {
        body.put("keep_stop", true);
    }
}
