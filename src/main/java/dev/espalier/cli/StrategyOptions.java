package dev.espalier.cli;

import dev.espalier.EspalierException;
import dev.espalier.model.Generation;
import dev.espalier.search.log.Mode;
import dev.espalier.search.log.Parameter;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.Parameters.Value;
import dev.espalier.search.strategy.Strategies;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Options for the strategy, its mode and its parameters. `espalier strategies` lists them.
final class StrategyOptions {
    private static final int DEFAULT_BUDGET = 16;

    @Option(
            names = "--strategy",
            paramLabel = "NAME",
            defaultValue = "best-of-n",
            completionCandidates = Names.class,
            description =
                    "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}). `espalier strategies` lists their parameters.")
    String strategy = "best-of-n";

    @Option(
            names = "--mode",
            defaultValue = "standard",
            description =
                    "standard, or parity: follows the search-and-learn toolkit, to reproduce published numbers (default: ${DEFAULT-VALUE}).")
    String mode = "standard";

    @Option(
            names = {"-n", "--budget"},
            paramLabel = "N",
            description = "Budget N: complete generations (default: 16, or the value that the strategy fixes).")
    @Nullable
    Integer n;

    @Option(
            names = {"-m", "--beam-width"},
            paramLabel = "M",
            description = "Beam width M: continuations per kept beam (default: 4).")
    @Nullable
    Integer m;

    @Option(
            names = "--iterations",
            paramLabel = "COUNT",
            description = "Maximum number of iterations (default: the strategy's own).")
    @Nullable
    Integer iterations;

    @Option(
            names = "--lookahead",
            paramLabel = "STEPS",
            description = "Greedy steps to look ahead before a step is scored, in beam search and DVTS (default: 0).")
    @Nullable
    Integer lookahead;

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description = "Sets a parameter of the strategy by its name; repeatable.")
    Map<String, String> set = new LinkedHashMap<>();

    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Strategies.names().iterator();
        }
    }

    Mode mode() {
        for (var known : Mode.values()) if (known.label().equals(mode)) return known;
        throw new UsageError("There is no mode \"%s\". There are: standard, parity.".formatted(mode));
    }

    /// The given parameters, with the default budget if the strategy needs one; [Strategies] checks them.
    Parameters parameters() {
        var parameters = Parameters.NONE;
        for (var entry : set.entrySet())
            parameters = parameters.with(entry.getKey(), value(strategy, mode(), entry.getKey(), entry.getValue()));
        for (var option : List.of(
                new Shortcut("N", n),
                new Shortcut("M", m),
                new Shortcut("iterations", iterations),
                new Shortcut("lookahead", lookahead))) {
            if (option.value == null) continue;
            if (parameters.has(option.name) && !Value.of(option.value).equals(parameters.value(option.name)))
                throw new UsageError("%s is given twice, as %d and as %s."
                        .formatted(option.name, option.value, set.get(option.name)));
            parameters = parameters.with(option.name, option.value);
        }
        boolean needsBudget = Strategies.entry(strategy, mode())
                .find("N")
                .filter(Parameter::required)
                .isPresent();
        return needsBudget && !parameters.has("N") ? parameters.with("N", DEFAULT_BUDGET) : parameters;
    }

    private record Shortcut(String name, @Nullable Integer value) {}

    /// Converts a typed value. [Strategies] rejects parameters that the strategy does not have.
    static Value value(String strategy, Mode mode, String name, String typed) {
        try {
            return Strategies.entry(strategy, mode)
                    .find(name)
                    .map(parameter -> parameter.read(typed))
                    .orElseGet(() -> Value.of(typed));
        } catch (EspalierException wrong) {
            throw new UsageError("--set %s=%s: %s".formatted(name, typed, wrong.getMessage()));
        }
    }

    /// The sampling settings. Parity mode limits each step to 2048 tokens unless a limit was given.
    Generation generation(Generation chosen, boolean limited) {
        return mode() == Mode.PARITY && !limited ? chosen.withMaxNewTokens(Mode.PARITY_STEP_TOKENS) : chosen;
    }
}
