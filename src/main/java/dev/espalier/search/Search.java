package dev.espalier.search;

import dev.espalier.model.Result;
import dev.espalier.model.Step;
import dev.espalier.problem.Variant;
import dev.espalier.search.log.Intervention;
import dev.espalier.search.log.Mode;
import dev.espalier.search.log.Request;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.log.SearchTree.Node;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A search as a state machine without model, clock or file. [#ask] returns a wave of requests; [#tell] takes their
/// results in any order, once each, and applies them in request order, so that the log does not depend on timing.
/// Everything that happens is an event; see [#drain] and [#listen]. Not thread-safe.
///
/// The strategy's [StrategyRun] decides what to request and what to select. If the run asks for it, the search first
/// looks ahead of its samples and scores them. A wave without requests ends the search.
///
/// A fork is a search that gets its parent's results again, with the user's interventions at their event numbers.
public final class Search {
    private static final System.Logger LOG = System.getLogger(Search.class.getName());

    private final SearchTree tree;
    private final List<SearchEvent> pending = new ArrayList<>();
    private Consumer<SearchEvent> listener = pending::add;
    private final List<Request> wave = new ArrayList<>();
    private final List<@Nullable Result> results = new ArrayList<>();
    /// The wave's results as nodes, in request order.
    private final List<Node> reached = new ArrayList<>();
    /// The next free child index by node.
    private final Map<Integer, Integer> nextChild = new HashMap<>();
    private final List<List<Result.TokenChoice>> nextTokens = new ArrayList<>();
    private final Interventions interventions;

    private StrategyRun run;
    private SearchSetting setting;
    private boolean begun;
    private int waveStart;
    private int applied;
    private boolean handedOut;
    private boolean over;
    private int events;

    // A round: the run's wave, then look-ahead and scores of its samples.
    private boolean collecting;
    private int requestedByRun;
    private List<Node> grown = List.of();
    private List<Node> unscored = List.of();
    private int stepsAhead;

    /// @param scheduled  the user's interventions with their event numbers; empty if the search is not a fork
    /// @param strategies for interventions that switch the strategy
    public Search(Strategy strategy, SearchSetting setting, List<Scheduled> scheduled, StrategyFactory strategies) {
        this.setting = setting;
        this.tree = new SearchTree(setting.mode());
        this.interventions = new Interventions(this, scheduled, strategies);
        this.run = strategy.start();
        run.join(this, strategy, tree.root());
    }

    public Search(Strategy strategy, SearchSetting setting) {
        this(strategy, setting, List.of(), (name, _, _) -> {
            throw new IllegalStateException("this search cannot switch to " + name);
        });
    }

    /// An intervention and the number of the event that it becomes.
    public record Scheduled(int event, Intervention intervention) {}

    /// Emits the first event; the caller knows configuration and problem.
    public void start(SearchEvent.Started started) {
        emit(started);
    }

    /// Returns the next wave of requests. The wave is empty while results of the last one are missing, and when the
    /// search is over.
    public List<Request> ask() {
        if (over || handedOut) return List.of();
        gather();
        while (wave.isEmpty() && (evaluate() || proceed())) {}
        if (wave.isEmpty()) {
            over = true;
            emit(new SearchEvent.Finished(tree.candidates().size(), tree.policyCost(), tree.rewardCost()));
            return List.of();
        }
        handedOut = true;
        for (int i = 0; i < wave.size(); i++) results.add(null);
        var requests = List.copyOf(wave);
        emit(new SearchEvent.Asked(requests));
        return requests;
    }

    /// Collects the results of the last wave.
    private void gather() {
        waveStart += wave.size();
        if (collecting && !wave.isEmpty()) {
            grown = List.copyOf(reached.subList(0, requestedByRun));
            var sampled = new ArrayList<Node>();
            for (int i = 0; i < wave.size(); i++)
                if (wave.get(i) instanceof Request.Sample) sampled.add(reached.get(i));
            interventions.sampled(List.copyOf(reached.subList(requestedByRun, reached.size())));
            sampled.addAll(interventions.unscored());
            unscored = begun ? sampled.stream().filter(this::needsScore).toList() : List.of();
            stepsAhead = run.stepsAhead();
        }
        collecting = false;
        wave.clear();
        results.clear();
        reached.clear();
        applied = 0;
    }

    /// Requests the next look-ahead step of the new samples, or their scores.
    ///
    /// @return whether there were new samples
    private boolean evaluate() {
        if (unscored.isEmpty()) return false;
        if (stepsAhead > 0) {
            stepsAhead--;
            for (var node : unscored) {
                if (!node.finish().ends() && !tree.lookedToTheEnd(node.id()))
                    wave.add(new Request.LookAhead(nextId(), node.id(), left(node), run.policyAhead(node)));
            }
        } else {
            for (var node : unscored)
                wave.add(new Request.Score(nextId(), node.id(), run.scoresAhead(), run.rewardModel(node)));
            unscored = List.of();
        }
        return true;
    }

    /// Lets the run select and request. Nodes that the user wrote meanwhile are scored first.
    ///
    /// @return whether another call may add requests if this one added none
    private boolean proceed() {
        var written = interventions.unscored();
        if (written.stream().anyMatch(this::needsScore)) {
            unscored = written.stream().filter(this::needsScore).toList();
            stepsAhead = run.stepsAhead();
            return true;
        }
        collecting = true;
        boolean nodesWaited = interventions.waits();
        var finished = grown;
        grown = List.of();
        if (begun) {
            run.proceed(finished);
        } else {
            begun = true;
            run.begin();
        }
        nextTokens.clear();
        requestedByRun = wave.size();
        interventions.ask();
        if (wave.isEmpty() && begun && nodesWaited) interventions.join();
        return !begun || interventions.waits();
    }

    /// Takes a result. Ignores and logs a result that is a duplicate, late, of the wrong kind or without a request.
    ///
    /// @return whether the result was accepted
    public boolean tell(int request, Result result) {
        int index = request - waveStart;
        if (over
                || !handedOut
                || index < 0
                || index >= wave.size()
                || results.get(index) != null
                || !fits(wave.get(index), result)) {
            LOG.log(
                    Level.WARNING,
                    "ignored a result for request {0}: {1}",
                    request,
                    over
                            ? "the search is over"
                            : index < 0
                                    ? "its wave is over"
                                    : index >= wave.size() || !handedOut
                                            ? "there is no such request"
                                            : results.get(index) != null
                                                    ? "it is a duplicate"
                                                    : "it is of the wrong kind");
            return false;
        }
        results.set(index, result);
        for (var next = results.get(applied); next != null; next = applied < wave.size() ? results.get(applied) : null)
            apply(wave.get(applied++), next);
        if (applied == wave.size()) handedOut = false;
        return true;
    }

    /// Ends the search with a reason. Its events stay.
    public void fail(String reason) {
        if (over) return;
        over = true;
        emit(new SearchEvent.Failed(reason));
    }

    public boolean over() {
        return over;
    }

    /// Calls the listener for each event, within [#ask] and [#tell], after the tree has applied it. [#drain] then
    /// returns nothing.
    public void listen(Consumer<SearchEvent> newListener) {
        listener = newListener;
    }

    /// Returns the events since the last call.
    public List<SearchEvent> drain() {
        var drained = List.copyOf(pending);
        pending.clear();
        return drained;
    }

    /// The tree so far.
    public SearchTree tree() {
        return tree;
    }

    /// The current setting. An intervention can change it.
    public SearchSetting setting() {
        return setting;
    }

    private static boolean fits(Request request, Result result) {
        return switch (request) {
            case Request.Sample _, Request.LookAhead _ -> result instanceof Result.Sampled;
            case Request.NextTokens _ -> result instanceof Result.NextTokens;
            case Request.Score _ -> result instanceof Result.Scored;
        };
    }

    private void apply(Request request, Result result) {
        reached.add(
                switch (request) {
                    case Request.Sample sample -> {
                        var sampled = (Result.Sampled) result;
                        var event = new SearchEvent.Sampled(
                                sample.id(),
                                sample.parent(),
                                sample.childIndex(),
                                tree.nodes().size(),
                                sampled.steps(),
                                sampled.finish(),
                                sampled.cost(),
                                sample.variant().name(),
                                sampled.note());
                        emit(event);
                        if (!sampled.note().isEmpty())
                            emit(new SearchEvent.Warned(
                                    "The path to node %d ended: %s.".formatted(event.lastNode(), sampled.note())));
                        yield tree.node(event.lastNode());
                    }
                    case Request.LookAhead lookAhead -> {
                        var ahead = (Result.Sampled) result;
                        emit(new SearchEvent.LookedAhead(
                                lookAhead.id(), lookAhead.node(), ahead.steps(), ahead.finish(), ahead.cost()));
                        yield tree.node(lookAhead.node());
                    }
                    case Request.NextTokens tokenRequest -> {
                        var next = (Result.NextTokens) result;
                        nextTokens.add(next.choices());
                        emit(new SearchEvent.NextTokens(
                                tokenRequest.id(), tokenRequest.node(), next.choices(), next.cost()));
                        yield tree.node(tokenRequest.node());
                    }
                    case Request.Score score -> {
                        var scored = (Result.Scored) result;
                        emit(new SearchEvent.Scored(
                                score.id(),
                                score.node(),
                                scored.scores(),
                                scored.rationales(),
                                scored.cost(),
                                scored.note()));
                        if (!scored.note().isEmpty())
                            emit(new SearchEvent.Warned(
                                    "The path to node %d has no score: %s. It ranks after all paths with a score."
                                            .formatted(score.node(), scored.note())));
                        for (int i = 0; i < scored.scores().size(); i++) {
                            double number = scored.scores().get(i);
                            if (!Double.isFinite(number))
                                emit(new SearchEvent.Warned(
                                        "The score of step %d on the path to node %d is %s; it counts as the lowest."
                                                .formatted(i + 1, score.node(), number)));
                        }
                        yield tree.node(score.node());
                    }
                });
    }

    // For the strategy's run and the interventions

    void emit(SearchEvent event) {
        tree.apply(event);
        events++;
        listener.accept(event);
        interventions.afterEvent(events);
    }

    boolean runs(StrategyRun other) {
        return run == other;
    }

    /// Starts another run at a node and discards the old run's requests.
    void replace(Strategy strategy, Node from) {
        run = strategy.start();
        run.join(this, strategy, from);
        begun = false;
        if (!handedOut) {
            wave.clear();
            nextChild.clear();
        }
    }

    void change(Strategy strategy, SearchSetting changed) {
        setting = changed;
        run.reconfigure(strategy);
    }

    Strategy strategy() {
        return run.strategy();
    }

    Interventions interventions() {
        return interventions;
    }

    List<List<Result.TokenChoice>> nextTokens() {
        return List.copyOf(nextTokens);
    }

    void sample(Node parent, boolean stopAtStep, boolean greedy, Variant variant, int policy) {
        var path = new ArrayList<Integer>();
        for (var node : tree.lineage(parent.id())) path.add(node.childIndex());
        path.add(nextChild(parent));
        int left = variant.equals(Variant.IDENTITY)
                ? left(parent)
                : setting.generation().maxNewTokens();
        wave.add(new Request.Sample(nextId(), parent.id(), path, stopAtStep, greedy, left, variant, policy));
    }

    void requestNextTokens(Node node, Step partial, int k, int policy) {
        wave.add(new Request.NextTokens(nextId(), node.id(), partial, k, policy));
    }

    void score(Node node, int rewardModel) {
        wave.add(new Request.Score(nextId(), node.id(), false, rewardModel));
    }

    /// Reserves a free child index.
    int nextChild(Node parent) {
        int next = nextChild.computeIfAbsent(
                parent.id(),
                _ -> 1
                        + parent.children().stream()
                                .mapToInt(Node::childIndex)
                                .max()
                                .orElse(-1));
        nextChild.put(parent.id(), next + 1);
        return next;
    }

    boolean asks() {
        return !wave.isEmpty();
    }

    private boolean needsScore(Node node) {
        return scorable(node) && run.needsScore(node);
    }

    /// Whether the path has a step to score. In parity mode the toolkit also scores an empty text.
    boolean scorable(Node node) {
        return setting.mode() == Mode.PARITY || tree.hasText(node.id());
    }

    private int nextId() {
        return waveStart + wave.size();
    }

    /// The number of tokens that the path can still generate. In parity mode the limit applies to each step,
    /// otherwise to the whole solution.
    private int left(Node node) {
        if (setting.mode() == Mode.PARITY) return setting.generation().maxNewTokens();
        int used = tree.tokens(node.id());
        for (var step : tree.lookAhead(node.id())) used += step.tokens().length;
        return Math.max(1, setting.generation().maxNewTokens() - used);
    }
}
