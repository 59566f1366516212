package dev.espalier.search;

import dev.espalier.model.Finish;
import dev.espalier.model.Result;
import dev.espalier.model.SampleKey;
import dev.espalier.model.Step;
import dev.espalier.problem.Variant;
import dev.espalier.search.log.Mode;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchEvent.Choice;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.log.SearchTree.Node;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One run of a strategy through one search. [#begin] requests the first wave; [#proceed] runs when the whole wave is
/// answered. A wave without requests ends the search.
///
/// A run has no access to models, clocks or threads. If the run asks for it, the search looks ahead of each sample and
/// scores it before [#proceed] receives it. [#ranked], [#select] and [#addedByUser] apply the user's interventions.
public abstract class StrategyRun {
    private @Nullable Search search;
    private @Nullable Strategy strategy;
    private @Nullable Node origin;
    private int firstIteration;
    private int firstCandidate;

    final void join(Search of, Strategy by, Node from) {
        search = of;
        strategy = by;
        origin = from;
        firstIteration = of.tree().iterations();
        firstCandidate = of.tree().nextCandidate();
    }

    /// Requests the first wave.
    protected abstract void begin();

    /// Selects, ends paths and requests the next wave.
    ///
    /// @param grown one node per request of the last wave, in request order: for a sample the last node that it
    ///              made. Empty if only nodes that the user added wait
    protected abstract void proceed(List<Node> grown);

    /// Whether the search scores a new path before [#proceed] receives it.
    ///
    /// @param sampled the last node of a sample, or a node that the user wrote
    protected boolean needsScore(Node sampled) {
        return setting().scored();
    }

    /// The number of greedy steps to sample ahead before a step is scored.
    protected int stepsAhead() {
        return 0;
    }

    /// Whether the score includes the steps sampled ahead.
    protected boolean scoresAhead() {
        return stepsAhead() > 0;
    }

    /// The index of the policy that looks ahead of a new path. [SearchSetting#policies] says how many there are.
    protected int policyAhead(Node sampled) {
        return 0;
    }

    /// The index of the reward model that scores a new path. [SearchSetting#rewardModels] says how many there are.
    protected int rewardModel(Node sampled) {
        return 0;
    }

    /// Continues with other parameters. The search calls it only with those that [Strategy#acceptsChange] allows.
    protected void reconfigure(Strategy changed) {
        strategy = changed;
    }

    // For subclasses: the state of the search

    final Strategy strategy() {
        return java.util.Objects.requireNonNull(strategy);
    }

    private Search search() {
        return java.util.Objects.requireNonNull(search);
    }

    protected final SearchTree tree() {
        return search().tree();
    }

    protected final SearchSetting setting() {
        return search().setting();
    }

    /// The node where the run starts: the root, or the node from which the user continued.
    protected final Node origin() {
        return java.util.Objects.requireNonNull(origin);
    }

    /// The number of this run's first candidate. It is not 0 if the user started this run in a search that had
    /// candidates.
    protected final int firstCandidate() {
        return firstCandidate;
    }

    /// The number by which a path is ranked: its step scores, reduced. NaN if the reward model could not score the
    /// path: its value is unknown, and it ranks after all others (decision 0118).
    protected final double value(Node node) {
        return tree().unscorable(node.id())
                ? Double.NaN
                : setting().reduction().of(node.pathScores(), setting().mode());
    }

    /// Sorts by [#value], best first, and paths of unknown value last.
    protected final Comparator<Node> byValue() {
        return Comparator.comparing((Node node) -> Double.isNaN(value(node)))
                .thenComparing(Comparator.comparingDouble(this::value).reversed());
    }

    /// Whether the next wave has a request yet.
    protected final boolean asks() {
        return search().asks();
    }

    /// Nodes that the user made or revived and that compete in this selection. Returns each once.
    protected final List<Node> addedByUser() {
        return search().interventions().join();
    }

    /// Whether the user pruned the node or an ancestor.
    protected final boolean excluded(Node node) {
        return search().interventions().excluded(node);
    }

    /// The results of the last wave's [#requestNextTokens], in request order; in each the most probable token comes
    /// first.
    protected final List<List<Result.TokenChoice>> nextTokens() {
        return search().nextTokens();
    }

    /// A random number in [0, 1) for the run's own decisions; it is the same whenever this search runs. Its key
    /// differs from every sample's key, because child indices are never negative.
    protected final double uniform(int iteration, int draw) {
        return SampleKey.of(setting().seed(), setting().question().problem().id(), List.of(-1, iteration))
                .uniform(draw);
    }

    /// The nodes that the user keeps, oldest intervention first.
    protected final List<Node> pinned() {
        return search().interventions().pinned();
    }

    /// Whether the user keeps the node.
    protected final boolean pinned(Node node) {
        return search().interventions().pinned(node);
    }

    // For subclasses: actions. They do nothing once another run has replaced this one. The search fails if it has
    // no model with the given index.

    /// Samples a continuation of a path from the first policy.
    ///
    /// @param stopAtStep stop at the end of the next step; if false, continue to the end of the text
    /// @param greedy     always take the most probable token
    protected final void sample(Node parent, boolean stopAtStep, boolean greedy) {
        sample(parent, stopAtStep, greedy, 0);
    }

    /// As [#sample(Node, boolean, boolean)], from another policy.
    ///
    /// @param policy the policy's index
    protected final void sample(Node parent, boolean stopAtStep, boolean greedy, int policy) {
        if (runs()) search().sample(parent, stopAtStep, greedy, Variant.IDENTITY, policy);
    }

    /// Samples a new text below a node from the first policy.
    ///
    /// @param variant the prompt's variant, not [Variant#IDENTITY]
    protected final void sampleAnew(Node parent, boolean stopAtStep, Variant variant) {
        sampleAnew(parent, stopAtStep, variant, 0);
    }

    /// As [#sampleAnew(Node, boolean, Variant)], from another policy.
    ///
    /// @param policy the policy's index
    protected final void sampleAnew(Node parent, boolean stopAtStep, Variant variant, int policy) {
        if (runs()) search().sample(parent, stopAtStep, false, variant, policy);
    }

    /// Requests the first policy's most probable next tokens.
    ///
    /// @param partial the unfinished step after the node's path, [Step.Text#EMPTY] for none
    /// @param k       number of tokens
    protected final void requestNextTokens(Node node, Step partial, int k) {
        requestNextTokens(node, partial, k, 0);
    }

    /// As [#requestNextTokens(Node, Step, int)], of another policy.
    ///
    /// @param partial in the tokens of that policy
    /// @param policy  the policy's index
    protected final void requestNextTokens(Node node, Step partial, int k, int policy) {
        if (runs()) search().requestNextTokens(node, partial, k, policy);
    }

    /// Requests a score of a path for which [#needsScore] is false, from the first reward model.
    protected final void score(Node node) {
        score(node, 0);
    }

    /// As [#score(Node)], from another reward model. A later score of a path replaces an earlier one.
    ///
    /// @param rewardModel the reward model's index
    protected final void score(Node node, int rewardModel) {
        if (runs() && search().scorable(node)) search().score(node, rewardModel);
    }

    /// Makes a node without sampling. The tokens of its step are the first policy's.
    protected final Node grow(Node parent, Step step, Finish finish) {
        var event = new SearchEvent.Grown(
                parent.id(), search().nextChild(parent), tree().nodes().size(), step, finish);
        if (runs()) search().emit(event);
        return tree().node(Math.min(event.node(), tree().nodes().size() - 1));
    }

    /// Sorts by [#value], best first; on ties the earlier node comes first, and a path with a NaN score comes after
    /// an equally low one without. A path that the reward model could not score comes last. Nodes that the user
    /// keeps come before all others, nodes that the user pruned after all others.
    protected final List<Node> ranked(List<Node> nodes) {
        var ranked = new ArrayList<>(nodes);
        ranked.sort(Comparator.comparingInt(this::precedence)
                .thenComparing(byValue())
                .thenComparing(this::hasInvalidScore));
        return ranked;
    }

    /// Whether a score of the path is NaN or infinite. Parity mode keeps the toolkit's order, which ignores that.
    private boolean hasInvalidScore(Node node) {
        return setting().mode() == Mode.STANDARD && !node.pathScores().stream().allMatch(Double::isFinite);
    }

    /// -1 for nodes that the user keeps, 1 for nodes that the user pruned, 0 for all others.
    private int precedence(Node node) {
        return excluded(node) ? 1 : search().interventions().pinned(node) ? -1 : 0;
    }

    /// A node's rank with its reason: the strategy's, or the user's intervention.
    protected final Choice choice(Node node, int rank, String reason) {
        return choice(node, rank, value(node), reason);
    }

    /// @param value the number by which the strategy ranked the node, if it is not [#value]
    protected final Choice choice(Node node, int rank, double value, String reason) {
        return new Choice(
                node.id(),
                rank,
                value,
                switch (precedence(node)) {
                    case 1 -> "pruned by hand";
                    case -1 -> "kept by hand";
                    default -> reason;
                });
    }

    /// Selects the best nodes of an iteration.
    ///
    /// @return the nodes to expand, best first, with the user's changes applied
    protected final List<Node> select(int iteration, List<Node> among, int keep) {
        return select(iteration, among, keep, List.of(), "");
    }

    /// Selects the best nodes of an iteration and always prunes some others.
    ///
    /// @param dropped nodes to prune regardless of their scores
    /// @param why     the reason to record for them
    protected final List<Node> select(int iteration, List<Node> among, int keep, List<Node> dropped, String why) {
        var ranked = ranked(among);
        var kept = new ArrayList<Choice>();
        var pruned = new ArrayList<Choice>();
        String reason = "of " + ranked.size() + ", " + keep + " kept";
        for (int rank = 0; rank < ranked.size(); rank++) {
            var node = ranked.get(rank);
            boolean stays = precedence(node) < 0 || rank < keep && precedence(node) == 0;
            (stays ? kept : pruned).add(choice(node, rank, reason));
        }
        for (var node : dropped) pruned.add(choice(node, ranked.size(), why));
        select(iteration, kept, pruned);
        return survivors(kept);
    }

    /// Records a selection that the strategy made itself.
    protected final void select(int iteration, List<Choice> kept, List<Choice> pruned) {
        if (runs()) search().emit(new SearchEvent.Selected(firstIteration + iteration, kept, pruned));
    }

    /// The nodes of a recorded selection with the user's later changes: without the pruned ones, with the revived
    /// ones.
    protected final List<Node> survivors(List<Choice> kept) {
        if (!runs()) return List.of();
        var nodes = new ArrayList<Node>();
        for (var choice : kept) if (!excluded(tree().node(choice.node()))) nodes.add(tree().node(choice.node()));
        for (var node : search().interventions().revived()) if (!nodes.contains(node)) nodes.add(node);
        return nodes;
    }

    /// Records the state of a vote.
    protected final void voted(int iteration, String leader, int votes, int of, double confidence) {
        if (runs()) search().emit(new SearchEvent.Voted(firstIteration + iteration, leader, votes, of, confidence));
    }

    /// Makes a path a candidate. The candidates of a smaller budget must have the smaller numbers.
    ///
    /// @param candidate the wanted number, counted from this run's first. After an intervention another path
    ///                  can have it; then the next free number is taken. A path that is a candidate keeps its
    ///                  number, except in parity mode
    protected final void end(int candidate, Node node) {
        if (!runs()) return;
        int number = tree().candidateNumber(firstCandidate + candidate, node);
        search().emit(new SearchEvent.Ended(number, node.id(), node.finish()));
    }

    private boolean runs() {
        return search().runs(this);
    }
}
