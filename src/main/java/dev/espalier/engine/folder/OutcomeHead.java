package dev.espalier.engine.folder;

import dev.espalier.engine.folder.PrmKind.Export;
import java.util.function.IntToDoubleFunction;
import tools.jackson.databind.JsonNode;

/// One number for a whole solution (an outcome reward model).
///
/// @param logit as for [ValueHead]
record OutcomeHead(boolean logit) implements ReadOut {
    static final PrmKind KIND = new Kind();

    @Override
    public double probability(IntToDoubleFunction output) {
        return logit ? ReadOut.sigmoid(output.applyAsDouble(0)) : output.applyAsDouble(0);
    }

    @Override
    public int outputs() {
        return 1;
    }

    @Override
    public boolean outcome() {
        return true;
    }

    /// The chat format of a reward model that was trained on complete conversations.
    static ChatFormat chat(Export export) {
        return export.chat().equals(ChatFormat.QWEN_2_5) ? ChatFormat.QWEN_2_5_MATH : export.chat();
    }

    private static final class Kind implements PrmKind {
        @Override
        public String word() {
            return "outcome";
        }

        @Override
        public boolean recognises(Export export) {
            return export.wholeText()
                    && (export.outputs() == 1 || export.architecture().contains("SequenceClassification"));
        }

        @Override
        public PrmFormat format(Export export, JsonNode given) {
            String end = export.special("<|eot_id|>") != null
                    ? "<|eot_id|>"
                    : export.special("<|im_end|>") != null
                            ? "<|im_end|>\n"
                            : export.special("</s>") != null ? "</s>" : "\n";
            return new PrmFormat(this, new OutcomeHead(export.logit(given)), "{step}", "{step}", end, "", false, false);
        }

        @Override
        public ChatFormat prompt(PrmFormat format, Export export) {
            return chat(export);
        }
    }
}
