package dev.espalier.engine.onnx;

import dev.espalier.EspalierException;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.folder.Tokenizer;

/// Encodes prompts.
public final class Prompts {
    private Prompts() {}

    /// The token ids of a problem's prompt.
    ///
    /// @throws EspalierException if the problem is empty, or its prompt leaves no room for a token in the context
    public static int[] encode(ModelFolder model, Tokenizer tokenizer, String problem, String systemPrompt) {
        var prompt = model.prompting().chat().encode(tokenizer, problem, systemPrompt);
        if (prompt.length == 0) throw new EspalierException("The problem is empty; give a question.");
        if (prompt.length >= model.shape().context())
            throw new EspalierException("The problem has " + prompt.length + " tokens; " + model.name()
                    + "'s context is " + model.shape().context()
                    + ", problem and solution together. Shorten the problem or choose a model with a longer context.");
        return prompt;
    }
}
