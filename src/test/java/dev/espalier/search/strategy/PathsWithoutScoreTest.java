package dev.espalier.search.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.model.Finish;
import dev.espalier.search.FakeModels;
import dev.espalier.search.Runs;
import dev.espalier.search.SearchControl;
import dev.espalier.search.SearchDriver;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.replay.Replay;
import dev.espalier.search.vote.Tally;
import dev.espalier.search.vote.Vote;
import dev.espalier.task.Verdicts;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A path that is too long for the reward model or for the policy's server ends alone: the search goes on.
class PathsWithoutScoreTest {
    static Stream<SearchConfig> every() {
        return EveryStrategyTest.every();
    }

    private static List<SearchEvent> replayed(SearchConfig config, List<SearchEvent> log) {
        var events = new ArrayList<SearchEvent>();
        new SearchDriver(
                        Strategies::of,
                        config,
                        Runs.PROBLEM,
                        Replay.of(log, Runs.PROBLEM).models(),
                        new SearchControl(),
                        (_, event, _, _) -> events.add(event),
                        List.of())
                .run();
        return events;
    }

    @ParameterizedTest
    @MethodSource("every")
    void aRewardModelWithoutRoomEndsNoSearchAndTheLogReplays(SearchConfig config) {
        for (int most : new int[] {0, 2, 3}) {
            var log = Runs.log(config, FakeModels.prompt().withRoomFor(most, Integer.MAX_VALUE));
            assertThat(log.getLast()).isInstanceOf(SearchEvent.Finished.class);
            assertThat(SearchTree.of(log).candidates()).isNotEmpty();
            assertThat(replayed(config, log)).isEqualTo(log);
            assertThat(Runs.log(config, FakeModels.shuffled(7).withRoomFor(most, Integer.MAX_VALUE)))
                    .as("whatever the order of the answers")
                    .isEqualTo(log);
        }
    }

    @ParameterizedTest
    @MethodSource("every")
    void aSelectionTakesAPathWithoutScoreOnlyAfterAllWithOne(SearchConfig config) {
        var log = Runs.log(config, FakeModels.prompt().withRoomFor(2, Integer.MAX_VALUE));
        var tree = new SearchTree();
        for (var event : log) {
            if (event instanceof SearchEvent.Selected selected
                    && config.strategy().equals("beam-search")) {
                var kept = selected.kept();
                for (var choice : kept)
                    if (tree.unscorable(choice.node()))
                        assertThat(selected.pruned())
                                .allMatch(pruned -> tree.unscorable(pruned.node()))
                                .allMatch(pruned -> Double.isNaN(pruned.value()));
            }
            tree.apply(event);
        }
        assertThat(Runs.of(SearchEvent.Warned.class, log).stream()
                        .filter(warned -> warned.what().contains("has no score: the path is too long"))
                        .count())
                .isEqualTo(Runs.of(SearchEvent.Scored.class, log).stream()
                        .filter(scored -> !scored.note().isEmpty())
                        .count());
    }

    @ParameterizedTest
    @MethodSource("every")
    void aPolicyWithoutRoomEndsItsPathsWithTheirReason(SearchConfig config) {
        if (config.strategy().equals("log-prob-beam")) return;
        var log = Runs.log(config, FakeModels.prompt().withRoomFor(Integer.MAX_VALUE, 1));
        assertThat(log.getLast()).isInstanceOf(SearchEvent.Finished.class);
        assertThat(replayed(config, log)).isEqualTo(log);
        var tree = SearchTree.of(log);
        for (var sampled : Runs.of(SearchEvent.Sampled.class, log)) {
            if (sampled.note().isEmpty()) continue;
            assertThat(tree.note(sampled.lastNode())).isEqualTo("the server has no room left");
            assertThat(tree.node(sampled.lastNode()).finish()).isEqualTo(Finish.LENGTH);
            assertThat(tree.copy().note(sampled.lastNode())).isEqualTo("the server has no room left");
        }
    }

    @Test
    void aResumedSearchReadsItsNotesBack() {
        var config = Runs.config("beam-search", java.util.Map.of("N", 8, "M", 4), 3);
        var log = Runs.log(config, FakeModels.prompt().withRoomFor(2, 3));
        for (int events = 1; events < log.size(); events++)
            assertThat(Runs.log(config, FakeModels.prompt().withRoomFor(2, 3), log.subList(0, events)))
                    .isEqualTo(log);
    }

    private static Tally.Ballot ballot(int number, String answer, double score) {
        return new Tally.Ballot(number, answer, answer, score, false);
    }

    @Test
    void theVotesTreatAMissingScoreAsUnknownAndNotAsZero() {
        var tally = Tally.of(List.of(
                ballot(0, "a", Double.NaN),
                ballot(1, "a", Double.NaN),
                ballot(2, "b", 0),
                ballot(3, "c", 0.5),
                ballot(4, "c", Double.NaN)));
        assertThat(tally.elect(Vote.MAJORITY).orElseThrow().key()).isEqualTo("a");
        assertThat(tally.elect(Vote.NAIVE).orElseThrow().key()).isEqualTo("c");
        assertThat(tally.elect(Vote.WEIGHTED, 3).stream().map(Tally.Group::key)).containsExactly("c", "b", "a");
        assertThat(tally.groups().getFirst().scored()).isFalse();
        assertThat(tally.groups().getLast().sum()).isEqualTo(0.5);
        assertThat(tally.groups().getLast().bestCandidate()).isEqualTo(3);
    }

    @Test
    void withoutAnyScoreTheVotesElectTheFirst() {
        var tally = Tally.of(List.of(ballot(0, "a", Double.NaN), ballot(1, "b", Double.NaN)));
        for (var vote : List.of(Vote.NAIVE, Vote.WEIGHTED))
            assertThat(tally.elect(vote).orElseThrow().key()).isEqualTo("a");
    }

    @Test
    void aCandidateWithoutScoresHasAnUnknownScoreForEveryReduction() {
        var config = Runs.config("best-of-n", java.util.Map.of("N", 4), 3);
        var tree = SearchTree.of(Runs.log(config, FakeModels.prompt().withRoomFor(0, Integer.MAX_VALUE)));
        var task = config.mode().task(Runs.PROBLEM);
        for (var reduction : Reduction.values())
            for (var candidate : dev.espalier.search.log.Candidate.of(tree))
                assertThat(Tally.Ballot.of(candidate, reduction, Runs.PROBLEM, task, Verdicts.NONE)
                                .score())
                        .isNaN();
    }
}
