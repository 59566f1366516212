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

/// The course that a strategy takes through one search: it begins by asking, and each time all that it asked for is there
/// it chooses, ends paths and asks again. Asking for nothing ends the search.
///
/// It knows nothing of models, time or threads. What it samples has been looked ahead and scored, where it wants that,
/// before [#proceed] gets it. A person may have a hand in it: [#ranked], [#select] and [#addedByUser] see to that.
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

    /// Asks for the first wave.
    protected abstract void begin();

    /// Selects, ends paths and asks for the next wave.
    ///
    /// @param grown for every request of the last wave, in order, the node it is about: for a sample the last node it made.
    ///              Empty where only nodes that a person made wait
    protected abstract void proceed(List<Node> grown);

    /// Whether what was sampled, or written by a person, is scored before it is given to the course.
    ///
    /// @param sampled the last node of a sample
    protected boolean needsScore(Node sampled) {
        return setting().scored();
    }

    /// Greedy steps looked ahead before a step is scored.
    protected int stepsAhead() {
        return 0;
    }

    /// Whether what was looked ahead is scored with the step.
    protected boolean scoresAhead() {
        return stepsAhead() > 0;
    }

    /// Goes on with other parameters; only for those that [Strategy#acceptsChange] allows.
    protected void reconfigure(Strategy changed) {
        strategy = changed;
    }

    // What a course knows

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

    /// Where the course starts: the problem, or the node that a person lets it go on from.
    protected final Node origin() {
        return java.util.Objects.requireNonNull(origin);
    }

    /// The number of this course's first candidate: a course that a person began has others before its own.
    protected final int firstCandidate() {
        return firstCandidate;
    }

    /// The number that a path is ranked by.
    protected final double value(Node node) {
        return setting().reduction().of(node.pathScores(), setting().mode());
    }

    /// Whether something has been asked for yet.
    protected final boolean asks() {
        return search().asks();
    }

    /// Nodes that compete at this choice because a person made or revived them; each is given once.
    protected final List<Node> addedByUser() {
        return search().interventions().join();
    }

    /// Whether a person pruned the node or one above it.
    protected final boolean excluded(Node node) {
        return search().interventions().excluded(node);
    }

    /// The answers to [#nextTokens] of the last wave, in the order in which they were asked, each with the most probable token first.
    protected final List<List<Result.TokenChoice>> nextTokens() {
        return search().nextTokens();
    }

    /// A number in [0, 1) of the course's own, the same whenever this search is run. Its key is no continuation's: those have no negative child index.
    protected final double uniform(int iteration, int draw) {
        return SampleKey.of(setting().seed(), setting().question().problem().id(), List.of(-1, iteration)).uniform(draw);
    }

    /// What a person wants kept, in the order in which it was said.
    protected final List<Node> pinned() {
        return search().interventions().pinned();
    }

    /// Whether a person wants the node kept.
    protected final boolean pinned(Node node) {
        return search().interventions().pinned(node);
    }

    // What a course does. One that has been replaced does nothing any more.

    /// Continues a path by a step, or to its end.
    protected final void sample(Node parent, boolean stopAtStep, boolean greedy) {
        if (runs()) search().sample(parent, stopAtStep, greedy, Variant.IDENTITY);
    }

    /// Begins a new text below a node.
    ///
    /// @param variant how the policy is asked, not [Variant#IDENTITY]
    protected final void sampleAnew(Node parent, boolean stopAtStep, Variant variant) {
        if (runs()) search().sample(parent, stopAtStep, false, variant);
    }

    /// @param begun the beginning of the step behind the node's path, [Step.Text#EMPTY] for none
    protected final void nextTokens(Node node, Step begun, int k) {
        if (runs()) search().nextTokens(node, begun, k);
    }

    /// Scores a path that is not scored by itself, see [#needsScore].
    protected final void score(Node node) {
        if (runs() && search().scorable(node)) search().score(node);
    }

    /// Makes a node without sampling.
    protected final Node grow(Node parent, Step step, Finish finish) {
        var event = new SearchEvent.Grown(parent.id(), search().nextChild(parent), tree().nodes().size(), step, finish);
        if (runs()) search().emit(event);
        return tree().node(Math.min(event.node(), tree().nodes().size() - 1));
    }

    /// Best first by [#value], the earlier on ties; a path with a score that is no number stands behind those that are as low as it counts. What a person keeps stands before, what a person pruned behind all others.
    protected final List<Node> ranked(List<Node> nodes) {
        var ranked = new ArrayList<>(nodes);
        ranked.sort(Comparator.comparingInt(this::standing).thenComparing(Comparator.comparingDouble(this::value).reversed()).thenComparing(this::unsound));
        return ranked;
    }

    /// Parity mode has only the toolkit's order.
    private boolean unsound(Node node) {
        return setting().mode() == Mode.STANDARD && !node.pathScores().stream().allMatch(Double::isFinite);
    }

    private int standing(Node node) {
        return excluded(node) ? 1 : search().interventions().pinned(node) ? -1 : 0;
    }

    /// Why a node has its rank: the strategy's words, or that it was a person.
    protected final Choice choice(Node node, int rank, String reason) {
        return choice(node, rank, value(node), reason);
    }

    /// @param value what the strategy ranks by where it is not [#value]
    protected final Choice choice(Node node, int rank, double value, String reason) {
        return new Choice(node.id(), rank, value, switch (standing(node)) {
            case 1 -> "pruned by hand";
            case -1 -> "kept by hand";
            default -> reason;
        });
    }

    /// An iteration's choice: the best are kept.
    ///
    /// @return those that are gone on with, the best first; a person may have changed it
    protected final List<Node> select(int iteration, List<Node> among, int keep) {
        return select(iteration, among, keep, List.of(), "");
    }

    /// An iteration's choice that some nodes have no part in.
    ///
    /// @param dropped pruned whatever their scores
    /// @param why     they are
    protected final List<Node> select(int iteration, List<Node> among, int keep, List<Node> dropped, String why) {
        var ranked = ranked(among);
        var kept = new ArrayList<Choice>();
        var pruned = new ArrayList<Choice>();
        String reason = "of " + ranked.size() + ", " + keep + " kept";
        for (int rank = 0; rank < ranked.size(); rank++) {
            var node = ranked.get(rank);
            boolean stays = standing(node) < 0 || rank < keep && standing(node) == 0;
            (stays ? kept : pruned).add(choice(node, rank, reason));
        }
        for (var node : dropped) pruned.add(choice(node, ranked.size(), why));
        select(iteration, kept, pruned);
        return survivors(kept);
    }

    /// Tells an iteration's choice where [#select(int, List, int)] does not fit.
    protected final void select(int iteration, List<Choice> kept, List<Choice> pruned) {
        if (runs()) search().emit(new SearchEvent.Selected(firstIteration + iteration, kept, pruned));
    }

    /// The nodes of a choice that has been told, as a person may have changed it since: without what was pruned, with what was revived.
    protected final List<Node> survivors(List<Choice> kept) {
        if (!runs()) return List.of();
        var nodes = new ArrayList<Node>();
        for (var choice : kept) if (!excluded(tree().node(choice.node()))) nodes.add(tree().node(choice.node()));
        for (var node : search().interventions().revived()) if (!nodes.contains(node)) nodes.add(node);
        return nodes;
    }

    protected final void voted(int iteration, String leader, int votes, int of, double confidence) {
        if (runs()) search().emit(new SearchEvent.Voted(firstIteration + iteration, leader, votes, of, confidence));
    }

    /// Makes a path a candidate with a number of its own; what a smaller budget would have returned has the smaller numbers.
    protected final void end(int candidate, Node node) {
        if (runs()) search().emit(new SearchEvent.Ended(firstCandidate + candidate, node.id(), node.finish()));
    }

    private boolean runs() {
        return search().runs(this);
    }
}
