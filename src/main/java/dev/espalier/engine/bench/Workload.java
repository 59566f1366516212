package dev.espalier.engine.bench;

import dev.espalier.EspalierException;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.folder.Tokenizer;
import dev.espalier.engine.onnx.Prompts;
import dev.espalier.model.Generation;
import dev.espalier.model.SampleKey;
import java.util.Arrays;
import java.util.List;

/// The work for measuring speed: rows that continue one prompt. The length of each row is fixed (end tokens are
/// ignored), so that all loops do the same work.
///
/// @param prompt      token ids
/// @param lengths     tokens to sample for each row
/// @param temperature for sampling
/// @param seed        for sampling
public record Workload(int[] prompt, int[] lengths, double temperature, long seed) {
    /// Creates a workload.
    ///
    /// @param prompt a number of tokens, or a problem's text
    /// @param from   min new tokens of a row
    /// @param to     max new tokens of a row; lengths are uniformly distributed and the same for every loop and
    ///               repetition
    /// @throws EspalierException if an argument is out of range or prompt and new tokens exceed the context
    public static Workload of(ModelFolder model, String prompt, int rows, int from, int to, long seed) {
        if (rows < 1) throw new EspalierException("The number of rows must be at least 1, not " + rows + ".");
        if (from < 1 || to < from)
            throw new EspalierException("The new tokens must be a number of at least 1 or a range like 20-128, not "
                    + from + "-" + to + ".");
        try (var tokenizer = Tokenizer.read(
                model.path().resolve(model.files().tokenizer()), model.shape().vocabulary())) {
            var ids = prompt.matches("\\d{1,7}")
                    ? repeatedPrompt(model, tokenizer, Integer.parseInt(prompt))
                    : Prompts.encode(model, tokenizer, prompt, model.prompting().systemPrompt());
            if (ids.length + to > model.shape().context())
                throw new EspalierException(
                        "%d prompt tokens and %d new ones do not fit the context of %s, %d tokens. Ask for fewer."
                                .formatted(
                                        ids.length,
                                        to,
                                        model.name(),
                                        model.shape().context()));
            var lengths = new int[rows];
            var key = SampleKey.of(1, "lengths", List.of());
            for (int row = 0; row < rows; row++) lengths[row] = from + (int) (key.uniform(row) * (to - from + 1));
            return new Workload(ids, lengths, 0.8, seed);
        }
    }

    /// A prompt with a given number of tokens: one problem, repeated.
    private static int[] repeatedPrompt(ModelFolder model, Tokenizer tokenizer, int tokens) {
        if (tokens < 1) throw new EspalierException("A prompt must have at least one token.");
        var problem = Prompts.encode(
                model, tokenizer, "Alice has 12 apples and gives a third of them to Bob. How many are left?", "");
        var ids = new int[tokens];
        for (int i = 0; i < tokens; i++) ids[i] = problem[i % problem.length];
        return ids;
    }

    int rows() {
        return lengths.length;
    }

    int maxLength() {
        return Arrays.stream(lengths).max().orElse(0);
    }

    /// Tokens to sample over all rows.
    public long tokens() {
        return Arrays.stream(lengths).asLongStream().sum();
    }

    Generation generation(ModelFolder model) {
        return new Generation(temperature, 1, maxLength(), model.prompting().separator(), "");
    }

    SampleKey key(int row) {
        return SampleKey.of(seed, "workload", List.of(row));
    }

    /// The workload for another repetition: other random numbers, and the prompt's tokens rotated, so that no loop
    /// finds the prompt in its cache.
    public Workload withSeed(long other) {
        var rotated = new int[prompt.length];
        for (int i = 0; i < rotated.length; i++) rotated[i] = prompt[(int) ((i + other) % rotated.length)];
        return new Workload(rotated, lengths, temperature, other);
    }
}
