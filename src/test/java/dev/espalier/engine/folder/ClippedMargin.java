package dev.espalier.engine.folder;

import java.util.function.IntToDoubleFunction;
import tools.jackson.databind.JsonNode;

/// A toy kind of reward model: two numbers per token, whose difference is clipped to [−w, w] and mapped to [0, 1].
/// `prm` gives w as `width`.
public final class ClippedMargin implements PrmKind {
    @Override
    public String word() {
        return "clipped-margin";
    }

    @Override
    public boolean recognises(Export export) {
        return export.architecture().equals("ClippedMarginModel");
    }

    @Override
    public PrmFormat format(Export export, JsonNode given) {
        double width = given.path("width").asDouble(1);
        if (!(width > 0)) throw export.wrong("\"prm.width\" must be above 0, not " + width);
        return new PrmFormat(this, new Difference(width), "{step}", "{step}", "\n", "", true, false);
    }

    private record Difference(double width) implements ReadOut {
        @Override
        public double probability(IntToDoubleFunction output) {
            double difference = output.applyAsDouble(1) - output.applyAsDouble(0);
            return (Math.clamp(difference, -width, width) + width) / (2 * width);
        }

        @Override
        public int outputs() {
            return 2;
        }
    }
}
