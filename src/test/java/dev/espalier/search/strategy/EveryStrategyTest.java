package dev.espalier.search.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import dev.espalier.search.CandidateNumbers;
import dev.espalier.search.FakeModels;
import dev.espalier.search.RandomInterventions;
import dev.espalier.search.Runs;
import dev.espalier.search.SearchControl;
import dev.espalier.search.SearchDriver;
import dev.espalier.search.log.Intervention;
import dev.espalier.search.log.Mode;
import dev.espalier.search.log.Parameter;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.Parameters.Value;
import dev.espalier.search.log.Request;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The common rules of all registered strategies. Each strategy runs with a budget of 8 at its default values, and with
/// each of its other parameters at its minimum and above its default. `-Despalier.moments=100` truncates and forks each
/// log at 100 events instead of a dozen.
class EveryStrategyTest {
    private static final int MOMENTS = Integer.getInteger("espalier.moments", 12);

    static Stream<SearchConfig> every() {
        return Strategies.entries().stream().flatMap(EveryStrategyTest::configurations);
    }

    private static Stream<SearchConfig> configurations(Strategies.Entry entry) {
        var all = new ArrayList<SearchConfig>();
        var budget = (Parameter.Whole) entry.find("N").orElseThrow();
        var standard = Parameters.NONE.with("N", Math.min(8, budget.max()));
        add(all, entry, standard);
        for (var parameter : entry.parameters()) {
            if (parameter == budget) continue;
            for (var value : others(parameter))
                if (!value.equals(parameter.defaultValue())) add(all, entry, standard.with(parameter.name(), value));
        }
        return all.stream();
    }

    private static Set<Value> others(Parameter parameter) {
        return new LinkedHashSet<>(
                switch (parameter) {
                    case Parameter.Whole whole ->
                        List.of(
                                Value.of(whole.min()),
                                Value.of(Math.min(
                                        whole.max(), whole.initial() == null ? whole.min() + 1 : whole.initial() + 1)));
                    case Parameter.Real number ->
                        List.of(Value.of(number.min()), Value.of(Math.min(number.max(), number.initial() + 1)));
                    case Parameter.Flag _ -> List.of(Value.of(0), Value.of(1));
                    case Parameter.Choice choice ->
                        choice.options().stream().map(Value::of).toList();
                    case Parameter.Text _ -> List.<Value>of();
                });
    }

    private static void add(List<SearchConfig> all, Strategies.Entry entry, Parameters parameters) {
        try {
            all.add(Runs.config(entry.name(), parameters.values(), 3));
        } catch (EspalierException _) {
            // This value contradicts the others.
        }
    }

    private static IntStream some(int events, long seed) {
        return MOMENTS >= events ? IntStream.range(0, events) : new Random(seed).ints(MOMENTS, 0, events);
    }

    /// As damaged configurations name them.
    static Stream<SearchConfig> largest() {
        return Strategies.entries().stream().flatMap(entry -> {
            var all = new ArrayList<SearchConfig>();
            for (var parameter : entry.parameters()) {
                if (parameter instanceof Parameter.Whole whole && !whole.name().equals("N"))
                    add(all, entry, Parameters.NONE.with("N", 1).with(whole.name(), whole.max()));
            }
            return all.stream();
        });
    }

    @ParameterizedTest
    @MethodSource("largest")
    void endsWithParametersAsLargeAsTheyMayBe(SearchConfig config) {
        assertThat(Runs.log(config, FakeModels.prompt()).getLast()).isInstanceOf(SearchEvent.Finished.class);
    }

    static Stream<Strategies.Entry> entries() {
        return Stream.of(Mode.values()).flatMap(mode -> Strategies.entries(mode).stream());
    }

    @ParameterizedTest
    @MethodSource("entries")
    void refusesABudgetThatIsLargerThanAMachine(Strategies.Entry entry) {
        assertThatThrownBy(() -> entry.of(Parameters.NONE.with("N", Integer.MAX_VALUE)))
                .isInstanceOf(EspalierException.class)
                .hasMessageStartingWith("N of the strategy " + entry.name() + " must be at most");
    }

    @ParameterizedTest
    @MethodSource("every")
    void endsWithinItsBudgetWithCandidatesNumberedWithoutGaps(SearchConfig config) {
        var log = Runs.log(config, FakeModels.prompt());
        assertThat(log.getLast()).isInstanceOf(SearchEvent.Finished.class);
        var tree = SearchTree.of(log);
        assertThat(tree.candidates().size()).isBetween(1, config.n());
        assertThat(tree.candidates())
                .extracting(SearchTree.Node::candidate)
                .containsExactlyElementsOf(
                        IntStream.range(0, tree.candidates().size()).boxed().toList());
        assertThat(tree.candidates()).allMatch(node -> node.finish().ends() && node.scored());
        assertThat(new HashSet<>(tree.candidates())).hasSameSizeAs(tree.candidates());
    }

    @ParameterizedTest
    @MethodSource("every")
    void theLogDoesNotDependOnTheOrderOfResults(SearchConfig config) {
        var log = Runs.log(config, FakeModels.prompt());
        for (int round = 0; round < 3; round++)
            assertThat(Runs.log(config, FakeModels.shuffled(round))).isEqualTo(log);
    }

    @ParameterizedTest
    @MethodSource("every")
    void theLogDoesNotDependOnHowManySearchesRun(SearchConfig config) throws Exception {
        var log = Runs.log(config, FakeModels.prompt());
        var shared = FakeModels.shuffled(7);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var searches = IntStream.range(0, 8)
                    .mapToObj(_ -> (Callable<List<SearchEvent>>) () -> Runs.log(config, shared))
                    .toList();
            for (var search : threads.invokeAll(searches))
                assertThat(search.get()).isEqualTo(log);
        }
    }

    @ParameterizedTest
    @MethodSource("every")
    void theLogDoesNotDependOnPauses(SearchConfig config) {
        var log = Runs.log(config, FakeModels.prompt());
        var control = new SearchControl();
        var events = new ArrayList<SearchEvent>();
        new SearchDriver(
                        Strategies::of,
                        config,
                        Runs.PROBLEM,
                        FakeModels.shuffled(1).policy(),
                        FakeModels.shuffled(2).reward(),
                        control,
                        (number, event, _, _) -> {
                            events.add(event);
                            if (number % 3 != 0) return;
                            control.pause();
                            Thread.startVirtualThread(control::run);
                        },
                        List.of())
                .run();
        assertThat(events).isEqualTo(log);
    }

    @ParameterizedTest
    @MethodSource("every")
    void aLogCutAnywhereAndResumedIsTheUninterruptedLog(SearchConfig config) {
        var log = Runs.log(config, FakeModels.prompt());
        some(log.size() + 1, config.toString().hashCode()).forEach(cut -> {
            var models = FakeModels.shuffled(cut);
            assertThat(Runs.log(config, models, log.subList(0, cut))).isEqualTo(log);
            assertThat(models.samples.get())
                    .as("nothing stored is asked again")
                    .isEqualTo(asked(log) - asked(log.subList(0, cut)));
        });
    }

    private static int asked(List<SearchEvent> log) {
        return Runs.of(SearchEvent.Sampled.class, log).size()
                + Runs.of(SearchEvent.LookedAhead.class, log).size()
                + Runs.of(SearchEvent.NextTokens.class, log).size();
    }

    @ParameterizedTest
    @MethodSource("every")
    void scoresThatAreNotNumbersCountAsTheLowestWithAWarning(SearchConfig config) {
        var log = Runs.log(config, FakeModels.prompt().scoringNotNumbers());
        assertThat(log.getLast()).isInstanceOf(SearchEvent.Finished.class);
        boolean sane = Runs.of(SearchEvent.Scored.class, log).stream()
                .allMatch(scored -> scored.scores().stream().allMatch(Double::isFinite));
        assertThat(SearchTree.of(log).warnings().isEmpty()).isEqualTo(sane);
        assertThat(Runs.of(SearchEvent.Selected.class, log))
                .allMatch(selected -> Stream.concat(selected.kept().stream(), selected.pruned().stream())
                        .allMatch(choice -> Double.isFinite(choice.value())));
        assertThat(Runs.log(config, FakeModels.shuffled(4).scoringNotNumbers())).isEqualTo(log);
    }

    @ParameterizedTest
    @MethodSource("every")
    void unsteeredStrategiesNeedNoScores(SearchConfig config) {
        if (Strategies.of(config.strategy(), config.parameters(), Mode.STANDARD).steeredByScores()) return;
        var events = new ArrayList<SearchEvent>();
        new SearchDriver(
                        Strategies::of,
                        config,
                        Runs.PROBLEM,
                        FakeModels.prompt().policy(),
                        null,
                        new SearchControl(),
                        (_, event, _, _) -> events.add(event),
                        List.of())
                .run();
        assertThat(events.getLast()).isInstanceOf(SearchEvent.Finished.class);
        assertThat(SearchTree.of(events).candidates()).isNotEmpty().noneMatch(SearchTree.Node::scored);
    }

    @ParameterizedTest
    @MethodSource("every")
    void theSeedDeterminesTheLogOfASampledSearch(SearchConfig config) {
        var other = Runs.config(config.strategy(), config.parameters().values(), config.seed() + 100);
        var log = Runs.log(config, FakeModels.prompt());
        boolean sampled = Runs.of(SearchEvent.Asked.class, log).stream()
                .flatMap(asked -> asked.requests().stream())
                .anyMatch(request -> request instanceof Request.Sample sample && !sample.greedy());
        var again = Runs.log(other, FakeModels.prompt());
        assertThat(again.subList(1, again.size()).equals(log.subList(1, log.size())))
                .isEqualTo(!sampled);
    }

    @ParameterizedTest
    @MethodSource("every")
    void everyCandidateHasANumberOfItsOwnAfterAnyInterventions(SearchConfig config) {
        var parent = Runs.log(config, FakeModels.prompt());
        for (int seed = 0; seed < MOMENTS; seed++) {
            var random = new Random(seed);
            var log = parent;
            int from = 1;
            boolean continued = false;
            boolean changed = false;
            for (int depth = 0; depth < 4; depth++) {
                // Half of them at the end, where users intervene most.
                int events = log.size() - from;
                int event = log.size() - 1 - random.nextInt(random.nextBoolean() ? Math.min(3, events) : events);
                var possible = RandomInterventions.at(SearchTree.of(log.subList(0, event)), config, random.nextLong());
                // A change is for the strategy of the configuration, so no fork has both.
                boolean another = continued;
                boolean same = changed;
                possible.removeIf(intervention -> intervention instanceof Intervention.ContinueFrom
                        ? same || random.nextInt(4) > 0
                        : another && intervention instanceof Intervention.Change);
                if (possible.isEmpty()) continue;
                var intervention = possible.get(random.nextInt(possible.size()));
                continued |= intervention instanceof Intervention.ContinueFrom;
                changed |= intervention instanceof Intervention.Change;
                var begun = new ArrayList<>(log.subList(0, event));
                begun.add(new SearchEvent.Intervened(intervention));
                log = Runs.log(config, FakeModels.prompt(), begun);
                from = event + 1;
                CandidateNumbers.check("seed %d, %s at %d".formatted(seed, intervention, event), log);
            }
            assertThat(Runs.log(config, FakeModels.shuffled(seed), log.subList(0, (from + log.size()) / 2)))
                    .isEqualTo(log);
        }
    }

    @ParameterizedTest
    @MethodSource("every")
    void aForkAtAnyEventFinishesAndItsLogReplays(SearchConfig config) {
        var parent = Runs.log(config, FakeModels.prompt());
        some(parent.size() - 1, config.toString().hashCode())
                .map(event -> event + 1)
                .forEach(event -> {
                    var tree = SearchTree.of(parent.subList(0, event));
                    for (var intervention : RandomInterventions.at(tree, config, event)) {
                        var begun = new ArrayList<>(parent.subList(0, event));
                        begun.add(new SearchEvent.Intervened(intervention));
                        var fork = Runs.log(config, FakeModels.prompt(), begun);
                        assertThat(fork.getLast())
                                .as("%s at %d", intervention, event)
                                .isInstanceOf(SearchEvent.Finished.class);
                        CandidateNumbers.check("%s at %d".formatted(intervention, event), fork);
                        assertThat(Runs.log(
                                        config,
                                        FakeModels.shuffled(event),
                                        fork.subList(0, (event + fork.size()) / 2 + 1)))
                                .as("%s at %d", intervention, event)
                                .isEqualTo(fork);
                    }
                });
    }
}
