package dev.espalier.engine.folder;

import dev.espalier.engine.folder.PrmKind.Export;
import java.util.function.IntToDoubleFunction;
import tools.jackson.databind.JsonNode;

/// One number per token (Skywork).
///
/// @param logit true if the number is a logit, whose sigmoid is the probability; false if it is the probability
record ValueHead(boolean logit) implements ReadOut {
    static final PrmKind KIND = new Kind();

    @Override
    public double probability(IntToDoubleFunction output) {
        return logit ? ReadOut.sigmoid(output.applyAsDouble(0)) : output.applyAsDouble(0);
    }

    @Override
    public int outputs() {
        return 1;
    }

    private static final class Kind implements PrmKind {
        @Override
        public String word() {
            return "value-head";
        }

        @Override
        public boolean recognises(Export export) {
            return export.wholeText() || export.outputs() == 1;
        }

        @Override
        public PrmFormat format(Export export, JsonNode given) {
            return new PrmFormat(this, new ValueHead(export.logit(given)), "{step}", "{step}", "\n", "", true, false);
        }

        @Override
        public ChatFormat prompt(PrmFormat format, Export export) {
            return new ChatFormat("question and steps", export.bos() + "{problem}\n");
        }

        @Override
        public boolean seesEmptyStep(PrmFormat format) {
            return !format.mark().isEmpty();
        }
    }
}
