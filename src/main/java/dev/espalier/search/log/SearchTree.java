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

/// The tree as a projection of a log: apply its events in order. Not thread-safe; whoever shows it owns one.
public final class SearchTree {

    /// What has become of a node.
    public enum Fate { ACTIVE, KEPT, PRUNED, ENDED }

    /// One step of one path. Node 0 is the problem.
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

        /// Without children.
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

        /// Most nodes are leaves or have one child: those need no list of their own.
        private void addChild(Node child) {
            if (children.isEmpty()) {
                children = List.of(child);
                return;
            }
            if (!(children instanceof ArrayList)) children = new ArrayList<>(children);
            children.add(child);
        }

        public int id() { return id; }

        /// -1 for the root.
        public int parent() { return parent; }

        public int childIndex() { return childIndex; }

        /// 0 for the root, 1 for first steps.
        public int depth() { return depth; }

        public Step step() { return step; }

        public List<Node> children() { return Collections.unmodifiableList(children); }

        /// The list that was current when this node's path was last scored: one number a non-empty step, first step first.
        public List<Double> pathScores() { return pathScores; }

        public boolean scored() { return !pathScores.isEmpty(); }

        /// The last number of [#pathScores], NaN where there is none.
        public double score() { return pathScores.isEmpty() ? Double.NaN : pathScores.getLast(); }

        public Fate fate() { return fate; }

        public Finish finish() { return finish; }

        /// Its candidate number, the first where it has several, -1 where its path has not ended.
        public int candidate() { return candidate; }

        /// The iteration in which it was last kept or pruned, -1 for never.
        public int iteration() { return iteration; }

        /// Why it was kept or pruned, for example "rank 3 of 16, 4 kept"; "" where it was not compared.
        public String reason() { return rank < 0 ? reason : "rank " + (rank + 1) + " " + reason; }
    }

    private final ArrayList<Node> nodes = new ArrayList<>();
    private final TreeMap<Integer, Node> candidates = new TreeMap<>();
    /// How the policy was asked where a text of its own begins at a node.
    private final Map<Integer, Variant> variants = new HashMap<>();
    private final Map<Integer, Variant> variantOfRequest = new HashMap<>();
    private final Map<Integer, List<Step>> lookAheads = new HashMap<>();
    private final Set<Integer> lookedToTheEnd = new HashSet<>();
    /// Why a node's path has its scores, one a score, where the reward model says so.
    private final Map<Integer, List<String>> rationales = new HashMap<>();
    private final List<String> warnings = new ArrayList<>();
    private Mode mode = Mode.STANDARD;
    private boolean forked;
    private int events;
    private int iterations;
    private int maxDepth;
    private Cost policyCost = Cost.NONE;
    private Cost rewardCost = Cost.NONE;
    private boolean over;
    private String failure = "";

    public SearchTree() {
        nodes.add(new Node(0, -1, 0, 0, Step.Text.EMPTY));
    }

    public static SearchTree of(List<SearchEvent> events) {
        var tree = new SearchTree();
        events.forEach(tree::apply);
        return tree;
    }

    /// A tree of its own that goes on from this one.
    public SearchTree copy() {
        var copy = new SearchTree();
        copy.nodes.clear();
        copy.nodes.ensureCapacity(nodes.size() + 16);
        for (var node : nodes) copy.nodes.add(new Node(node));
        for (var node : copy.nodes) if (node.id != 0) copy.nodes.get(node.parent).addChild(node);
        candidates.forEach((number, node) -> copy.candidates.put(number, copy.nodes.get(node.id)));
        copy.variants.putAll(variants);
        copy.variantOfRequest.putAll(variantOfRequest);
        lookAheads.forEach((node, steps) -> copy.lookAheads.put(node, new ArrayList<>(steps)));
        copy.lookedToTheEnd.addAll(lookedToTheEnd);
        copy.rationales.putAll(rationales);
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
            case SearchEvent.Voted _ -> { }
            case SearchEvent.Asked asked -> {
                for (var request : asked.requests())
                    if (request instanceof Request.Sample sample && sample.anew()) variantOfRequest.put(sample.id(), sample.variant());
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
            case SearchEvent.Foreseen foreseen -> policyCost = policyCost.plus(foreseen.cost());
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
                if (node.candidate < 0) node.candidate = ended.candidate();
                candidates.put(ended.candidate(), node);
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
            parent = add(sampled.firstNode() + i, parent, childIndex, sampled.steps().isEmpty() ? Step.Text.EMPTY : sampled.steps().get(i));
            childIndex = 0;
        }
        parent.finish = sampled.finish();
        var variant = variantOfRequest.remove(sampled.request());
        if (variant != null) variants.put(sampled.firstNode(), variant);
    }

    private Node add(int id, Node parent, int childIndex, Step step) {
        // In a damaged log a node could otherwise be its own ancestor.
        if (id != nodes.size()) throw new IllegalArgumentException("node %d came where %d was due".formatted(id, nodes.size()));
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
            case Intervention.Resample _, Intervention.Change _ -> { }
        }
    }

    private void mark(int id, Fate fate, String reason) {
        var node = node(id);
        node.fate = fate;
        node.rank = -1;
        node.reason = reason;
    }

    /// A list scored for a path gives each of its nodes the prefix that ends there, unless it has been judged before.
    private void score(SearchEvent.Scored scored) {
        var node = node(scored.node());
        var scores = scored.scores();
        node.pathScores = scores;
        if (!scored.rationales().isEmpty()) rationales.put(node.id, scored.rationales());
        int steps = 0;
        for (var at = node; at != null; at = before(at)) if (!at.step.empty()) steps++;
        for (var at = node; at != null; at = before(at)) {
            if (at != node && at.pathScores.isEmpty() && steps <= scores.size()) at.pathScores = scores.subList(0, steps);
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

    public Node root() { return nodes.getFirst(); }

    public Node node(int id) { return nodes.get(id); }

    /// In the order of the log, the root first.
    public List<Node> nodes() { return Collections.unmodifiableList(nodes); }

    /// By candidate number. A node may be there several times (parity mode).
    public List<Node> candidates() { return List.copyOf(candidates.values()); }

    public SortedMap<Integer, Node> candidatesByNumber() { return Collections.unmodifiableSortedMap(candidates); }

    /// All nodes from the root down to the node, without the root.
    public List<Node> lineage(int id) {
        var lineage = new ArrayList<Node>();
        for (var at = node(id); at.id != 0; at = node(at.parent)) lineage.add(at);
        Collections.reverse(lineage);
        return lineage;
    }

    /// The nodes of one text, from its first step down to the node: the lineage, or its end where a text of its own begins (a revision).
    public List<Node> path(int id) {
        var path = new ArrayList<Node>();
        for (var at = node(id); at.id != 0; at = node(at.parent)) {
            path.add(at);
            if (variants.containsKey(at.id)) break;
        }
        Collections.reverse(path);
        return path;
    }

    /// The node before on a path, null at its first.
    private @Nullable Node before(Node node) {
        return node.id == 0 || node.parent == 0 || !variants.isEmpty() && variants.containsKey(node.id) ? null : node(node.parent);
    }

    /// The tokens of a path.
    public int tokens(int id) {
        int tokens = 0;
        for (var at = id == 0 ? null : node(id); at != null; at = before(at)) tokens += at.step.tokens().length;
        return tokens;
    }

    /// Whether a path has a step that is not empty.
    public boolean hasText(int id) {
        for (var at = id == 0 ? null : node(id); at != null; at = before(at)) if (!at.step.empty()) return true;
        return false;
    }

    /// How the policy was asked for the text that a node is of.
    public Variant variant(int id) {
        if (variants.isEmpty()) return Variant.IDENTITY;
        for (var at = node(id); at.id != 0; at = node(at.parent)) {
            var variant = variants.get(at.id);
            if (variant != null) return variant;
        }
        return Variant.IDENTITY;
    }

    /// The steps that were looked ahead of a node for its score alone.
    public List<Step> lookAhead(int id) {
        return Collections.unmodifiableList(lookAheads.getOrDefault(id, List.of()));
    }

    /// Whether looking ahead of a node has come to the text's end.
    public boolean lookedToTheEnd(int id) {
        return lookedToTheEnd.contains(id);
    }

    /// Whether a node is another or stands below it.
    public boolean isBelow(Node node, Node above) {
        var at = node;
        while (at.depth > above.depth) at = node(at.parent);
        return at == above;
    }

    /// One more than the highest candidate number.
    public int nextCandidate() {
        return candidates.isEmpty() ? 0 : candidates.lastKey() + 1;
    }

    /// Why the path that ends at a node was scored so, one text a number of [Node#pathScores]; empty where the reward model does not say.
    public List<String> rationales(int id) {
        return rationales.getOrDefault(id, List.of());
    }

    /// What was not as it should be.
    public List<String> warnings() { return Collections.unmodifiableList(warnings); }

    /// Whose rules the search follows.
    public Mode mode() { return mode; }

    /// Whether a person has had a hand in it.
    public boolean forked() { return forked; }

    /// The text of a path, as the policy wrote it.
    public String text(int id) {
        var text = new StringBuilder();
        for (var node : path(id)) text.append(node.step.text());
        return text.toString();
    }

    /// The non-empty steps of a path.
    public List<Step> steps(int id) {
        return path(id).stream().map(Node::step).filter(step -> !step.empty()).toList();
    }

    public int events() { return events; }

    /// Iterations that have made their choice.
    public int iterations() { return iterations; }

    public int maxDepth() { return maxDepth; }

    public Cost policyCost() { return policyCost; }

    public Cost rewardCost() { return rewardCost; }

    public boolean over() { return over; }

    /// "" where nothing went wrong.
    public String failure() { return failure; }
}
