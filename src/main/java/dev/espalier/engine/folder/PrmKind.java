package dev.espalier.engine.folder;

import dev.espalier.EspalierException;
import dev.espalier.engine.format.TensorType;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A kind of reward model: how to recognise it, how to write its input, and where its scores are. A new kind is one
/// class and one line (docs/how-to-add-a-prm-kind.md). Stateless.
public interface PrmKind {
    /// The name in `espalier.json`: lower-case words with hyphens.
    String word();

    /// Whether a folder that names no kind looks like this one. The first registered kind that says yes is used,
    /// and the folder's row says that the kind was guessed.
    default boolean recognises(Export export) {
        return false;
    }

    /// The format of a folder's model. The template's parts in `prm` (`first`, `step`, `mark`, `after`, `trim`,
    /// `end_token`) override it later.
    ///
    /// @param given the folder's `prm`, a missing node if the kind was guessed
    /// @throws EspalierException if `given` or the tokenizer lacks something; see [Export#wrong]
    PrmFormat format(Export export, JsonNode given);

    /// The prompt in front of the steps, if `espalier.json` gives none.
    default ChatFormat prompt(PrmFormat format, Export export) {
        return new ChatFormat("question and steps", export.bos() + "{problem}");
    }

    /// Whether a separator at the end of the text makes the model see an empty step after it. Matters in parity
    /// mode only.
    default boolean seesEmptyStep(PrmFormat format) {
        return false;
    }

    /// What is known of an exported model.
    ///
    /// @param file         the folder's `espalier.json`, which may be missing
    /// @param logits       the graph's output: rows, tokens and numbers a token; rows and numbers if there is one
    ///                     output a text
    /// @param architecture as `config.json` names it, "" if unknown
    /// @param name         of the folder and the model, lower case
    /// @param chat         the chat format that a policy of this folder would have
    /// @param bos          the token that begins a text, "" for none
    record Export(
            Path file,
            TensorType logits,
            String architecture,
            String name,
            TokenFile tokens,
            ChatFormat chat,
            String bos) {
        /// The number of outputs at a position.
        public int outputs() {
            return (int) logits.shape()[logits.shape().length - 1];
        }

        /// Whether there is one output for a whole text.
        public boolean wholeText() {
            return logits.shape().length == 2;
        }

        /// A special token's id, null if the tokenizer has none.
        public @Nullable Integer special(String token) {
            return tokens.special(token);
        }

        /// A token's id.
        ///
        /// @throws EspalierException if the tokenizer does not have it
        public int id(String token) {
            Integer id = tokens.id(token);
            if (id == null)
                throw wrong("the tokenizer has no token \"" + token
                        + "\", which the reward model answers with; name its tokens in \"prm.tokens\"");
            return id;
        }

        /// Whether the outputs are logits, as `prm.values` says; if it does not, yes.
        public boolean logit(JsonNode given) {
            return switch (given.path("values").asString("logits")) {
                case "logits" -> true;
                case "probabilities" -> false;
                case String other ->
                    throw wrong("\"prm.values\" is \"" + other + "\"; known are \"logits\" and \"probabilities\"");
            };
        }

        /// An error that names the file.
        public EspalierException wrong(String what) {
            return new EspalierException(file + ": " + what + ".");
        }
    }
}
