package dev.espalier.experiment.run;

import dev.espalier.EspalierException;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.experiment.models.ModelLibrary;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.RewardModel;
import dev.espalier.model.Step;
import dev.espalier.problem.Problem;
import dev.espalier.search.InterventionCheck;
import dev.espalier.search.SearchControl;
import dev.espalier.search.SearchDriver;
import dev.espalier.search.SearchModels;
import dev.espalier.search.log.Intervention;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.log.UsedModel;
import dev.espalier.search.log.UsedModel.Role;
import dev.espalier.search.replay.Replay;
import dev.espalier.search.strategy.Strategies;
import dev.espalier.store.RunRecord;
import dev.espalier.store.RunStore;
import dev.espalier.store.RunSummary;
import dev.espalier.store.SearchStatus;
import dev.espalier.store.SearchSummary;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Starts, resumes, forks and replays searches; each runs in the background and stores every event. Thread-safe.
/// Methods may read files and wait for the database: call them off the window's thread. Errors are [EspalierException].
public final class Searches {
    private static final int OPEN_PATHS = 192;

    private final RunStore store;
    private final ModelLibrary models;
    private final Executor background;
    private final Set<LiveSearch> running = ConcurrentHashMap.newKeySet();

    public Searches(RunStore store, ModelLibrary models, Executor background) {
        this.store = store;
        this.models = models;
        this.background = background;
    }

    /// Checks the spec, then stores the search and runs it in the background.
    ///
    /// @throws EspalierException see [#check]
    public LiveSearch start(SearchSpec spec) {
        return start(spec, "");
    }

    /// @param problemSet the name of the problem's set, "" for a typed problem
    public LiveSearch start(SearchSpec spec, String problemSet) {
        return start(spec, problemSet, false);
    }

    /// @param problemSet the name of the problem's set, "" for a typed problem
    /// @param paused     whether the search waits before its first step, so that it can be stepped however fast the
    ///                   models are
    public LiveSearch start(SearchSpec spec, String problemSet, boolean paused) {
        check(spec);
        var live = new LiveSearch(spec);
        if (paused) live.control().pause();
        launch(live, () -> {
            var opened = open(spec, live.control());
            live.run(store.createRun(record(opened, problemSet)));
            live.id(store.createSearch(live.run(), spec.problem()));
            return run(live, opened, List.of());
        });
        return live;
    }

    /// Starts one run over many problems, several searches at a time. Opens the models before it returns.
    ///
    /// @param spec its problem is ignored
    public List<LiveSearch> startAll(SearchSpec spec, List<Problem> problems, String problemSet) {
        problems.forEach(problem -> check(spec.of(problem)));
        var opened = open(spec, new SearchControl());
        return all(store.createRun(record(opened, problemSet)), opened, spec, problems);
    }

    /// Finds an unfinished stored run with the same spec and problems; among several, the one with the most
    /// finished searches. Null if none exists.
    ///
    /// @param spec its problem is ignored
    public @Nullable RunSummary unfinished(SearchSpec spec, List<Problem> problems, String problemSet) {
        check(spec.of(problems.getFirst()));
        var config = open(spec, new SearchControl()).config();
        return store.runs().stream()
                .filter(run -> !run.damaged() && run.finished() < run.searches() && run.searches() == problems.size())
                .filter(run -> run.run().sweep().isEmpty()
                        && run.run().fork() == null
                        && !run.run().imported()
                        && run.run().problemSet().equals(problemSet)
                        && run.run().config().equals(config))
                .filter(run -> store.searches(run.run().id()).stream()
                        .map(SearchSummary::problem)
                        .toList()
                        .equals(problems))
                .max(Comparator.comparingInt(RunSummary::finished)
                        .thenComparingLong(run -> run.run().id()))
                .orElse(null);
    }

    /// Resumes a run over many problems: finished searches come from the store, the others run.
    ///
    /// @param spec the run's spec
    /// @throws EspalierException if another Espalier works on the run
    public List<LiveSearch> resumeAll(long run, SearchSpec spec, List<Problem> problems) {
        return all(run, open(spec, new SearchControl()), spec, problems);
    }

    private List<LiveSearch> all(long run, Opened opened, SearchSpec spec, List<Problem> problems) {
        var ids = store.createSearches(run, problems);
        var stored = new HashMap<Long, SearchSummary>();
        store.searches(run).forEach(search -> stored.put(search.id(), search));
        var open = new Semaphore(Math.max(1, OPEN_PATHS / opened.config().n()), true);
        var all = new ArrayList<LiveSearch>();
        for (int i = 0; i < ids.size(); i++) {
            var live = new LiveSearch(spec.of(problems.get(i)));
            live.run(run);
            live.id(ids.get(i));
            all.add(live);
            launch(live, () -> {
                open.acquireUninterruptibly();
                try {
                    return resume(live, opened, Objects.requireNonNull(stored.get(live.id())));
                } finally {
                    open.release();
                }
            });
        }
        return all;
    }

    /// Resumes a search of a run from its stored status.
    private Outcome resume(LiveSearch live, Opened opened, SearchSummary stands) {
        return switch (stands.status()) {
            case FINISHED -> {
                var tree = new SearchTree();
                for (var event : store.events(live.id())) {
                    tree.apply(event);
                    live.happened(event, tree);
                }
                yield new Outcome(Outcome.End.FINISHED, "");
            }
            case DAMAGED -> new Outcome(Outcome.End.FAILED, stands.failure());
            case RUNNING -> run(live, opened, stands.events() == 0 ? List.of() : store.events(live.id()));
            case CANCELLED, FAILED, INTERRUPTED -> run(live, opened, store.reopen(live.id()));
        };
    }

    private record Opened(SearchConfig config, SearchModels models) {}

    private Opened open(SearchSpec spec, SearchControl control) {
        return models.opening(control, () -> openedNow(spec));
    }

    private Opened openedNow(SearchSpec spec) {
        var used = new ArrayList<UsedModel>();
        var policies = new ArrayList<LanguageModel>();
        for (var name : spec.names(Role.POLICY)) {
            policies.add(models.policy(name));
            used.add(new UsedModel(
                    Role.POLICY,
                    models.policyName(name),
                    policies.getLast().card().sha256()));
        }
        var rewards = new ArrayList<RewardModel>();
        for (var name : spec.names(Role.REWARD)) {
            rewards.add(models.reward(name));
            used.add(new UsedModel(
                    Role.REWARD,
                    models.rewardName(name),
                    rewards.getLast().card().sha256()));
        }
        return new Opened(
                new SearchConfig(
                        spec.strategy(),
                        Strategies.of(spec.strategy(), spec.parameters(), spec.mode())
                                .parameters(),
                        spec.mode(),
                        spec.generation(),
                        spec.reduction(),
                        spec.seed(),
                        used),
                new SearchModels(policies, rewards));
    }

    private static RunRecord record(Opened opened, String problemSet) {
        var policy = opened.models().policy().card();
        var reward = opened.models().reward();
        return new RunRecord(
                        0,
                        RunTitle.of(opened.config()),
                        "",
                        problemSet,
                        opened.config(),
                        Instant.now(),
                        Version.NUMBER,
                        policy.device())
                .madeBy(policy, reward == null ? null : reward.card());
    }

    /// Checks a spec.
    ///
    /// @throws EspalierException that names the broken rule and what to do
    public static void check(SearchSpec spec) {
        if (spec.problem().text().isBlank())
            throw new EspalierException("The problem is empty. Type a question or choose a problem from the list.");
        if (spec.policy().isEmpty())
            throw new EspalierException("No policy was chosen. Choose one, or name a folder of models with --models.");
        var strategy = Strategies.of(spec.strategy(), spec.parameters(), spec.mode());
        if (strategy.steeredByScores() && spec.reward().isEmpty()) {
            throw new EspalierException(
                    "The strategy %s is steered by a reward model and none was chosen. Choose one, or greedy or best-of-n."
                            .formatted(spec.strategy()));
        }
        if (spec.reward().isEmpty() && !spec.names(Role.REWARD).isEmpty())
            throw new EspalierException(
                    "A further reward model was chosen, but no first one. Choose the first reward model too.");
    }

    /// Resumes an interrupted, cancelled or failed search: publishes its stored events first, then new ones.
    public LiveSearch resume(long search) {
        var summary = store.search(search);
        var config = store.run(summary.run()).config();
        if (summary.status() == SearchStatus.FINISHED)
            throw new EspalierException("Search %d is finished; there is nothing to resume.".formatted(search));
        if (summary.status() == SearchStatus.DAMAGED)
            throw new EspalierException("Search %d cannot be resumed. %s".formatted(search, summary.failure()));
        if (running.stream().anyMatch(live -> live.id() == search))
            throw new EspalierException("Search %d is running already.".formatted(search));
        var live = new LiveSearch(spec(summary.problem(), config));
        live.run(summary.run());
        live.id(search);
        launch(live, () -> {
            var opened = sameModels(live.order(), config, live.control());
            return run(live, opened, store.reopen(search));
        });
        return live;
    }

    /// Forks a search at an event: the new search has the parent's events before it, then the intervention, and
    /// continues in the background. Reuses the parent's results.
    ///
    /// @param event  the number of the parent's event that the intervention replaces; at most the number of its
    ///               events
    /// @param paused whether the fork pauses after the intervention
    /// @throws EspalierException if the intervention is impossible at that event
    public LiveSearch fork(long search, int event, Intervention intervention, boolean paused) {
        store.flush();
        var summary = store.search(search);
        var run = store.run(summary.run());
        var parent = store.events(search);
        if (event < 1 || event > parent.size())
            throw new EspalierException(
                    "Search %d has the events 1 to %d to fork at, not %d.".formatted(search, parent.size(), event));
        // An intervention after the last event would have no effect.
        int at = parent.get(event - 1) instanceof SearchEvent.Finished
                        || parent.get(event - 1) instanceof SearchEvent.Failed
                ? event - 1
                : event;
        InterventionCheck.check(intervention, SearchTree.of(parent.subList(0, at)), run.config(), Strategies::of);
        var log = new ArrayList<>(parent.subList(0, at));
        log.add(new SearchEvent.Intervened(intervention));
        var live = new LiveSearch(spec(summary.problem(), run.config()));
        if (paused) live.control().pause();
        launch(live, () -> {
            var opened = sameModels(live.order(), run.config(), live.control());
            long forked = store.createRun(new RunRecord(
                    0,
                    "fork of search %d at event %d: %s".formatted(search, at, intervention.describe()),
                    "",
                    run.problemSet(),
                    run.config(),
                    Instant.now(),
                    Version.NUMBER,
                    opened.models().policy().card().device(),
                    new RunRecord.Fork(search, at),
                    "",
                    run.policyParameters(),
                    run.rewardParameters(),
                    opened.models().policy().card().prompts()));
            live.run(forked);
            live.id(store.createSearch(forked, summary.problem()));
            return run(
                    live,
                    new Opened(
                            run.config(), Replay.of(parent, summary.problem()).before(opened.models())),
                    log);
        });
        return live;
    }

    /// Makes a step of the user's text, for [Intervention.Edit]: adds the policy's tokens, and the separator if the
    /// path continues after it.
    public Step editedStep(String policy, String separator, String text, boolean unfinished) {
        String whole = unfinished && !text.endsWith(separator) ? text.stripTrailing() + separator : text;
        return Step.of(whole, models.policy(policy).tokens(whole), new float[0]);
    }

    /// Runs a stored search again with the results of its own log, without models. Stores nothing.
    ///
    /// @return its events: equal to the stored ones if strategy and log still agree
    /// @throws EspalierException if the log lacks a result that the strategy requests
    public List<SearchEvent> replay(long search) {
        var summary = store.search(search);
        var config = store.run(summary.run()).config();
        var log = store.events(search);
        return again(
                summary.problem(),
                new Opened(config, Replay.of(log, summary.problem()).models()),
                log);
    }

    /// Runs a stored search again with its models. Stores nothing. Compare the events with the stored ones to see
    /// whether this machine, device and version reproduce them.
    ///
    /// @throws EspalierException if the models differ from the search's
    public List<SearchEvent> rerun(long search) {
        var summary = store.search(search);
        var config = store.run(summary.run()).config();
        return again(
                summary.problem(),
                sameModels(spec(summary.problem(), config), config, new SearchControl()),
                store.events(search));
    }

    private static List<SearchEvent> again(Problem problem, Opened opened, List<SearchEvent> log) {
        var events = new ArrayList<SearchEvent>();
        new SearchDriver(
                        Strategies::of,
                        opened.config(),
                        problem,
                        opened.models(),
                        new SearchControl(),
                        (_, event, _, _) -> events.add(event),
                        List.of(),
                        SearchDriver.interventions(log))
                .run();
        return events;
    }

    private static SearchSpec spec(Problem problem, SearchConfig config) {
        return new SearchSpec(
                problem,
                config.policy(),
                config.reward(),
                config.strategy(),
                config.parameters(),
                config.mode(),
                config.generation(),
                config.reduction(),
                config.seed(),
                config.furtherModels());
    }

    private Opened sameModels(SearchSpec spec, SearchConfig config, SearchControl control) {
        var further = config.furtherModels().stream()
                .map(model -> new UsedModel(
                        model.role(), models.madeWith(model.name(), model.sha256(), kind(model.role())), ""))
                .toList();
        var opened = open(
                spec.with(
                                models.madeWith(config.policy(), config.policySha256(), ModelFolder.Kind.POLICY),
                                config.reward().isEmpty()
                                        ? ""
                                        : models.madeWith(config.reward(), config.rewardSha256(), ModelFolder.Kind.PRM))
                        .with(further),
                control);
        for (var role : Role.values()) {
            var now = opened.config().models(role);
            var stored = config.models(role);
            for (int i = 0; i < stored.size(); i++)
                same(stored.get(i).name(), stored.get(i).sha256(), now.get(i).sha256());
        }
        return new Opened(config, opened.models());
    }

    private static ModelFolder.Kind kind(Role role) {
        return switch (role) {
            case POLICY -> ModelFolder.Kind.POLICY;
            case REWARD -> ModelFolder.Kind.PRM;
        };
    }

    private static void same(String model, String stored, String now) {
        if (!stored.equals(now)) {
            throw new EspalierException(
                    "The stored search was made with other weights of %s than the folder holds now, so it cannot be resumed. Run it again, or restore the old model."
                            .formatted(model));
        }
    }

    private Outcome run(LiveSearch live, Opened opened, List<SearchEvent> stored) {
        var failure = new String[] {""};
        var ran = new StoredRunner(store)
                .run(
                        live.id(),
                        opened.config(),
                        live.order().problem(),
                        opened.models(),
                        stored,
                        live.control(),
                        (event, tree) -> {
                            if (event instanceof SearchEvent.Failed failed) failure[0] = failed.reason();
                            live.happened(event, tree);
                        });
        store.flush();
        return switch (ran.end()) {
            case FINISHED -> new Outcome(Outcome.End.FINISHED, "");
            case CANCELLED -> new Outcome(Outcome.End.CANCELLED, "");
            case FAILED -> new Outcome(Outcome.End.FAILED, failure[0]);
        };
    }

    private void launch(LiveSearch live, Supplier<Outcome> work) {
        running.add(live);
        background.execute(() -> live.done().complete(Outcome.of(work, () -> running.remove(live))));
    }

    /// Cancels the searches of a run whose results cannot be stored.
    ///
    /// @param run 0 for all
    public void stop(long run) {
        for (var live : running)
            if (run == 0 || live.run() == run) live.control().cancel();
    }
}
