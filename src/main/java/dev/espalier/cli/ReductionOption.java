package dev.espalier.cli;

import dev.espalier.search.log.Reduction;
import java.util.Locale;
import picocli.CommandLine.Option;

/// Reduces the step scores of a path to one number.
final class ReductionOption {
    @Option(
            names = "--reduction",
            defaultValue = "last",
            description = "Reduces step scores to one number: last, min, prod, mean (default: ${DEFAULT-VALUE}).")
    String reduction = "last";

    Reduction reduction() {
        try {
            return Reduction.valueOf(reduction.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new UsageError(
                    "There is no reduction \"%s\". There are: last, min, prod, mean.".formatted(reduction));
        }
    }
}
