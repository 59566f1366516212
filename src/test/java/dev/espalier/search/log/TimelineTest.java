package dev.espalier.search.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.model.Cost;
import dev.espalier.model.Finish;
import dev.espalier.model.Step;
import dev.espalier.search.FakeModels;
import dev.espalier.search.Runs;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class TimelineTest {
    private static final List<SearchEvent> LOG =
            Runs.log(Runs.config("beam-search", Map.of("N", 16, "M", 4, "lookahead", 1), 3), FakeModels.prompt());

    @Test
    void everyMomentIsTheTreeOfTheEventsSoFar() {
        var timeline = Timeline.of(LOG);
        for (int moment = 0; moment <= LOG.size(); moment++)
            same(timeline.at(moment), SearchTree.of(LOG.subList(0, moment)));
    }

    @Tag("slow")
    @Test
    void snapshotsDoNotChangeTheTreeOfAMoment() {
        // Long enough that the timeline drops snapshots.
        var log = Runs.log(Runs.config("best-of-n", Map.of("N", 9000), 1), FakeModels.prompt());
        assertThat(log.size()).isGreaterThan(20_000);
        var timeline = Timeline.of(log);
        for (int moment : List.of(0, 1, 1023, 1024, 1025, 9001, 9002, 9003, 16384, 20_000, log.size() - 1, log.size()))
            same(timeline.at(moment), SearchTree.of(log.subList(0, moment)));
    }

    @Test
    void aReturnedTreeBelongsToItsCaller() {
        var timeline = Timeline.of(LOG.subList(0, LOG.size() - 2));
        var mine = timeline.at(timeline.size());
        LOG.subList(LOG.size() - 2, LOG.size()).forEach(mine::apply);
        same(timeline.at(timeline.size()), SearchTree.of(LOG.subList(0, LOG.size() - 2)));
        same(mine, SearchTree.of(LOG));
    }

    @Test
    void followingALiveSearchFoldsEachEventOnce() {
        var timeline = new Timeline();
        for (int i = 0; i < LOG.size(); i++) {
            timeline.add(LOG.get(i));
            if (i % 3 == 0) timeline.at(timeline.size());
        }
        same(timeline.at(LOG.size()), SearchTree.of(LOG));
        timeline.at(LOG.size());
        assertThat(timeline.folded()).isEqualTo(LOG.size());
    }

    @Test
    void addingFoldsNothing() {
        assertThat(Timeline.of(LOG).folded()).isZero();
    }

    @Test
    void anEarlierMomentDoesNotHoldUpTheLatest() {
        var timeline = Timeline.of(LOG.subList(0, 40));
        timeline.at(40);
        same(timeline.at(10), SearchTree.of(LOG.subList(0, 10)));
        LOG.subList(40, LOG.size()).forEach(timeline::add);
        same(timeline.at(LOG.size()), SearchTree.of(LOG));
        assertThat(timeline.folded()).isEqualTo(LOG.size() + 10);
    }

    @Test
    void whyAPathWasScoredSoIsKeptAtEveryMoment() {
        var timeline = Timeline.of(List.of(
                new SearchEvent.Grown(0, 0, 1, Step.of("a", new int[0], new float[0]), Finish.STOP),
                new SearchEvent.Scored(0, 1, List.of(0.5), List.of("half of it is right"), Cost.NONE)));
        assertThat(timeline.at(2).rationales(1)).containsExactly("half of it is right");
        assertThat(timeline.at(1).rationales(1)).isEmpty();
    }

    @Test
    void iterationsCanBeSteppedForwardAndBack() {
        var timeline = Timeline.of(LOG);
        int first = timeline.nextIteration(0);
        int second = timeline.nextIteration(first);
        assertThat(LOG.get(first - 1))
                .isInstanceOfSatisfying(
                        SearchEvent.Selected.class,
                        selected -> assertThat(selected.iteration()).isZero());
        assertThat(LOG.get(second - 1))
                .isInstanceOfSatisfying(
                        SearchEvent.Selected.class,
                        selected -> assertThat(selected.iteration()).isOne());
        assertThat(timeline.previousIteration(second)).isEqualTo(first);
        assertThat(timeline.previousIteration(second + 1)).isEqualTo(second);
        assertThat(timeline.previousIteration(first)).isZero();
        assertThat(timeline.nextIteration(LOG.size())).isEqualTo(LOG.size());
    }

    @Test
    void twoMomentsDifferByTheEventsBetweenThem() {
        var timeline = Timeline.of(LOG);
        int choice = timeline.nextIteration(0);
        var selected = (SearchEvent.Selected) LOG.get(choice - 1);
        var by = timeline.difference(choice - 1, choice);
        assertThat(by.kept())
                .containsExactlyInAnyOrderElementsOf(
                        selected.kept().stream().map(SearchEvent.Choice::node).toList());
        assertThat(by.pruned())
                .containsExactlyInAnyOrderElementsOf(
                        selected.pruned().stream().map(SearchEvent.Choice::node).toList());
        assertThat(by.appeared()).isEmpty();
        assertThat(timeline.difference(choice, choice).isEmpty()).isTrue();
        assertThat(timeline.difference(0, LOG.size()).appeared())
                .hasSize(timeline.at(LOG.size()).nodes().size() - 1);
        assertThat(timeline.difference(choice, 0)).isEqualTo(timeline.difference(0, choice));
    }

    @Test
    void aMomentOutOfRangeIsRejected() {
        assertThatThrownBy(() -> Timeline.of(LOG).at(LOG.size() + 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> Timeline.of(LOG).at(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    /// Compares everything that a tree returns.
    static void same(SearchTree one, SearchTree other) {
        assertThat(described(one)).isEqualTo(described(other));
        assertThat(one.candidates().stream().map(SearchTree.Node::id))
                .isEqualTo(other.candidates().stream().map(SearchTree.Node::id).toList());
        assertThat(List.of(
                        one.events(),
                        one.iterations(),
                        one.maxDepth(),
                        one.policyCost(),
                        one.rewardCost(),
                        one.over(),
                        one.failure(),
                        one.warnings()))
                .isEqualTo(List.of(
                        other.events(),
                        other.iterations(),
                        other.maxDepth(),
                        other.policyCost(),
                        other.rewardCost(),
                        other.over(),
                        other.failure(),
                        other.warnings()));
    }

    private static Map<Integer, List<Object>> described(SearchTree tree) {
        var nodes = new TreeMap<Integer, List<Object>>();
        for (var node : tree.nodes()) {
            nodes.put(
                    node.id(),
                    List.of(
                            node.parent(),
                            node.childIndex(),
                            node.depth(),
                            node.step(),
                            node.children().stream().map(SearchTree.Node::id).toList(),
                            node.pathScores(),
                            node.fate(),
                            node.finish(),
                            node.candidate(),
                            node.iteration(),
                            node.reason(),
                            tree.lookAhead(node.id()),
                            tree.rationales(node.id())));
        }
        return nodes;
    }
}
