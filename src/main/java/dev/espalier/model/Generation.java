package dev.espalier.model;

import dev.espalier.EspalierException;
import java.util.ArrayList;
import java.util.List;

/// Sampling settings for text; part of a run's configuration.
///
/// @param temperature  0 to 10; 0 is greedy decoding
/// @param topP         nucleus mass, above 0 and at most 1; 1 keeps all tokens
/// @param topK         number of most probable tokens to keep, 0 for all; applied before top-p
/// @param minP         keeps tokens with at least this share of the most probable token's probability, 0 for all;
///                     applied before top-p
/// @param maxNewTokens token limit of a solution (a whole path); fewer if the context ends first
/// @param separator    the text that ends a step
/// @param systemPrompt "" for none
public record Generation(
        double temperature, double topP, int topK, double minP, int maxNewTokens, String separator, String systemPrompt)
        implements Sampling {

    public static final Generation DEFAULT = new Generation(0.8, 1.0, 2048, "\n\n", "");

    public Generation {
        if (!(temperature >= 0 && temperature <= 10))
            throw new EspalierException("Temperature must lie between 0 and 10, not " + temperature + ".");
        if (!(topP > 0 && topP <= 1))
            throw new EspalierException("Top-p must be above 0 and at most 1, not " + topP + ".");
        if (topK < 0) throw new EspalierException("Top-k must be at least 0 (0 keeps everything), not " + topK + ".");
        if (!(minP >= 0 && minP <= 1)) throw new EspalierException("Min-p must lie between 0 and 1, not " + minP + ".");
        if (maxNewTokens < 1)
            throw new EspalierException("The token limit of a solution must be at least 1, not " + maxNewTokens + ".");
        if (separator.isEmpty()) throw new EspalierException("The step separator must not be empty.");
    }

    @Override
    public Generation text() {
        return this;
    }

    /// Without top-k and min-p.
    public Generation(double temperature, double topP, int maxNewTokens, String separator, String systemPrompt) {
        this(temperature, topP, 0, 0, maxNewTokens, separator, systemPrompt);
    }

    /// The active truncations (top-k, min-p, top-p) as text, in the order in which they apply.
    public List<String> cuts() {
        var cuts = new ArrayList<String>();
        if (topK > 0) cuts.add("top-k=" + topK);
        if (minP > 0) cuts.add("min-p=" + minP);
        if (topP < 1) cuts.add("top-p=" + topP);
        return cuts;
    }

    public Generation withTemperature(double t) {
        return new Generation(t, topP, topK, minP, maxNewTokens, separator, systemPrompt);
    }

    public Generation withSystemPrompt(String prompt) {
        return new Generation(temperature, topP, topK, minP, maxNewTokens, separator, prompt);
    }

    public Generation withMaxNewTokens(int tokens) {
        return new Generation(temperature, topP, topK, minP, tokens, separator, systemPrompt);
    }
}
