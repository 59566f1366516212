package dev.espalier.experiment.imports;

import dev.espalier.model.Generation;
import dev.espalier.search.log.Mode;
import dev.espalier.search.log.Reduction;
import java.nio.file.Path;

/// What a person asks for when importing a file of outputs.
///
/// @param policy,reward names of the models that made the file, "" to name them after the file
/// @param strategy      registered name of what made it; its completions are stored as independent solutions either way
/// @param mode          whose rules read, group and elect the answers in every view
/// @param separator     what ends a step
/// @param tokenLimit    of a text when it was made: where a file says how many tokens a text has and not why it ended, one of exactly so many was cut off
public record ImportSpec(Path file, String policy, String reward, String strategy, Mode mode, Reduction reduction, String separator, int tokenLimit) {

    /// Best-of-N of unknown models, by the last score.
    public static ImportSpec of(Path file) {
        return new ImportSpec(file, "", "", "best-of-n", Mode.STANDARD, Reduction.LAST, Generation.DEFAULT.separator(), Generation.DEFAULT.maxNewTokens());
    }
}
