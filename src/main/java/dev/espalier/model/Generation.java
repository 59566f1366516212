package dev.espalier.model;

import dev.espalier.EspalierException;
import java.util.ArrayList;
import java.util.List;

/// How text is sampled; part of a run's configuration.
///
/// @param temperature  0 is greedy
/// @param topP         nucleus mass, 1 keeps everything
/// @param topK         how many of the most probable tokens are kept, 0 keeps everything; applied before top-p
/// @param minP         tokens are kept whose probability is at least this share of the most probable one's, 0 keeps everything; applied before top-p
/// @param maxNewTokens per solution (a whole path), less where the context ends
/// @param separator    what ends a step
/// @param systemPrompt "" for none
public record Generation(double temperature, double topP, int topK, double minP, int maxNewTokens, String separator, String systemPrompt) implements Sampling {

    public static final Generation DEFAULT = new Generation(0.8, 1.0, 2048, "\n\n", "");

    public Generation {
        if (!(temperature >= 0 && temperature <= 10)) throw new EspalierException("Temperature must lie between 0 and 10, not " + temperature + ".");
        if (!(topP > 0 && topP <= 1)) throw new EspalierException("Top-p must be above 0 and at most 1, not " + topP + ".");
        if (topK < 0) throw new EspalierException("Top-k must be at least 0 (0 keeps everything), not " + topK + ".");
        if (!(minP >= 0 && minP <= 1)) throw new EspalierException("Min-p must lie between 0 and 1, not " + minP + ".");
        if (maxNewTokens < 1) throw new EspalierException("The token limit of a solution must be at least 1, not " + maxNewTokens + ".");
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

    /// What narrows the choice of tokens, in words, in the order in which it does; empty where nothing does.
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
