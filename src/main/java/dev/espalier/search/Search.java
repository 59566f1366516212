package dev.espalier.search;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A search as a state machine without model, clock, log or file. [#ask] hands out a wave of requests; [#tell] takes
/// their results in any order, once each; they are applied in the order of the requests, so that the log does not
/// depend on timing. What happened is drained as events.
///
/// A strategy is a subclass with one method: [#proceed], called when every request of the last wave has been applied,
/// which selects, ends paths and asks for the next wave. Asking for nothing ends the search.
public abstract class Search {
    private final SearchTree tree = new SearchTree();
    private final List<SearchEvent> happened = new ArrayList<>();
    private final List<Request> wave = new ArrayList<>();
    private final List<@Nullable Result> results = new ArrayList<>();
    private final List<SearchTree.Node> reached = new ArrayList<>();
    private int applied;
    private int waveStart;
    private int nextNode = 1;
    private boolean handedOut;
    private boolean over;

    protected final SearchSetting setting;

    protected Search(SearchSetting setting) {
        this.setting = setting;
    }

    /// Selects, ends paths and asks for the next wave with [#sample] and [#score].
    ///
    /// @param wave the results of the last wave in request order: for a sample the last node it made, for a score the
    ///             node scored; empty at the start
    protected abstract void proceed(List<SearchTree.Node> wave);

    /// The wave of requests to work on: empty while results of the last are missing, and when the search is over.
    public final List<Request> ask() {
        if (over || handedOut) return List.of();
        waveStart += wave.size();
        wave.clear();
        results.clear();
        applied = 0;
        var last = List.copyOf(reached);
        reached.clear();
        proceed(last);
        if (wave.isEmpty()) {
            over = true;
            happen(new SearchEvent.Finished(tree.candidates().size(), tree.policyCost(), tree.rewardCost()));
            return List.of();
        }
        handedOut = true;
        for (int i = 0; i < wave.size(); i++) results.add(null);
        var asked = List.copyOf(wave);
        happen(new SearchEvent.Asked(asked));
        return asked;
    }

    /// Takes a result. What was told before, comes late or belongs to no request is ignored.
    ///
    /// @return whether it was taken
    public final boolean tell(int request, Result result) {
        int index = request - waveStart;
        if (over || !handedOut || index < 0 || index >= wave.size() || results.get(index) != null) return false;
        if (!fits(wave.get(index), result)) return false;
        results.set(index, result);
        while (applied < wave.size() && results.get(applied) != null) {
            apply(wave.get(applied), results.get(applied));
            applied++;
        }
        if (applied == wave.size()) handedOut = false;
        return true;
    }

    /// Ends the search with a reason; what it had stays.
    public final void fail(String reason) {
        if (over) return;
        over = true;
        happen(new SearchEvent.Failed(reason));
    }

    public final boolean over() {
        return over;
    }

    /// What has happened since the last call.
    public final List<SearchEvent> drain() {
        var events = List.copyOf(happened);
        happened.clear();
        return events;
    }

    /// The tree so far.
    public final SearchTree tree() {
        return tree;
    }

    private static boolean fits(Request request, Result result) {
        return switch (request) {
            case Request.Sample _ -> result instanceof Result.Sampled;
            case Request.Score _ -> result instanceof Result.Scored;
        };
    }

    private void apply(Request request, Result result) {
        switch (result) {
            case Result.Sampled sampled when request instanceof Request.Sample asked -> {
                var event = new SearchEvent.Sampled(asked.id(), asked.parent(), asked.childIndex(), nextNode, sampled.steps(), sampled.finish(), sampled.cost());
                nextNode += event.nodes();
                happen(event);
                reached.add(tree.node(event.lastNode()));
            }
            case Result.Scored scored when request instanceof Request.Score asked -> {
                happen(new SearchEvent.Scored(asked.id(), asked.node(), scored.scores(), scored.cost()));
                reached.add(tree.node(asked.node()));
            }
            default -> throw new IllegalStateException("a result of another kind passed the check");
        }
    }

    private void happen(SearchEvent event) {
        tree.apply(event);
        happened.add(event);
    }

    // What a strategy does in proceed()

    protected final void sample(SearchTree.Node parent, int childIndex, boolean stopAtStep, boolean greedy) {
        var path = new ArrayList<Integer>();
        int used = 0;
        for (var node : tree.path(parent.id())) {
            path.add(node.childIndex());
            used += node.step().tokens().length;
        }
        path.add(childIndex);
        wave.add(new Request.Sample(waveStart + wave.size(), parent.id(), path, stopAtStep, greedy, Math.max(1, setting.maxNewTokens() - used)));
    }

    /// Whether [#proceed] has asked for something yet.
    protected final boolean asks() {
        return !wave.isEmpty();
    }

    protected final void score(SearchTree.Node node) {
        wave.add(new Request.Score(waveStart + wave.size(), node.id()));
    }

    protected final void select(int iteration, List<SearchEvent.Choice> kept, List<SearchEvent.Choice> pruned) {
        happen(new SearchEvent.Selected(iteration, kept, pruned));
    }

    /// Makes a path a candidate with a number of its own; what a smaller budget would have returned has the smaller numbers.
    protected final void end(int candidate, SearchTree.Node node) {
        happen(new SearchEvent.Ended(candidate, node.id(), node.finish()));
    }

    /// The number that a path is ranked by.
    protected final double value(SearchTree.Node node) {
        return setting.reduction().of(node.pathScores());
    }

    /// Whether there is a step to score on a node's path.
    protected final boolean scorable(SearchTree.Node node) {
        return !tree.steps(node.id()).isEmpty();
    }
}
