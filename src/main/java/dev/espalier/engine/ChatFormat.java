package dev.espalier.engine;

import dev.espalier.EspalierException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// How a problem becomes a prompt. The template's own text may name special tokens; what is put in for
/// `{problem}` and `{system}` is encoded apart, as plain text, so that no user text can become a special token.
/// Nothing is trimmed or added.
///
/// @param name   for messages and run cards
/// @param prompt the template, for example `<|problem|>{problem}<|solution|>`
public record ChatFormat(String name, String prompt) {
    private static final Pattern PLACE = Pattern.compile("\\{(problem|system)}");

    public ChatFormat {
        if (!prompt.contains("{problem}")) throw new EspalierException("The chat format " + name + " has no {problem} in its prompt; add it where the question belongs.");
    }

    /// The prompt's token ids.
    ///
    /// @param system "" for none; an error where the template has no place for it
    public int[] encode(Tokenizer tokenizer, String problem, String system) {
        if (!system.isEmpty() && !prompt.contains("{system}"))
            throw new EspalierException("The chat format " + name + " has no place for a system prompt; leave the system prompt empty.");
        List<int[]> pieces = new ArrayList<>();
        var places = PLACE.matcher(prompt);
        int from = 0;
        while (places.find()) {
            pieces.add(tokenizer.encodeTemplate(prompt.substring(from, places.start())));
            pieces.add(tokenizer.encode(places.group(1).equals("problem") ? problem : system));
            from = places.end();
        }
        pieces.add(tokenizer.encodeTemplate(prompt.substring(from)));
        return pieces.stream().flatMapToInt(java.util.Arrays::stream).toArray();
    }
}
