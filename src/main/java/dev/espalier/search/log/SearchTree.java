package dev.espalier.search.log;

import dev.espalier.model.Cost;
import dev.espalier.model.Finish;
import dev.espalier.model.Step;
import dev.espalier.problem.Variant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The tree of a search, a projection of its log: apply the events in order. Not thread-safe.
public final class SearchTree {

    /// The state of a node.
    public enum Fate {
        ACTIVE,
        KEPT,
        PRUNED,
        ENDED
    }

    /// A step of a path. Node 0 is the problem.
    public static final class Node {
        private final int id;
        private final int parent;
        private final int childIndex;
        private final int depth;
        private final Step step;
        private List<Node> children = List.of();
        private List<Double> pathScores = List.of();
        private Fate fate = Fate.ACTIVE;
        private Finish finish = Finish.STEP;
        private int candidate = -1;
        private int iteration = -1;
        private int rank = -1;
        private String reason = "";

        Node(int id, int parent, int childIndex, int depth, Step step) {
            this.id = id;
            this.parent = parent;
            this.childIndex = childIndex;
            this.depth = depth;
            this.step = step;
        }

        /// Copies a node without its children.
        private Node(Node of) {
            this(of.id, of.parent, of.childIndex, of.depth, of.step);
            pathScores = of.pathScores;
            fate = of.fate;
            finish = of.finish;
            candidate = of.candidate;
            iteration = of.iteration;
            rank = of.rank;
            reason = of.reason;
        }

        /// Most nodes have at most one child and need no list of their own.
        private void addChild(Node child) {
            if (children.isEmpty()) {
                children = List.of(child);
                return;
            }
            if (!(children instanceof ArrayList)) children = new ArrayList<>(children);
            children.add(child);
        }

        public int id() {
            return id;
        }

        /// The parent's id, -1 for the root.
        public int parent() {
            return parent;
        }

        public int childIndex() {
            return childIndex;
        }

        /// 0 for the root, 1 for first steps.
        public int depth() {
            return depth;
        }

        public Step step() {
            return step;
        }

        public List<Node> children() {
            return Collections.unmodifiableList(children);
        }

        /// The scores of the path to this node: one number per non-empty step, first step first. Empty if it
        /// was not scored.
        public List<Double> pathScores() {
            return pathScores;
        }

        public boolean scored() {
            return !pathScores.isEmpty();
        }

        /// The last number of [#pathScores], NaN if there is none.
        public double score() {
            return pathScores.isEmpty() ? Double.NaN : pathScores.getLast();
        }

        public Fate fate() {
            return fate;
        }

        public Finish finish() {
            return finish;
        }

        /// The candidate number, the first if there are several; -1 if the node is not a candidate.
        public int candidate() {
            return candidate;
        }

        /// The iteration that last kept or pruned the node, -1 for none.
        public int iteration() {
            return iteration;
        }

        /// Why the node was kept or pruned, for example "rank 3 of 16, 4 kept"; "" if it was in no selection.
        public String reason() {
            return rank < 0 ? reason : "rank " + (rank + 1) + " " + reason;
        }
    }

    private final ArrayList<Node> nodes = new ArrayList<>();
    private final TreeMap<Integer, Node> candidates = new TreeMap<>();
    /// The variants of the prompts, by the first node of a new text.
    private final Map<Integer, Variant> variants = new HashMap<>();
    private final Map<Integer, Variant> variantOfRequest = new HashMap<>();
    private final Map<Integer, List<Step>> lookAheads = new HashMap<>();
    private final Set<Integer> lookedToTheEnd = new HashSet<>();
    /// The reward model's explanations by node, one per score.
    private final Map<Integer, List<String>> rationales = new HashMap<>();
    /// Why paths ended, by their last node, if the finish does not say it.
    private final Map<Integer, String> notes = new HashMap<>();
    /// The nodes of paths that the reward model could not score.
    private final Set<Integer> unscorable = new HashSet<>();
    private final List<String> warnings = new ArrayList<>();
    private Mode mode;
    private boolean forked;
    private int events;
    private int iterations;
    private int maxDepth;
    private Cost policyCost = Cost.NONE;
    private Cost rewardCost = Cost.NONE;
    private boolean over;
    private String failure = "";

    public SearchTree() {
        this(Mode.STANDARD);
    }

    /// @param mode until [SearchEvent.Started] says it
    public SearchTree(Mode mode) {
        this.mode = mode;
        nodes.add(new Node(0, -1, 0, 0, Step.Text.EMPTY));
    }

    public static SearchTree of(List<SearchEvent> events) {
        var tree = new SearchTree();
        events.forEach(tree::apply);
        return tree;
    }

    /// An independent copy.
    public SearchTree copy() {
        var copy = new SearchTree();
        copy.nodes.clear();
        copy.nodes.ensureCapacity(nodes.size() + 16);
        for (var node : nodes) copy.nodes.add(new Node(node));
        for (var node : copy.nodes)
            if (node.id != 0) copy.nodes.get(node.parent).addChild(node);
        candidates.forEach((number, node) -> copy.candidates.put(number, copy.nodes.get(node.id)));
        copy.variants.putAll(variants);
        copy.variantOfRequest.putAll(variantOfRequest);
        lookAheads.forEach((node, steps) -> copy.lookAheads.put(node, new ArrayList<>(steps)));
        copy.lookedToTheEnd.addAll(lookedToTheEnd);
        copy.rationales.putAll(rationales);
        copy.notes.putAll(notes);
        copy.unscorable.addAll(unscorable);
        copy.warnings.addAll(warnings);
        copy.mode = mode;
        copy.forked = forked;
        copy.events = events;
        copy.iterations = iterations;
        copy.maxDepth = maxDepth;
        copy.policyCost = policyCost;
        copy.rewardCost = rewardCost;
        copy.over = over;
        copy.failure = failure;
        return copy;
    }

    public void apply(SearchEvent event) {
        events++;
        switch (event) {
            case SearchEvent.Started started -> mode = started.config().mode();
            case SearchEvent.Voted _ -> {}
            case SearchEvent.Asked asked -> {
                for (var request : asked.requests())
                    if (request instanceof Request.Sample sample && sample.anew())
                        variantOfRequest.put(sample.id(), sample.variant());
            }
            case SearchEvent.Sampled sampled -> grow(sampled);
            case SearchEvent.Grown grown -> {
                var parent = node(grown.parent());
                add(grown.node(), parent, grown.childIndex(), grown.step()).finish = grown.finish();
            }
            case SearchEvent.LookedAhead ahead -> {
                policyCost = policyCost.plus(ahead.cost());
                lookAheads.computeIfAbsent(ahead.node(), _ -> new ArrayList<>()).addAll(ahead.steps());
                if (ahead.finish().ends()) lookedToTheEnd.add(ahead.node());
            }
            case SearchEvent.NextTokens next -> policyCost = policyCost.plus(next.cost());
            case SearchEvent.Intervened(var intervention) -> intervene(intervention);
            case SearchEvent.Warned warned -> warnings.add(warned.what());
            case SearchEvent.Scored scored -> {
                score(scored);
                rewardCost = rewardCost.plus(scored.cost());
            }
            case SearchEvent.Selected selected -> {
                iterations = Math.max(iterations, selected.iteration() + 1);
                for (var choice : selected.kept()) mark(choice, Fate.KEPT, selected.iteration());
                for (var choice : selected.pruned()) mark(choice, Fate.PRUNED, selected.iteration());
            }
            case SearchEvent.Ended ended -> {
                var node = node(ended.node());
                node.fate = Fate.ENDED;
                node.finish = ended.finish();
                int number = candidateNumber(ended.candidate(), node);
                if (node.candidate < 0) node.candidate = number;
                candidates.put(number, node);
            }
            case SearchEvent.Failed failed -> {
                over = true;
                failure = failed.reason();
            }
            case SearchEvent.Finished _ -> over = true;
        }
    }

    private void grow(SearchEvent.Sampled sampled) {
        policyCost = policyCost.plus(sampled.cost());
        var parent = node(sampled.parent());
        int childIndex = sampled.childIndex();
        for (int i = 0; i < sampled.nodes(); i++) {
            parent = add(
                    sampled.firstNode() + i,
                    parent,
                    childIndex,
                    sampled.steps().isEmpty()
                            ? Step.Text.EMPTY
                            : sampled.steps().get(i));
            childIndex = 0;
        }
        parent.finish = sampled.finish();
        if (!sampled.note().isEmpty()) notes.put(parent.id, sampled.note());
        var variant = variantOfRequest.remove(sampled.request());
        if (variant != null) variants.put(sampled.firstNode(), variant);
    }

    private Node add(int id, Node parent, int childIndex, Step step) {
        // A damaged log could otherwise make a node its own ancestor.
        if (id != nodes.size())
            throw new IllegalArgumentException("node %d came where %d was due".formatted(id, nodes.size()));
        var node = new Node(id, parent.id, childIndex, parent.depth + 1, step);
        parent.addChild(node);
        nodes.add(node);
        maxDepth = Math.max(maxDepth, node.depth);
        return node;
    }

    private void intervene(Intervention intervention) {
        forked = true;
        switch (intervention) {
            case Intervention.Prune prune -> mark(prune.node(), Fate.PRUNED, "pruned by hand");
            case Intervention.Revive revive -> mark(revive.node(), Fate.KEPT, "revived by hand");
            case Intervention.Keep keep -> mark(keep.node(), Fate.KEPT, "kept by hand");
            case Intervention.Edit edit -> mark(edit.node(), Fate.PRUNED, "edited by hand");
            case Intervention.ContinueFrom from -> mark(from.node(), Fate.KEPT, "continued from by hand");
            case Intervention.Resample _, Intervention.Change _ -> {}
        }
    }

    private void mark(int id, Fate fate, String reason) {
        var node = node(id);
        node.fate = fate;
        node.rank = -1;
        node.reason = reason;
    }

    /// Gives each unscored node of the scored path the scores of the steps up to that node, and the last node all
    /// of them.
    private void score(SearchEvent.Scored scored) {
        var node = node(scored.node());
        var scores = scored.scores();
        node.pathScores = scores;
        if (scored.note().isEmpty()) unscorable.remove(node.id);
        else unscorable.add(node.id);
        if (!scored.rationales().isEmpty()) rationales.put(node.id, scored.rationales());
        int steps = 0;
        for (var at = node; at != null; at = before(at)) if (!at.step.empty()) steps++;
        for (var at = node; at != null; at = before(at)) {
            if (at != node && at.pathScores.isEmpty() && steps <= scores.size())
                at.pathScores = scores.subList(0, steps);
            if (!at.step.empty()) steps--;
        }
    }

    private void mark(SearchEvent.Choice choice, Fate fate, int iteration) {
        var node = node(choice.node());
        if (node.fate != Fate.ENDED) node.fate = fate;
        node.iteration = iteration;
        node.rank = choice.rank();
        node.reason = choice.reason();
    }

    public Node root() {
        return nodes.getFirst();
    }

    public Node node(int id) {
        return nodes.get(id);
    }

    /// All nodes in the order of the log, the root first.
    public List<Node> nodes() {
        return Collections.unmodifiableList(nodes);
    }

    /// The candidates' nodes, by candidate number. In parity mode a node can occur several times.
    public List<Node> candidates() {
        return List.copyOf(candidates.values());
    }

    public SortedMap<Integer, Node> candidatesByNumber() {
        return Collections.unmodifiableSortedMap(candidates);
    }

    /// The node of a candidate number, null if the tree has no such candidate.
    public @Nullable Node candidateNode(int number) {
        return candidates.get(number);
    }

    /// The nodes from the root to the node, without the root.
    public List<Node> lineage(int id) {
        var lineage = new ArrayList<Node>();
        for (var at = node(id); at.id != 0; at = node(at.parent)) lineage.add(at);
        Collections.reverse(lineage);
        return lineage;
    }

    /// The nodes of the node's text, from the first step of the text to the node. That is the whole lineage, unless
    /// a new text begins below the root (a revision).
    public List<Node> path(int id) {
        var path = new ArrayList<Node>();
        for (var at = node(id); at.id != 0; at = node(at.parent)) {
            path.add(at);
            if (variants.containsKey(at.id)) break;
        }
        Collections.reverse(path);
        return path;
    }

    /// The previous node of the path, null for its first.
    private @Nullable Node before(Node node) {
        return node.id == 0 || node.parent == 0 || !variants.isEmpty() && variants.containsKey(node.id)
                ? null
                : node(node.parent);
    }

    /// The number of tokens of the path.
    public int tokens(int id) {
        int tokens = 0;
        for (var at = id == 0 ? null : node(id); at != null; at = before(at)) tokens += at.step.tokens().length;
        return tokens;
    }

    /// Whether the path has a non-empty step.
    public boolean hasText(int id) {
        for (var at = id == 0 ? null : node(id); at != null; at = before(at)) if (!at.step.empty()) return true;
        return false;
    }

    /// The variant of the prompt of the node's text.
    public Variant variant(int id) {
        if (variants.isEmpty()) return Variant.IDENTITY;
        for (var at = node(id); at.id != 0; at = node(at.parent)) {
            var variant = variants.get(at.id);
            if (variant != null) return variant;
        }
        return Variant.IDENTITY;
    }

    /// The look-ahead steps of a node.
    public List<Step> lookAhead(int id) {
        return Collections.unmodifiableList(lookAheads.getOrDefault(id, List.of()));
    }

    /// Whether the look-ahead of a node has reached the end of the text.
    public boolean lookedToTheEnd(int id) {
        return lookedToTheEnd.contains(id);
    }

    /// Whether a node is another node or one of its descendants.
    public boolean isBelow(Node node, Node above) {
        var at = node;
        while (at.depth > above.depth) at = node(at.parent);
        return at == above;
    }

    /// One more than the highest candidate number.
    public int nextCandidate() {
        return candidates.isEmpty() ? 0 : candidates.lastKey() + 1;
    }

    /// The number under which a path becomes a candidate, unique in the tree: the wanted number, or the next
    /// free one if another path has it. A path that is a candidate keeps its number. In parity mode it gets
    /// another one, because one path can be several candidates there.
    ///
    /// Older logs of forks can contain a number twice. They are read by the same rule, so no candidate is lost.
    public int candidateNumber(int wanted, Node node) {
        if (mode == Mode.STANDARD && node.candidate >= 0) return node.candidate;
        var holder = candidates.get(wanted);
        return holder == null || holder == node ? wanted : nextCandidate();
    }

    /// The reward model's explanations for the path that ends at a node, one per number of [Node#pathScores]; empty
    /// if it gives none.
    public List<String> rationales(int id) {
        return rationales.getOrDefault(id, List.of());
    }

    /// Why the path that ends at a node has ended, as a clause; "" if its finish says it.
    public String note(int id) {
        return notes.getOrDefault(id, "");
    }

    /// Whether the reward model could not score the path that ends at a node: its score is unknown.
    public boolean unscorable(int id) {
        return unscorable.contains(id);
    }

    /// The warnings of the log, in order.
    public List<String> warnings() {
        return Collections.unmodifiableList(warnings);
    }

    public Mode mode() {
        return mode;
    }

    /// Whether the user intervened in the search.
    public boolean forked() {
        return forked;
    }

    /// The text of the path, as the policy wrote it.
    public String text(int id) {
        var text = new StringBuilder();
        for (var node : path(id)) text.append(node.step.text());
        return text.toString();
    }

    /// The non-empty steps of the path.
    public List<Step> steps(int id) {
        return path(id).stream().map(Node::step).filter(step -> !step.empty()).toList();
    }

    public int events() {
        return events;
    }

    /// The number of iterations with a selection.
    public int iterations() {
        return iterations;
    }

    public int maxDepth() {
        return maxDepth;
    }

    public Cost policyCost() {
        return policyCost;
    }

    public Cost rewardCost() {
        return rewardCost;
    }

    public boolean over() {
        return over;
    }

    /// The reason why the search failed, "" if it did not.
    public String failure() {
        return failure;
    }
}
