package dev.espalier.experiment.imports;

import dev.espalier.model.Generation;
import dev.espalier.search.log.Mode;
import dev.espalier.search.log.Reduction;
import java.nio.file.Path;

/// The settings of an import of a file of outputs.
///
/// @param policy,reward names of the models that made the file, "" to name them after the file
/// @param strategy      registered name of the strategy that made it; completions are stored as independent solutions
///                      in any case
/// @param mode          the rules by which every view extracts, groups and elects the answers
/// @param separator     the text that ends a step
/// @param tokenLimit    maximum tokens per text. If a file gives a text's number of tokens but no reason for its end, a
///                      text of exactly this length was cut off
public record ImportSpec(
        Path file,
        String policy,
        String reward,
        String strategy,
        Mode mode,
        Reduction reduction,
        String separator,
        int tokenLimit) {

    /// Best-of-N of unknown models, scored by the last step.
    public static ImportSpec of(Path file) {
        return new ImportSpec(
                file,
                "",
                "",
                "best-of-n",
                Mode.STANDARD,
                Reduction.LAST,
                Generation.DEFAULT.separator(),
                Generation.DEFAULT.maxNewTokens());
    }
}
