package dev.espalier.cli;

import dev.espalier.model.Generation;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How text is sampled.
final class SamplingOptions {
    @Option(names = {"-t", "--temperature"}, defaultValue = "0.8", description = "Temperature (default: ${DEFAULT-VALUE}).")
    double temperature;

    @Option(names = "--top-p", defaultValue = "1", description = "Top-p, the nucleus mass (default: ${DEFAULT-VALUE}).")
    double topP;

    @Option(names = "--top-k", paramLabel = "COUNT", defaultValue = "0", description = "Keeps this many of the most probable tokens, 0 for all (default: ${DEFAULT-VALUE}).")
    int topK;

    @Option(names = "--min-p", paramLabel = "SHARE", defaultValue = "0", description = "Keeps tokens with at least this share of the most probable one's probability, 0 for all (default: ${DEFAULT-VALUE}).")
    double minP;

    @Option(names = "--max-new-tokens", paramLabel = "TOKENS", description = "Token limit of a solution, in parity mode of a step (default: what the policy's folder recommends; 2048 a step).")
    @Nullable Integer maxNewTokens;

    /// Whether a token limit was given.
    boolean limited() {
        return maxNewTokens != null;
    }

    /// @param recommended by the policy's folder: what no option says
    Generation generation(Generation recommended) {
        return new Generation(temperature, topP, topK, minP, maxNewTokens == null ? recommended.maxNewTokens() : maxNewTokens, recommended.separator(), recommended.systemPrompt());
    }
}
