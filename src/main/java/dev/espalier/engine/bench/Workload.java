package dev.espalier.engine.bench;

import dev.espalier.EspalierException;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.folder.Tokenizer;
import dev.espalier.engine.onnx.Prompts;
import dev.espalier.model.Generation;
import dev.espalier.model.SampleKey;
import java.util.Arrays;
import java.util.List;

/// What is generated to measure speed: rows behind one prompt, each of a length fixed beforehand (an end token does not end it), so
/// that all loops do the same work.
///
/// @param prompt      token ids
/// @param lengths     tokens to sample, row by row
/// @param temperature of sampling
/// @param seed        of sampling
public record Workload(int[] prompt, int[] lengths, double temperature, long seed) {
    /// @param prompt a number of tokens, or a text
    /// @param from   fewest new tokens of a row
    /// @param to     most; lengths between are drawn evenly, the same for every loop and repetition
    public static Workload of(ModelFolder model, String prompt, int rows, int from, int to, long seed) {
        if (rows < 1) throw new EspalierException("There must be at least one row, not " + rows + ".");
        if (from < 1 || to < from) throw new EspalierException("New tokens are a number of at least 1 or a range like 20-128, not " + from + "-" + to + ".");
        try (var tokenizer = Tokenizer.read(model.path().resolve(model.files().tokenizer()))) {
            var ids = prompt.matches("\\d{1,7}") ? filled(model, tokenizer, Integer.parseInt(prompt)) : Prompts.encode(model, tokenizer, prompt, model.prompting().systemPrompt());
            if (ids.length + to > model.shape().context())
                throw new EspalierException("%d prompt tokens and %d new ones do not fit the context of %s, %d tokens. Ask for fewer.".formatted(ids.length, to, model.name(), model.shape().context()));
            var lengths = new int[rows];
            var key = SampleKey.of(1, "lengths", List.of());
            for (int row = 0; row < rows; row++) lengths[row] = from + (int) (key.uniform(row) * (to - from + 1));
            return new Workload(ids, lengths, 0.8, seed);
        }
    }

    /// A prompt of so many tokens: a problem's words over and over.
    private static int[] filled(ModelFolder model, Tokenizer tokenizer, int tokens) {
        if (tokens < 1) throw new EspalierException("A prompt has at least one token.");
        var words = Prompts.encode(model, tokenizer, "Alice has 12 apples and gives a third of them to Bob. How many are left?", "");
        var ids = new int[tokens];
        for (int i = 0; i < tokens; i++) ids[i] = words[i % words.length];
        return ids;
    }

    int rows() {
        return lengths.length;
    }

    int longest() {
        return Arrays.stream(lengths).max().orElse(0);
    }

    /// Sampled tokens over all rows.
    public long tokens() {
        return Arrays.stream(lengths).asLongStream().sum();
    }

    Generation generation(ModelFolder model) {
        return new Generation(temperature, 1, longest(), model.prompting().separator(), "");
    }

    SampleKey key(int row) {
        return SampleKey.of(seed, "workload", List.of(row));
    }

    /// The same work for another repetition: other random numbers, and the prompt's tokens turned round, so that no loop finds them kept from before.
    public Workload withSeed(long other) {
        var turned = new int[prompt.length];
        for (int i = 0; i < turned.length; i++) turned[i] = prompt[(int) ((i + other) % turned.length)];
        return new Workload(turned, lengths, temperature, other);
    }
}
