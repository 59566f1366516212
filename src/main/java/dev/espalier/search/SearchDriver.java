package dev.espalier.search;

import dev.espalier.EspalierException;
import dev.espalier.model.Cost;
import dev.espalier.model.Finish;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.Result;
import dev.espalier.model.RewardModel;
import dev.espalier.model.SampleKey;
import dev.espalier.model.Step;
import dev.espalier.model.StepSplitter;
import dev.espalier.problem.Problem;
import dev.espalier.problem.Variant;
import dev.espalier.search.breakpoint.Breakpoint;
import dev.espalier.search.log.Mode;
import dev.espalier.search.log.Request;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.log.StoredLog;
import dev.espalier.search.log.TokensProcessed;
import dev.espalier.search.vote.Answers;
import dev.espalier.task.Verdicts;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Runs one search: sends its requests to the models, hands it the results in request order, publishes its events and
/// obeys its [SearchControl]. Runs on the caller's thread, which should be virtual, because thousands of searches can
/// wait at once.
///
/// To resume a search, the driver hands it the results of its stored log again: the search emits the same events, then
/// new ones.
public final class SearchDriver {
    public enum End {
        FINISHED,
        FAILED,
        CANCELLED
    }

    private static final System.Logger LOG = System.getLogger(SearchDriver.class.getName());
    // They follow the node's path in a score's key, where a sample's key has the child index. Child indices are
    // never negative. Each further reward model has the next two lower numbers.
    private static final int SCORED = -1;
    private static final int LOOKED_AHEAD = -2;

    private final SearchConfig config;
    private final Problem problem;
    /// Needed by breakpoints.
    private final Answers answers;
    private final Verdicts verdicts = Verdicts.remembering(Verdicts.NOW);
    private final SearchModels models;
    private final PathTokens tokens = new PathTokens();
    private final SearchControl control;
    private final SearchListener listener;
    private final StoredLog stored;
    private final Map<Integer, Result> known;
    private final Search search;
    private final LongAdder policyExecuted = new LongAdder();
    private final LongAdder rewardExecuted = new LongAdder();
    /// The costs of new events, without those read from the stored log.
    private Cost policyCost = Cost.NONE;
    private Cost rewardCost = Cost.NONE;
    private long published;
    private long started;

    /// One policy, and one reward model or none.
    public SearchDriver(
            StrategyFactory strategies,
            SearchConfig config,
            Problem problem,
            LanguageModel policy,
            @Nullable RewardModel reward,
            SearchControl control,
            SearchListener listener,
            List<SearchEvent> stored) {
        this(strategies, config, problem, SearchModels.of(policy, reward), control, listener, stored);
    }

    /// @param stored the log so far, empty for a new search. Its events are published again, then new ones. If it
    ///               ends with an intervention, the search is a fork from there on
    public SearchDriver(
            StrategyFactory strategies,
            SearchConfig config,
            Problem problem,
            SearchModels models,
            SearchControl control,
            SearchListener listener,
            List<SearchEvent> stored) {
        this(strategies, config, problem, models, control, listener, stored, interventions(stored));
    }

    /// @param hand the user's interventions with their event numbers
    public SearchDriver(
            StrategyFactory strategies,
            SearchConfig config,
            Problem problem,
            SearchModels models,
            SearchControl control,
            SearchListener listener,
            List<SearchEvent> stored,
            List<Search.Scheduled> hand) {
        this.config = config;
        this.problem = problem;
        this.models = models;
        this.control = control;
        this.listener = listener;
        this.stored = new StoredLog(stored);
        this.known = results(stored);
        var task = config.mode().task(problem);
        this.answers = new Answers(problem, task);
        var strategy = strategies.of(config.strategy(), config.parameters(), config.mode());
        if (strategy.steeredByScores() && models.rewardModels().isEmpty()) {
            throw new EspalierException(
                    "The strategy %s is steered by a reward model and none was chosen. Choose one, or a strategy that needs none (greedy, best-of-n)."
                            .formatted(config.strategy()));
        }
        this.search = new Search(
                strategy,
                new SearchSetting(
                        config.generation(),
                        config.reduction(),
                        models.policies().size(),
                        models.rewardModels().size(),
                        config.mode(),
                        config.seed(),
                        new SearchSetting.Question(problem, task)),
                hand,
                strategies);
    }

    /// The results in a log, by request id.
    static Map<Integer, Result> results(List<SearchEvent> log) {
        var results = new HashMap<Integer, Result>();
        for (var event : log) {
            switch (event) {
                case SearchEvent.Sampled sampled ->
                    results.put(
                            sampled.request(),
                            new Result.Sampled(sampled.steps(), sampled.finish(), sampled.cost(), sampled.note()));
                case SearchEvent.LookedAhead ahead ->
                    results.put(ahead.request(), new Result.Sampled(ahead.steps(), ahead.finish(), ahead.cost()));
                case SearchEvent.NextTokens next ->
                    results.put(next.request(), new Result.NextTokens(next.choices(), next.cost()));
                case SearchEvent.Scored scored ->
                    results.put(
                            scored.request(),
                            new Result.Scored(scored.scores(), scored.rationales(), scored.cost(), scored.note()));
                default -> {}
            }
        }
        return results;
    }

    /// The user's interventions in a log.
    public static List<Search.Scheduled> interventions(List<SearchEvent> log) {
        var scheduled = new ArrayList<Search.Scheduled>();
        for (int i = 0; i < log.size(); i++)
            if (log.get(i) instanceof SearchEvent.Intervened(var intervention))
                scheduled.add(new Search.Scheduled(i, intervention));
        return scheduled;
    }

    /// Runs until the search ends or is cancelled.
    ///
    /// @throws EspalierException if the stored log does not belong to this search; no new event has been published
    ///     then
    public End run() {
        started = System.nanoTime();
        var flying = new ArrayList<CompletableFuture<? extends Result>>();
        control.onCancel(() -> {
            synchronized (flying) {
                flying.forEach(future -> future.cancel(true));
            }
        });
        try {
            search.listen(this::publish);
            search.start(new SearchEvent.Started(config, problem.id(), problem.text()));
            while (true) {
                var wave = search.ask();
                if (search.over()) return End.FINISHED;
                synchronized (flying) {
                    flying.clear();
                    for (var request : wave) flying.add(submit(request));
                }
                for (int i = 0; i < wave.size(); i++) {
                    search.tell(wave.get(i).id(), flying.get(i).join());
                }
            }
        } catch (CancellationException cancelled) {
            return End.CANCELLED;
        } catch (CompletionException failed) {
            if (control.state() == SearchControl.State.CANCELLED) return End.CANCELLED;
            return fail(failed.getCause() == null ? failed : failed.getCause());
        } finally {
            synchronized (flying) {
                flying.forEach(future -> future.cancel(true));
            }
        }
    }

    /// The search's tree. Other threads may read it only after [#run] has returned.
    public SearchTree tree() {
        return search.tree();
    }

    /// The tokens that the models have processed since this start or resume.
    public TokensProcessed executed() {
        return new TokensProcessed(counted(policyExecuted, policyCost), counted(rewardExecuted, rewardCost));
    }

    /// Unknown if the model has processed tokens and counted none: it does not count them.
    private static long counted(LongAdder executed, Cost cost) {
        return executed.sum() == 0 && cost.processed() > 0 ? TokensProcessed.UNKNOWN : executed.sum();
    }

    private void spend(SearchEvent event) {
        switch (event) {
            case SearchEvent.Sampled sampled -> policyCost = policyCost.plus(sampled.cost());
            case SearchEvent.LookedAhead ahead -> policyCost = policyCost.plus(ahead.cost());
            case SearchEvent.NextTokens next -> policyCost = policyCost.plus(next.cost());
            case SearchEvent.Scored scored -> rewardCost = rewardCost.plus(scored.cost());
            default -> {}
        }
    }

    private End fail(Throwable cause) {
        if (!(cause instanceof EspalierException))
            LOG.log(Level.WARNING, "search of problem " + problem.id() + " failed", cause);
        try {
            search.fail(reason(cause));
        } catch (CancellationException _) {
            return End.CANCELLED;
        }
        return End.FAILED;
    }

    private static String reason(Throwable cause) {
        return switch (cause) {
            case EspalierException told -> told.getMessage();
            case OutOfMemoryError _ ->
                "Java ran out of memory; start Espalier with more (java -Xmx), or choose a smaller budget.";
            default -> "A model's answer could not be used: an internal error, please report it with the log.";
        };
    }

    private CompletableFuture<? extends Result> submit(Request request) {
        var told = known.remove(request.id());
        if (told != null) return CompletableFuture.completedFuture(told);
        try {
            return send(request);
        } catch (EspalierException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    private CompletableFuture<? extends Result> send(Request request) {
        int model = request.model();
        return switch (request) {
            case Request.Sample sample ->
                models.policy(model)
                        .generate(call(
                                model,
                                sample.parent(),
                                sample.variant(),
                                List.of(),
                                sample.stopAtStep(),
                                sample.greedy(),
                                sample.maxNewTokens(),
                                sample.path()));
            case Request.LookAhead ahead ->
                models.policy(model)
                        .generate(call(
                                model,
                                ahead.node(),
                                Variant.IDENTITY,
                                search.tree().lookAhead(ahead.node()),
                                true,
                                true,
                                ahead.maxNewTokens(),
                                List.of()));
            case Request.NextTokens next ->
                models.policy(model)
                        .nextTokens(
                                call(model, next.node(), Variant.IDENTITY, List.of(), true, true, 1, List.of()),
                                next.begun(),
                                next.k());
            case Request.Score score -> {
                var reward = models.rewardModel(model);
                var path = new ArrayList<>(search.tree().steps(score.node()));
                if (score.ahead()) path.addAll(search.tree().lookAhead(score.node()));
                var key = SampleKey.of(config.seed(), problem.id(), scoreKey(score));
                yield reward.score(
                        config.mode() == Mode.PARITY
                                ? new RewardModel.Call(problem, splitAnew(path), false, key, rewardExecuted)
                                : new RewardModel.Call(
                                        problem,
                                        path,
                                        search.tree().node(score.node()).finish() == Finish.STOP,
                                        key,
                                        rewardExecuted));
            }
        };
    }

    /// The key of the random numbers of a node's score.
    private List<Integer> scoreKey(Request.Score score) {
        var key = new ArrayList<Integer>();
        for (var node : search.tree().lineage(score.node())) key.add(node.childIndex());
        key.add((score.ahead() ? LOOKED_AHEAD : SCORED) - 2 * score.model());
        return key;
    }

    /// @param variant [Variant#IDENTITY] to continue the node's text
    private LanguageModel.Call call(
            int policy,
            int node,
            Variant variant,
            List<Step> ahead,
            boolean stopAtStep,
            boolean greedy,
            int maxNewTokens,
            List<Integer> key) {
        var path =
                new ArrayList<>(variant.equals(Variant.IDENTITY) ? search.tree().steps(node) : List.<Step>of());
        path.addAll(ahead);
        var asked = search.setting()
                .question()
                .prompt(variant.equals(Variant.IDENTITY) ? search.tree().variant(node) : variant);
        var generation = search.setting().generation();
        var reader = models.policy(policy);
        return new LanguageModel.Call(
                asked,
                config.mode() == Mode.PARITY ? reader.reread(path) : tokens.read(path, reader, policy),
                stopAtStep,
                greedy ? generation.withTemperature(0) : generation,
                maxNewTokens,
                SampleKey.of(config.seed(), problem.id(), key),
                policyExecuted);
    }

    /// The steps as the toolkit's reward models see them: the text is split again, and ends with an empty step if
    /// it is empty or ends with a separator.
    private List<Step> splitAnew(List<Step> path) {
        var separator = search.setting().generation().separator();
        var text = Step.text(path);
        var steps = new ArrayList<Step>();
        for (var step : new StepSplitter(separator).split(text)) steps.add(Step.of(step, new int[0], new float[0]));
        if (text.isEmpty() || text.endsWith(separator)) steps.add(Step.Text.EMPTY);
        return steps;
    }

    private void publish(SearchEvent event) {
        tokens.happened(event);
        long number = published++;
        if (number < stored.size() && !stored.fits((int) number, event)) {
            throw new EspalierException(
                    "The stored log of this search does not fit: event %d would now be different. It was made by another version of Espalier or with other models; run it anew."
                            .formatted(number));
        }
        boolean readBack = number < stored.size();
        if (!readBack) spend(event);
        if (!readBack) control.happens(new Breakpoint.Moment(event, search.tree(), answers, verdicts));
        listener.happened(number, event, search.tree(), (System.nanoTime() - started) * 1e-9);
        // Stored events do not wait while the search is paused.
        if (!readBack) control.awaitGoingOn();
        else if (control.state() == SearchControl.State.CANCELLED) throw new CancellationException();
    }
}
