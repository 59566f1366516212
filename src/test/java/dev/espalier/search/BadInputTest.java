package dev.espalier.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.EspalierException;
import dev.espalier.model.Cost;
import dev.espalier.model.Finish;
import dev.espalier.model.Generation;
import dev.espalier.model.ModelCard;
import dev.espalier.model.Result;
import dev.espalier.model.RewardModel;
import dev.espalier.model.Step;
import dev.espalier.search.log.Candidate;
import dev.espalier.search.log.Mode;
import dev.espalier.search.log.Parameter;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.strategy.Strategies;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Searches survive bad input: scores that are not numbers, unexpected results, contradictory parameters.
class BadInputTest {
    private static final List<Double> NO_NUMBERS =
            List.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);

    static Stream<SearchConfig> every() {
        return Stream.of(Mode.values())
                .flatMap(mode -> Strategies.entries(mode).stream()
                        .flatMap(entry ->
                                Stream.of(Reduction.values()).map(reduction -> config(entry, mode, reduction))));
    }

    private static SearchConfig config(Strategies.Entry entry, Mode mode, Reduction reduction) {
        var budget = (Parameter.Whole) entry.find("N").orElseThrow();
        var parameters = Strategies.of(entry.name(), Parameters.NONE.with("N", Math.min(8, budget.max())), mode)
                .parameters();
        return new SearchConfig(
                entry.name(), parameters, mode, Generation.DEFAULT, reduction, 3, "fake", "00", "fake", "00");
    }

    /// Every third step's score is not a number.
    private record Broken(RewardModel to) implements RewardModel {
        @Override
        public ModelCard card() {
            return to.card();
        }

        @Override
        public CompletableFuture<Result.Scored> score(Call call) {
            return to.score(call).thenApply(scored -> {
                var scores = new ArrayList<>(scored.scores());
                for (int i = 0; i < scores.size(); i++) {
                    int hash = Math.floorMod(call.path().get(i).text().hashCode(), 9);
                    if (hash < NO_NUMBERS.size()) scores.set(i, NO_NUMBERS.get(hash));
                }
                return new Result.Scored(scores, scored.cost());
            });
        }

        @Override
        public void close() {
            to.close();
        }
    }

    @ParameterizedTest
    @MethodSource("every")
    void aSearchWithInvalidScoresFinishesAndWarns(SearchConfig config) {
        var fakes = FakeModels.prompt();
        var log = new ArrayList<SearchEvent>();
        var end = new SearchDriver(
                        Strategies::of,
                        config,
                        Runs.PROBLEM,
                        fakes.policy(),
                        new Broken(fakes.reward()),
                        new SearchControl(),
                        (_, event, _, _) -> log.add(event),
                        List.of())
                .run();
        assertThat(end).isEqualTo(SearchDriver.End.FINISHED);
        var tree = SearchTree.of(log);
        var strange = Runs.of(SearchEvent.Scored.class, log).stream()
                .flatMap(scored -> scored.scores().stream())
                .filter(score -> !Double.isFinite(score))
                .count();
        assertThat(tree.warnings())
                .hasSize((int) strange)
                .allMatch(warning -> warning.contains("counts as the lowest"));
        for (var selected : Runs.of(SearchEvent.Selected.class, log))
            assertThat(Stream.concat(selected.kept().stream(), selected.pruned().stream()))
                    .allMatch(choice -> Double.isFinite(choice.value()));
        assertThat(Candidate.of(tree)).isNotEmpty().allMatch(candidate -> {
            double reduced = config.reduction().of(candidate.scores());
            return reduced >= 0 && reduced <= 1;
        });
    }

    @ParameterizedTest
    @CsvSource({"NaN", "Infinity", "-Infinity"})
    void aScoreThatIsNotANumberRanksBelowAnyScore(double score) {
        for (var reduction : Reduction.values())
            assertThat(reduction.of(List.of(score))).isZero();
        var script =
                new Script().after("", "a\n\n", "b\n\n").score("a\n\n", score).score("b\n\n", 0.01);
        var tree = script.standard("beam-search", Map.of("N", 2, "M", 2)).tree();
        assertThat(Script.texts(tree, script.selected().getFirst().kept())).containsExactly("b\n\n");
        var parity =
                new Script().after("", "b\n\n", "a\n\n").score("a\n\n", score).score("b\n\n", 0.01);
        assertThat(Script.texts(
                        parity.parity("beam-search", Map.of("N", 2, "M", 2)).tree(),
                        parity.selected().getFirst().kept()))
                .containsExactly("b\n\n");
    }

    @Test
    void duplicateLateAndUnrequestedResultsAreLoggedAndIgnored() {
        var warnings = new ArrayList<String>();
        var logger = Logger.getLogger(Search.class.getName());
        var handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                if (record.getLevel() == Level.WARNING)
                    warnings.add(java.text.MessageFormat.format(record.getMessage(), record.getParameters()));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
        try {
            var search = new Search(
                    Strategies.of("best-of-n", Parameters.NONE.with("N", 1), Mode.STANDARD),
                    new SearchSetting(Generation.DEFAULT, Reduction.LAST, true));
            var done = new Result.Sampled(
                    List.of(Step.of("done", new int[] {1}, new float[] {0})), Finish.STOP, Cost.NONE);
            var score = new Result.Scored(List.of(0.5), Cost.NONE);
            assertThat(search.tell(0, done)).as("before anything was asked").isFalse();
            int first = search.ask().getFirst().id();
            assertThat(search.tell(first, score)).as("of another kind").isFalse();
            assertThat(search.tell(first, done)).isTrue();
            assertThat(search.tell(first, done)).as("twice").isFalse();
            int second = search.ask().getFirst().id();
            assertThat(search.tell(first, done)).as("late").isFalse();
            assertThat(search.tell(-7, score)).isFalse();
            assertThat(search.tell(99, score)).isFalse();
            assertThat(search.tell(second, score)).isTrue();
            assertThat(search.ask()).isEmpty();
            assertThat(search.tell(second, score)).as("after the end").isFalse();
            assertThat(search.tree().nodes()).hasSize(2);
            assertThat(warnings).hasSize(7).allMatch(warning -> warning.contains("ignored a result"));
            assertThat(warnings.getLast()).contains("the search is over");
        } finally {
            logger.removeHandler(handler);
            logger.setUseParentHandlers(true);
        }
    }

    /// Mode, strategy, parameters, part of the message.
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "STANDARD ; dvts ; N=10 M=4 ; M must divide N",
                "STANDARD ; dvts ; N=2 M=4 ; M must divide N",
                "PARITY ; dvts ; N=2 M=4 ; which is 0",
                "STANDARD ; beam-search ; N=0 ; N of the strategy beam-search must be at least 1",
                "STANDARD ; beam-search ; N=4 M=0 ; M of the strategy beam-search must be at least 1",
                "STANDARD ; beam-search ; N=4.5 ; must be a whole number",
                "STANDARD ; beam-search ; N=4 lookahead=-1 ; lookahead of the strategy beam-search must be at least 0",
                "STANDARD ; beam-search ; N=4 iterations=0 ; iterations of the strategy beam-search must be at least 1",
                "STANDARD ; beam-search ; N=4 filter-duplicates=1 ; no parameter filter-duplicates",
                "PARITY ; beam-search ; N=4 sort-completed=2 ; must be 1 or 0",
                "PARITY ; best-of-n ; N=4 M=4 ; no parameter M",
                "PARITY ; mcts ; N=4 ; no parity mode",
                "STANDARD ; greedy ; N=2 ; must be at most 1",
                "STANDARD ; best-of-n ; '' ; needs a value for N",
                "STANDARD ; best-of-n ; N=NaN ; N of the strategy best-of-n must be a whole number",
                "STANDARD ; best-of-n ; N=1e12 ; must be at most",
                "STANDARD ; mystery ; N=2 ; There is no strategy called"
            })
    void contradictoryParametersAreRejectedWithTheRule(Mode mode, String strategy, String given, String rule) {
        var parameters = Parameters.NONE;
        for (var part : given.split(" "))
            if (!part.isEmpty())
                parameters = parameters.with(part.split("=")[0], Double.parseDouble(part.split("=")[1]));
        var all = parameters;
        assertThatThrownBy(() -> Strategies.of(strategy, all, mode))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining(rule);
    }
}
