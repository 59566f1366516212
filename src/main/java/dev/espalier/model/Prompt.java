package dev.espalier.model;

import dev.espalier.EspalierException;
import java.util.List;

/// What a model is asked: texts and media, in order.
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

    /// The whole prompt as one text, for a model that reads nothing else.
    ///
    /// @throws EspalierException where a part is no text
    public String text() {
        if (parts.size() == 1 && parts.getFirst() instanceof Part.Text(var text)) return text;
        var whole = new StringBuilder();
        for (var part : parts) {
            switch (part) {
                case Part.Text(var text) -> whole.append(text);
                case Part.Media(var blob) -> throw new EspalierException("The prompt holds a part of type " + blob.mediaType() + ", and this model reads text only. Choose a model that reads such parts.");
            }
        }
        return whole.toString();
    }
}
