package dev.espalier.model;

import dev.espalier.EspalierException;
import java.util.List;

/// A prompt: texts and media, in order.
public record Prompt(List<Part> parts) {

    public sealed interface Part {
        record Text(String text) implements Part {}

        record Media(Blob blob) implements Part {}
    }

    public Prompt {
        if (parts.isEmpty()) throw new IllegalArgumentException("a prompt has at least one part");
        parts = List.copyOf(parts);
    }

    public static Prompt of(String text) {
        return new Prompt(List.of(new Part.Text(text)));
    }

    /// The whole prompt as one text, for a model that reads only text.
    ///
    /// @throws EspalierException if a part is not text
    public String text() {
        if (parts.size() == 1 && parts.getFirst() instanceof Part.Text(var text)) return text;
        var whole = new StringBuilder();
        for (var part : parts) {
            switch (part) {
                case Part.Text(var text) -> whole.append(text);
                case Part.Media(var blob) ->
                    throw new EspalierException("The prompt contains a part of type " + blob.mediaType()
                            + ", but this model reads only text. Choose a model that reads such parts.");
            }
        }
        return whole.toString();
    }
}
