package dev.espalier.search;

import dev.espalier.problem.Variant;
import dev.espalier.search.log.Intervention;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree.Node;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The user's interventions in a search, and the nodes that they exclude, pin and add. Each intervention becomes the
/// event with its number. It takes effect at the strategy's next selection, or at the selection that the search has
/// just recorded.
final class Interventions {
    private final Search search;
    private final StrategyFactory strategies;
    private final ArrayDeque<Search.Scheduled> scheduled = new ArrayDeque<>();
    private final Set<Integer> excluded = new HashSet<>();
    private final Set<Integer> pinned = new LinkedHashSet<>();
    private final List<Intervention.Resample> resamples = new ArrayList<>();
    private final List<Node> unscored = new ArrayList<>();
    private final List<Node> addedByUser = new ArrayList<>();

    Interventions(Search search, List<Search.Scheduled> scheduled, StrategyFactory strategies) {
        this.search = search;
        this.strategies = strategies;
        scheduled.stream()
                .sorted(Comparator.comparingInt(Search.Scheduled::event))
                .forEach(this.scheduled::add);
    }

    /// Emits the interventions that are due as the next event.
    void afterEvent(int events) {
        var next = scheduled.peek();
        if (next == null || next.event() > events) return;
        scheduled.remove();
        search.emit(new SearchEvent.Intervened(next.intervention()));
        carryOut(next.intervention());
    }

    private void carryOut(Intervention intervention) {
        var tree = search.tree();
        switch (intervention) {
            case Intervention.Prune prune -> {
                excluded.add(prune.node());
                pinned.remove(prune.node());
            }
            case Intervention.Revive revive -> {
                for (var node : tree.lineage(revive.node())) excluded.remove(node.id());
                pinned.add(revive.node());
                addedByUser.add(tree.node(revive.node()));
            }
            case Intervention.Keep keep -> pinned.add(keep.node());
            case Intervention.Resample resample -> resamples.add(resample);
            case Intervention.Edit edit -> {
                var old = tree.node(edit.node());
                var parent = tree.node(old.parent());
                var node = new SearchEvent.Grown(
                        parent.id(), search.nextChild(parent), tree.nodes().size(), edit.step(), old.finish());
                excluded.add(old.id());
                search.emit(node);
                unscored.add(tree.node(node.node()));
            }
            case Intervention.ContinueFrom from -> {
                addedByUser.clear();
                resamples.clear();
                search.replace(
                        strategies.of(
                                from.strategy(),
                                from.parameters(),
                                search.setting().mode()),
                        tree.node(from.node()));
            }
            case Intervention.Change change ->
                search.change(
                        strategies.of(
                                search.strategy().name(),
                                change.parameters(),
                                search.setting().mode()),
                        search.setting().with(change.generation(), change.reduction()));
        }
    }

    /// Requests the resamples, after the run's own requests.
    void ask() {
        for (var resample : resamples)
            for (int i = 0; i < resample.times(); i++)
                search.sample(
                        search.tree().node(resample.node()), search.strategy().stepwise(), false, Variant.IDENTITY, 0);
        resamples.clear();
    }

    /// Takes the resampled nodes.
    void sampled(List<Node> nodes) {
        addedByUser.addAll(nodes);
    }

    /// Returns the nodes that the user wrote and that have no scores yet, each once. From now on they compete.
    List<Node> unscored() {
        var nodes = List.copyOf(unscored);
        unscored.clear();
        addedByUser.addAll(nodes);
        return nodes;
    }

    /// Whether the user has added nodes that the run has not received yet.
    boolean waits() {
        return !addedByUser.isEmpty() || !unscored.isEmpty();
    }

    /// Returns the nodes that compete in this selection in addition to the strategy's own, each once.
    List<Node> join() {
        var nodes = addedByUser.stream().filter(node -> !excluded(node)).toList();
        addedByUser.clear();
        return nodes;
    }

    /// Returns the nodes that the user revived since the search recorded the selection, each once.
    List<Node> revived() {
        var nodes = addedByUser.stream()
                .filter(node -> pinned(node) && !excluded(node))
                .toList();
        addedByUser.removeAll(nodes);
        return nodes;
    }

    boolean excluded(Node node) {
        if (excluded.isEmpty()) return false;
        return search.tree().lineage(node.id()).stream().anyMatch(at -> excluded.contains(at.id()));
    }

    boolean pinned(Node node) {
        return pinned.contains(node.id());
    }

    List<Node> pinned() {
        return pinned.stream().map(search.tree()::node).toList();
    }
}
