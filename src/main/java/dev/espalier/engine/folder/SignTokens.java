package dev.espalier.engine.folder;

import dev.espalier.engine.folder.PrmKind.Export;
import java.util.function.IntToDoubleFunction;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// A language model that rates each step with one of two tokens. The score is the good token's share in a softmax over
/// the two (RLHFlow, Math-Shepherd).
record SignTokens(int good, int bad) implements ReadOut {
    static final PrmKind KIND = new Kind();

    @Override
    public double probability(IntToDoubleFunction output) {
        return ReadOut.sigmoid(output.applyAsDouble(good) - output.applyAsDouble(bad));
    }

    @Override
    public int outputs() {
        return 0;
    }

    private static final class Kind implements PrmKind {
        private static final Pattern PRM = Pattern.compile("(?<![a-z])prm(?![a-z])");
        /// Math-Shepherd's mark after a step.
        private static final String SHEPHERD = "ки";

        @Override
        public String word() {
            return "sign-tokens";
        }

        /// Its graph is that of any language model; only the name identifies it.
        @Override
        public boolean recognises(Export export) {
            return PRM.matcher(export.name()).find();
        }

        @Override
        public PrmFormat format(Export export, JsonNode given) {
            if (given.has("tokens"))
                return new PrmFormat(
                        this,
                        new SignTokens(token(export, given, 0), token(export, given, 1)),
                        "{step}",
                        "{step}",
                        "",
                        "",
                        true,
                        false);
            if (export.chat().equals(ChatFormat.LLAMA_3)) {
                String user = "<|start_header_id|>user<|end_header_id|>\n\n";
                return new PrmFormat(
                        this,
                        new SignTokens(export.id("+"), export.id("-")),
                        " {step}",
                        "{step}",
                        "<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
                        "+<|eot_id|>" + user,
                        true,
                        false);
            }
            String word = export.tokens().id("\u2581+") == null ? "" : "\u2581";
            return new PrmFormat(
                    this,
                    new SignTokens(export.id(word + "+"), export.id(word + "-")),
                    " {step}",
                    "{step}",
                    " " + SHEPHERD,
                    "\n",
                    true,
                    false);
        }

        private static int token(Export export, JsonNode given, int index) {
            var token = given.path("tokens").path(index);
            return token.isInt() ? token.asInt() : export.id(token.asString(""));
        }

        /// Llama 3: the first step follows the question within the same turn, which its template closes.
        @Override
        public ChatFormat prompt(PrmFormat format, Export export) {
            if (!export.chat().equals(ChatFormat.LLAMA_3)) return PrmKind.super.prompt(format, export);
            String system =
                    export.chat().prompt().substring(0, export.chat().prompt().indexOf("{problem"));
            return new ChatFormat("llama-3 dialogue of steps", system + "{problem}");
        }

        /// True in a dialogue with one turn per step, false with a mark after each step.
        @Override
        public boolean seesEmptyStep(PrmFormat format) {
            return !format.after().isBlank();
        }
    }
}
