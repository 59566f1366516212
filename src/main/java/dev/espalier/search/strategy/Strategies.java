package dev.espalier.search.strategy;

import dev.espalier.EspalierException;
import dev.espalier.search.Strategy;
import dev.espalier.search.log.Mode;
import dev.espalier.search.log.Parameter;
import dev.espalier.search.log.Parameters;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The registry of strategies by name. To add a strategy, add its entry here.
public final class Strategies {
    private static final Map<String, Entry> STANDARD = registered(
            BestOfN.GREEDY,
            BestOfN.BEST_OF_N,
            BeamSearch.ENTRY,
            Dvts.ENTRY,
            Mcts.ENTRY,
            ParticleFilter.ENTRY,
            AdaptiveSampling.ENTRY,
            Revision.ENTRY,
            LogProbBeam.ENTRY);
    private static final Map<String, Entry> PARITY =
            registered(BestOfN.BEST_OF_N, ParityBeamSearch.ENTRY, ParityDvts.ENTRY);

    /// A registered strategy.
    ///
    /// @param name    lower case with hyphens
    /// @param summary one line
    /// @param make    creates the strategy from parameters that are valid one by one; throws if they contradict
    ///                each other
    public record Entry(String name, String summary, List<Parameter> parameters, Function<Parameters, Strategy> make) {
        public Entry {
            parameters = List.copyOf(parameters);
        }

        public boolean has(String parameter) {
            return find(parameter).isPresent();
        }

        public Optional<Parameter> find(String parameter) {
            return parameters.stream()
                    .filter(known -> known.name().equals(parameter))
                    .findFirst();
        }

        /// Creates the strategy. Missing parameters get their default values.
        ///
        /// @throws EspalierException if a parameter is unknown, missing, out of range, or contradicts another
        public Strategy of(Parameters given) {
            for (var name : given.values().keySet()) {
                if (!has(name))
                    throw refuse(
                            "The strategy %s has no parameter %s. It has: %s.",
                            this.name,
                            name,
                            parameters.stream().map(Parameter::name).collect(Collectors.joining(", ")));
            }
            var all = Parameters.NONE;
            for (var parameter : parameters) {
                var value = given.has(parameter.name()) ? given.value(parameter.name()) : parameter.defaultValue();
                if (value == null) throw refuse("The strategy %s needs a value for %s.", name, parameter.name());
                parameter.check(name, value);
                all = all.with(parameter.name(), value);
            }
            return make.apply(all);
        }
    }

    private Strategies() {}

    private static Map<String, Entry> registered(Entry... entries) {
        return Stream.of(entries)
                .collect(Collectors.toMap(Entry::name, entry -> entry, (a, _) -> a, LinkedHashMap::new));
    }

    /// The strategies of standard mode, in display order.
    public static List<Entry> entries() {
        return entries(Mode.STANDARD);
    }

    /// The strategies of a mode, in display order.
    public static List<Entry> entries(Mode mode) {
        return List.copyOf((mode == Mode.PARITY ? PARITY : STANDARD).values());
    }

    /// The strategy with a name in a mode, empty if the mode has none.
    public static Optional<Entry> find(String name, Mode mode) {
        return Optional.ofNullable((mode == Mode.PARITY ? PARITY : STANDARD).get(name));
    }

    public static List<String> names() {
        return List.copyOf(STANDARD.keySet());
    }

    /// Creates a strategy. Missing parameters get their default values.
    ///
    /// @throws EspalierException if the mode has no strategy with that name, or a parameter is unknown or out of
    ///     range
    public static Strategy of(String name, Parameters parameters, Mode mode) {
        return entry(name, mode).of(parameters);
    }

    /// @throws EspalierException if the mode has no strategy with that name
    public static Entry entry(String name, Mode mode) {
        var entry = find(name, mode).orElse(null);
        if (entry == null && STANDARD.containsKey(name))
            throw refuse(
                    "The strategy %s has no parity mode, because the search-and-learn toolkit does not have it. Strategies with a parity mode: %s.",
                    name, String.join(", ", PARITY.keySet()));
        if (entry == null)
            throw refuse("There is no strategy called \"%s\". There are: %s.", name, String.join(", ", names()));
        return entry;
    }

    static EspalierException refuse(String sentence, Object... values) {
        return new EspalierException(sentence.formatted(values));
    }
}
