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

/// The strategies by name. A new one is a class and a line here.
public final class Strategies {
    private static final Map<String, Entry> STANDARD = registered(BestOfN.GREEDY, BestOfN.BEST_OF_N, BeamSearch.ENTRY, Dvts.ENTRY,
        Mcts.ENTRY, ParticleFilter.ENTRY, AdaptiveSampling.ENTRY, Revision.ENTRY, LogProbBeam.ENTRY);
    private static final Map<String, Entry> PARITY = registered(BestOfN.BEST_OF_N, ParityBeamSearch.ENTRY, ParityDvts.ENTRY);

    /// A strategy that can be chosen.
    ///
    /// @param name    lower case with hyphens
    /// @param summary one line
    /// @param make    from parameters that have been checked one by one; throws where they contradict each other
    public record Entry(String name, String summary, List<Parameter> parameters, Function<Parameters, Strategy> make) {
        public Entry {
            parameters = List.copyOf(parameters);
        }

        public boolean has(String parameter) {
            return find(parameter).isPresent();
        }

        public Optional<Parameter> find(String parameter) {
            return parameters.stream().filter(known -> known.name().equals(parameter)).findFirst();
        }

        public Strategy of(Parameters given) {
            for (var name : given.values().keySet()) {
                if (!has(name))
                    throw refuse("The strategy %s has no parameter %s. It has: %s.", this.name, name, parameters.stream().map(Parameter::name).collect(Collectors.joining(", ")));
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
        return Stream.of(entries).collect(Collectors.toMap(Entry::name, entry -> entry, (a, _) -> a, LinkedHashMap::new));
    }

    /// Those of standard mode, in the order in which they are offered.
    public static List<Entry> entries() {
        return entries(Mode.STANDARD);
    }

    /// In the order in which they are offered.
    public static List<Entry> entries(Mode mode) {
        return List.copyOf((mode == Mode.PARITY ? PARITY : STANDARD).values());
    }

    /// The strategy of a name in a mode, empty where the mode has none.
    public static Optional<Entry> find(String name, Mode mode) {
        return Optional.ofNullable((mode == Mode.PARITY ? PARITY : STANDARD).get(name));
    }

    public static List<String> names() {
        return List.copyOf(STANDARD.keySet());
    }

    /// @param parameters what a strategy does not have is refused
    public static Strategy of(String name, Parameters parameters, Mode mode) {
        return entry(name, mode).of(parameters);
    }

    /// @throws EspalierException where there is none
    public static Entry entry(String name, Mode mode) {
        var entry = find(name, mode).orElse(null);
        if (entry == null && STANDARD.containsKey(name))
            throw refuse("The strategy %s has no parity mode: the toolkit that it would follow has none like it. There are: %s.", name, String.join(", ", PARITY.keySet()));
        if (entry == null) throw refuse("There is no strategy called \"%s\". There are: %s.", name, String.join(", ", names()));
        return entry;
    }

    static EspalierException refuse(String sentence, Object... values) {
        return new EspalierException(sentence.formatted(values));
    }
}
