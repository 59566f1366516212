package dev.espalier.engine.folder;

import dev.espalier.EspalierException;
import dev.espalier.engine.folder.PrmKind.Export;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;
import tools.jackson.databind.JsonNode;

/// Classes for each token. The score is the good class's share in a softmax over the classes (Qwen2.5-Math-PRM, TRL).
///
/// @param good index of the good class
record TokenClasses(int classes, int good) implements ReadOut {
    static final PrmKind KIND = new Kind();

    TokenClasses {
        if (classes < 2 || good < 0 || good >= classes)
            throw new EspalierException(String.format(
                    Locale.ROOT,
                    "A token-class reward model needs at least two classes, and the good class's index must be smaller than their number: not %d and %d.",
                    classes,
                    good));
    }

    @Override
    public double probability(IntToDoubleFunction output) {
        double sum = 0;
        for (int i = 0; i < classes; i++) sum += Math.exp(output.applyAsDouble(i) - output.applyAsDouble(good));
        return 1 / sum;
    }

    @Override
    public int outputs() {
        return classes;
    }

    private static final class Kind implements PrmKind {
        /// Qwen's mark after a step.
        private static final String EXTRA = "<extra_0>";

        @Override
        public String word() {
            return "token-classes";
        }

        @Override
        public boolean recognises(Export export) {
            return export.outputs() == 2 || export.architecture().contains("TokenClassification");
        }

        @Override
        public PrmFormat format(Export export, JsonNode given) {
            int classes = Math.max(2, export.outputs());
            return new PrmFormat(
                    this,
                    new TokenClasses(classes, given.path("good_class").asInt(1)),
                    "{step}",
                    "{step}",
                    export.special(EXTRA) != null ? EXTRA : "\n",
                    "",
                    true,
                    false);
        }

        /// TRL's trainer puts the steps directly after the question.
        @Override
        public ChatFormat prompt(PrmFormat format, Export export) {
            return format.mark().equals(EXTRA) ? OutcomeHead.chat(export) : PrmKind.super.prompt(format, export);
        }
    }
}
