package dev.espalier.cli;

import dev.espalier.model.Generation;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Options for sampling text.
final class SamplingOptions {
    @Option(
            names = {"-t", "--temperature"},
            defaultValue = "0.8",
            description = "Temperature (default: ${DEFAULT-VALUE}).")
    double temperature;

    @Option(names = "--top-p", defaultValue = "1", description = "Top-p, the nucleus mass (default: ${DEFAULT-VALUE}).")
    double topP;

    @Option(
            names = "--top-k",
            paramLabel = "COUNT",
            defaultValue = "0",
            description = "Number of most probable tokens to keep; 0 keeps all (default: ${DEFAULT-VALUE}).")
    int topK;

    @Option(
            names = "--min-p",
            paramLabel = "SHARE",
            defaultValue = "0",
            description =
                    "Keeps tokens whose probability is at least this share of the highest; 0 keeps all (default: ${DEFAULT-VALUE}).")
    double minP;

    @Option(
            names = "--max-new-tokens",
            paramLabel = "TOKENS",
            description =
                    "Token limit per solution, in parity mode per step (default: the policy folder's recommendation; 2048 per step).")
    @Nullable
    Integer maxNewTokens;

    /// Returns true if the user gave a token limit.
    boolean limited() {
        return maxNewTokens != null;
    }

    /// @param recommended the policy folder's settings; they apply if no option is given
    Generation generation(Generation recommended) {
        return new Generation(
                temperature,
                topP,
                topK,
                minP,
                maxNewTokens == null ? recommended.maxNewTokens() : maxNewTokens,
                recommended.separator(),
                recommended.systemPrompt());
    }
}
