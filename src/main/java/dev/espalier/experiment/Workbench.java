package dev.espalier.experiment;

import dev.espalier.EspalierException;
import dev.espalier.analysis.Curve;
import dev.espalier.analysis.Pool;
import dev.espalier.engine.device.Device;
import dev.espalier.engine.device.DeviceChoice;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.experiment.endpoint.EndpointOrder;
import dev.espalier.experiment.endpoint.EndpointReport;
import dev.espalier.experiment.imports.ImportOrder;
import dev.espalier.experiment.imports.ImportRunner;
import dev.espalier.experiment.imports.LiveImport;
import dev.espalier.experiment.run.Grading;
import dev.espalier.experiment.run.LiveSearch;
import dev.espalier.experiment.run.Outcome;
import dev.espalier.experiment.run.ProblemStatus;
import dev.espalier.experiment.run.ProblemStatuses;
import dev.espalier.experiment.run.RunTitle;
import dev.espalier.experiment.run.SearchOrder;
import dev.espalier.experiment.run.StoredPools;
import dev.espalier.experiment.run.StoredRunner;
import dev.espalier.experiment.run.StoredSearch;
import dev.espalier.experiment.run.Version;
import dev.espalier.experiment.sweep.LiveSweep;
import dev.espalier.experiment.sweep.MethodCurves;
import dev.espalier.experiment.sweep.SweepOrder;
import dev.espalier.experiment.sweep.SweepPlan;
import dev.espalier.experiment.sweep.SweepProgress;
import dev.espalier.experiment.sweep.SweepRunner;
import dev.espalier.io.Home;
import dev.espalier.model.Generation;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.RewardModel;
import dev.espalier.model.Step;
import dev.espalier.problem.Problem;
import dev.espalier.problem.ProblemFile;
import dev.espalier.problem.ProblemSet;
import dev.espalier.search.InterventionCheck;
import dev.espalier.search.SearchControl;
import dev.espalier.search.SearchDriver;
import dev.espalier.search.log.Intervention;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.log.Spending;
import dev.espalier.search.replay.Replay;
import dev.espalier.search.strategy.Method;
import dev.espalier.search.strategy.Strategies;
import dev.espalier.search.vote.Answers;
import dev.espalier.search.vote.Tally;
import dev.espalier.store.ImportedLine;
import dev.espalier.store.RunRecord;
import dev.espalier.store.RunStore;
import dev.espalier.store.RunSummary;
import dev.espalier.store.SearchStatus;
import dev.espalier.store.SearchSummary;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The facade that the window and the command line use: models, problems, running searches and sweeps, stored runs.
/// Methods may read files and wait for the database: call them off the window's thread. Errors are [EspalierException].
public final class Workbench implements AutoCloseable {
    /// @param database     SQLite file, made where it does not exist
    /// @param models       folder of model folders
    /// @param problemFiles read at the start; a file that cannot be read gives a warning, not an end
    /// @param device       what the models run on
    /// @param endpoints    folder of a person's own endpoints
    public record Settings(Path database, Path models, List<Path> problemFiles, DeviceChoice device, Path endpoints) {
        public Settings {
            problemFiles = List.copyOf(problemFiles);
        }

        public Settings(Path database, Path models, List<Path> problemFiles, DeviceChoice device) {
            this(database, models, problemFiles, device, Home.endpoints());
        }

        public Settings(Path database, Path models, List<Path> problemFiles) {
            this(database, models, problemFiles, DeviceChoice.of(Device.AUTO));
        }
    }

    private static final int OPEN_PATHS = 192;

    private final Settings settings;
    private final RunStore store;
    private final Grading grading;
    private final ProblemStatuses statuses;
    private final ModelShelf shelf;
    private final List<ProblemSet> sets = new CopyOnWriteArrayList<>();
    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private final Set<LiveSearch> searches = ConcurrentHashMap.newKeySet();
    private final Set<LiveSweep> sweeps = ConcurrentHashMap.newKeySet();
    private final Set<LiveImport> imports = ConcurrentHashMap.newKeySet();
    /// Of the sweeps that run.
    private final Set<String> labels = ConcurrentHashMap.newKeySet();
    private final ExecutorService background = Executors.newVirtualThreadPerTaskExecutor();

    private Workbench(Settings settings) {
        this.settings = settings;
        this.shelf = new ModelShelf(settings.models(), settings.endpoints(), settings.device().withLibraries(Home.runtimes()).withChecks(Home.checks()));
        this.store = RunStore.open(settings.database());
        this.grading = new Grading(store);
        this.statuses = new ProblemStatuses(store, grading);
        store.onLost(this::lost);
        store.onFailure(reason -> lost(0, reason));
        for (var file : settings.problemFiles()) {
            try {
                load(file);
            } catch (EspalierException e) {
                warnings.add(e.getMessage());
            }
        }
    }

    /// @throws EspalierException where the database cannot be used; it is left untouched then
    public static Workbench open(Settings settings) {
        return new Workbench(settings);
    }

    /// Stops what works on a run whose results cannot be kept; the store refuses them with the reason.
    ///
    /// @param run 0 for all
    private void lost(long run, EspalierException reason) {
        for (var sweep : sweeps) if (run == 0 || sweep.runs().contains(run)) sweep.trouble(reason.getMessage());
        for (var live : searches) if (run == 0 || live.run() == run) live.control().cancel();
        if (run == 0) imports.forEach(LiveImport::cancel);
    }

    public Settings settings() {
        return settings;
    }

    /// Policies first, the default of each kind first.
    public List<ModelEntry> models() {
        return shelf.entries();
    }

    /// What keeps the endpoints among some models from being used now, by model; those that answer and models of this machine are not in it.
    /// Asks all at once, for some seconds at most.
    public Map<ModelEntry, String> trouble(List<ModelEntry> entries) {
        var trouble = new ConcurrentHashMap<ModelEntry, String>();
        try (var each = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var entry : entries) each.execute(() -> {
                var found = shelf.health(entry);
                if (!found.isEmpty()) trouble.put(entry, found);
            });
        }
        return trouble;
    }

    /// Asks an endpoint's servers whether it can be used; waits for some seconds at most.
    public EndpointReport ask(EndpointOrder order) {
        return shelf.ask(order);
    }

    /// Keeps an endpoint among the person's own: it is then a model like any other, here and on the command line. Ask first whether it can be used.
    public void keep(EndpointOrder order) {
        shelf.keep(order);
    }

    /// What the opened models run on, "" before the first is opened.
    public String device() {
        return shelf.device();
    }

    public List<ProblemSet> problemSets() {
        return List.copyOf(sets);
    }

    /// Sentences about what could not be read at the start.
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    /// Reads a problem file and adds it to the problem sets, in place of one of the same file.
    public ProblemSet load(Path file) {
        var set = ProblemFile.read(file);
        sets.removeIf(other -> other.source().equals(set.source()));
        sets.add(set);
        return set;
    }

    /// Says where the key for a policy's address is. Only servers of that address's scheme, host and port get it, and only from this workbench; it is not stored.
    ///
    /// @param key name of an environment variable or `keyring:ACCOUNT`
    public void useKey(String address, String key) {
        shelf.useKey(address, key);
    }

    /// A policy's whole name, as runs keep it: with the precision where its folder has several, the standard one where none is named.
    public String policyName(String wanted) {
        return shelf.named(wanted, ModelFolder.Kind.POLICY);
    }

    /// The same in a precision that is named apart.
    ///
    /// @throws EspalierException where its folder has no such precision, with those that it has
    public String policyName(String wanted, String precision) {
        return shelf.named(wanted, precision, ModelFolder.Kind.POLICY);
    }

    /// A reward model's whole name, "" for none.
    public String rewardName(String wanted) {
        return wanted.isEmpty() ? "" : shelf.named(wanted, ModelFolder.Kind.PRM);
    }

    /// A policy's folder, in the precision that it would run in.
    public ModelFolder policyFolder(String policy) {
        return shelf.policyFolder(policy);
    }

    /// Temperature, token limit, separator and system prompt as a policy's folder recommends them.
    public Generation generation(String policy) {
        return shelf.generation(policy);
    }

    /// Checks the order (throws where it contradicts itself), then stores the search and runs it in the background.
    public LiveSearch start(SearchOrder order) {
        return start(order, "");
    }

    /// @param problemSet the name of the set that the problem is from, "" for a typed one
    public LiveSearch start(SearchOrder order, String problemSet) {
        check(order);
        var live = new LiveSearch(order);
        launch(live, () -> {
            var models = models(order, live.control());
            live.run(store.createRun(record(models, problemSet)));
            live.id(store.createSearch(live.run(), order.problem()));
            return run(live, models, List.of());
        });
        return live;
    }

    /// One run over many problems, some searches at a time. Opens the models before it returns.
    ///
    /// @param order its problem is not looked at
    public List<LiveSearch> startAll(SearchOrder order, List<Problem> problems, String problemSet) {
        problems.forEach(problem -> check(order.of(problem)));
        var models = models(order, new SearchControl());
        return all(store.createRun(record(models, problemSet)), models, order, problems);
    }

    /// The stored run that the same order had begun over the same problems and that is not done: of several the one with the most finished
    /// searches. Null where there is none.
    ///
    /// @param order its problem is not looked at
    public @Nullable RunSummary unfinished(SearchOrder order, List<Problem> problems, String problemSet) {
        check(order.of(problems.getFirst()));
        var config = models(order, new SearchControl()).config();
        return store.runs().stream().filter(run -> !run.damaged() && run.finished() < run.searches() && run.searches() == problems.size())
            .filter(run -> run.run().sweep().isEmpty() && run.run().fork() == null && !run.run().imported() && run.run().problemSet().equals(problemSet) && run.run().config().equals(config))
            .filter(run -> store.searches(run.run().id()).stream().map(SearchSummary::problem).toList().equals(problems))
            .max(Comparator.comparingInt(RunSummary::finished).thenComparingLong(run -> run.run().id())).orElse(null);
    }

    /// Goes on with a run over many problems: what is finished comes from the store, the rest is run.
    ///
    /// @param order that the run was made of
    /// @throws EspalierException where another Espalier works on the run
    public List<LiveSearch> resumeAll(long run, SearchOrder order, List<Problem> problems) {
        return all(run, models(order, new SearchControl()), order, problems);
    }

    private List<LiveSearch> all(long run, Opened models, SearchOrder order, List<Problem> problems) {
        var ids = store.createSearches(run, problems);
        var stored = new HashMap<Long, SearchSummary>();
        store.searches(run).forEach(search -> stored.put(search.id(), search));
        var open = new Semaphore(Math.max(1, OPEN_PATHS / models.config().n()), true);
        var all = new ArrayList<LiveSearch>();
        for (int i = 0; i < ids.size(); i++) {
            var live = new LiveSearch(order.of(problems.get(i)));
            live.run(run);
            live.id(ids.get(i));
            all.add(live);
            launch(live, () -> {
                open.acquireUninterruptibly();
                try {
                    return goOn(live, models, Objects.requireNonNull(stored.get(live.id())));
                } finally {
                    open.release();
                }
            });
        }
        return all;
    }

    /// A search of a run, from where it stands.
    private Outcome goOn(LiveSearch live, Opened models, SearchSummary stands) {
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
            case RUNNING -> run(live, models, stands.events() == 0 ? List.of() : store.events(live.id()));
            case CANCELLED, FAILED, INTERRUPTED -> run(live, models, store.reopen(live.id()));
        };
    }

    private record Opened(SearchConfig config, LanguageModel policy, @Nullable RewardModel reward) {}

    private Opened models(SearchOrder order, SearchControl control) {
        return shelf.opening(control, () -> opened(order));
    }

    private Opened opened(SearchOrder order) {
        var policy = shelf.policy(order.policy());
        var reward = order.reward().isEmpty() ? null : shelf.reward(order.reward());
        return new Opened(new SearchConfig(order.strategy(), Strategies.of(order.strategy(), order.parameters(), order.mode()).parameters(), order.mode(), order.generation(), order.reduction(), order.seed(),
            policyName(order.policy()), policy.card().sha256(), rewardName(order.reward()), reward == null ? "" : reward.card().sha256()), policy, reward);
    }

    private static RunRecord record(Opened models, String problemSet) {
        return new RunRecord(0, RunTitle.of(models.config()), "", problemSet, models.config(), Instant.now(), Version.NUMBER, models.policy().card().device())
            .madeBy(models.policy().card(), models.reward() == null ? null : models.reward().card());
    }

    /// What [#start] would refuse.
    ///
    /// @throws EspalierException naming the rule that the order breaks
    public static void check(SearchOrder order) {
        if (order.problem().text().isBlank()) throw new EspalierException("The problem is empty. Type a question or choose a problem from the list.");
        if (order.policy().isEmpty()) throw new EspalierException("No policy was chosen. Choose one, or name a folder of models with --models.");
        var strategy = Strategies.of(order.strategy(), order.parameters(), order.mode());
        if (strategy.steeredByScores() && order.reward().isEmpty()) {
            throw new EspalierException("The strategy %s is steered by a reward model and none was chosen. Choose one, or greedy or best-of-n.".formatted(order.strategy()));
        }
    }

    /// Goes on with an interrupted, cancelled or failed search: its stored events come first, then new ones.
    public LiveSearch resume(long search) {
        var summary = store.search(search);
        var config = store.run(summary.run()).config();
        if (summary.status() == SearchStatus.FINISHED) throw new EspalierException("Search %d is finished; there is nothing to resume.".formatted(search));
        if (summary.status() == SearchStatus.DAMAGED) throw new EspalierException("Search %d cannot be resumed. %s".formatted(search, summary.failure()));
        if (searches.stream().anyMatch(live -> live.id() == search)) throw new EspalierException("Search %d is running already.".formatted(search));
        var live = new LiveSearch(order(summary.problem(), config));
        live.run(summary.run());
        live.id(search);
        launch(live, () -> {
            var models = sameModels(live.order(), config, live.control());
            return run(live, models, store.reopen(search));
        });
        return live;
    }

    /// Forks a search at an event: the new search has its events before that one, the intervention as the next, and goes
    /// on from there in the background. What the parent has generated already is not generated again.
    ///
    /// @param event number of the parent's event in whose place the intervention comes; at most the number of its events
    /// @param paused whether it waits for a person behind the intervention
    /// @throws EspalierException where the intervention makes no sense at that moment
    public LiveSearch fork(long search, int event, Intervention intervention, boolean paused) {
        store.flush();
        var summary = store.search(search);
        var run = store.run(summary.run());
        var parent = store.events(search);
        if (event < 1 || event > parent.size()) throw new EspalierException("Search %d has the events 1 to %d to fork at, not %d.".formatted(search, parent.size(), event));
        // What comes after the end would come too late.
        int at = parent.get(event - 1) instanceof SearchEvent.Finished || parent.get(event - 1) instanceof SearchEvent.Failed ? event - 1 : event;
        InterventionCheck.check(intervention, SearchTree.of(parent.subList(0, at)), run.config(), Strategies::of);
        var log = new ArrayList<>(parent.subList(0, at));
        log.add(new SearchEvent.Intervened(intervention));
        var live = new LiveSearch(order(summary.problem(), run.config()));
        if (paused) live.control().pause();
        launch(live, () -> {
            var models = sameModels(live.order(), run.config(), live.control());
            long forked = store.createRun(new RunRecord(0, "fork of search %d at event %d: %s".formatted(search, at, intervention.words()), "", run.problemSet(), run.config(), Instant.now(), Version.NUMBER,
                models.policy().card().device(), new RunRecord.Fork(search, at), "", run.policyParameters(), run.rewardParameters()));
            live.run(forked);
            live.id(store.createSearch(forked, summary.problem()));
            var replay = Replay.of(parent, summary.problem());
            var reward = models.reward();
            return run(live, new Opened(run.config(), replay.before(models.policy()), reward == null ? null : replay.before(reward)), log);
        });
        return live;
    }

    /// A step as a person writes it, for [Intervention.Edit]: with the policy's tokens, and ending in the separator where
    /// the step that it replaces can be gone on with.
    public Step written(String policy, String separator, String text, boolean goesOn) {
        String whole = goesOn && !text.endsWith(separator) ? text.stripTrailing() + separator : text;
        return Step.of(whole, policy(policy).tokens(whole), new float[0]);
    }

    /// Runs a stored search again from its own log, without a model, and stores nothing.
    ///
    /// @return its events: the stored ones, if strategy and log still agree
    /// @throws EspalierException where the log does not hold what the strategy asks for
    public List<SearchEvent> replay(long search) {
        var summary = store.search(search);
        var config = store.run(summary.run()).config();
        var log = store.events(search);
        var replay = Replay.of(log, summary.problem());
        return again(summary.problem(), new Opened(config, replay.policy(), config.reward().isEmpty() ? null : replay.reward()), log);
    }

    /// Runs a stored search again with its models, and stores nothing: whether this machine, device and version still give
    /// the events that are stored is what their comparison tells.
    ///
    /// @throws EspalierException where the models are not the ones it was made with
    public List<SearchEvent> rerun(long search) {
        var summary = store.search(search);
        var config = store.run(summary.run()).config();
        return again(summary.problem(), sameModels(order(summary.problem(), config), config, new SearchControl()), store.events(search));
    }

    private static List<SearchEvent> again(Problem problem, Opened models, List<SearchEvent> log) {
        var told = new ArrayList<SearchEvent>();
        new SearchDriver(Strategies::of, models.config(), problem, models.policy(), models.reward(), new SearchControl(), (_, event, _, _) -> told.add(event), List.of(),
            SearchDriver.interventions(log)).run();
        return told;
    }

    private static SearchOrder order(Problem problem, SearchConfig config) {
        return new SearchOrder(problem, config.policy(), config.reward(), config.strategy(), config.parameters(), config.mode(), config.generation(), config.reduction(), config.seed());
    }

    private Opened sameModels(SearchOrder order, SearchConfig config, SearchControl control) {
        var models = models(order.with(shelf.madeWith(config.policy(), config.policySha256(), ModelFolder.Kind.POLICY),
            config.reward().isEmpty() ? "" : shelf.madeWith(config.reward(), config.rewardSha256(), ModelFolder.Kind.PRM)), control);
        same(config.policy(), config.policySha256(), models.config().policySha256());
        same(config.reward(), config.rewardSha256(), models.config().rewardSha256());
        return new Opened(config, models.policy(), models.reward());
    }

    private static void same(String model, String stored, String now) {
        if (!stored.equals(now)) {
            throw new EspalierException("The stored search was made with other weights of %s than the folder holds now, so it cannot be gone on with. Run it anew, or put the old model back.".formatted(model));
        }
    }

    private Outcome run(LiveSearch live, Opened models, List<SearchEvent> stored) {
        var failure = new String[] {""};
        var ran = new StoredRunner(store).run(live.id(), models.config(), live.order().problem(), models.policy(), models.reward(), stored, live.control(), (event, tree) -> {
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
        searches.add(live);
        background.execute(() -> live.done().complete(Outcome.of(work, () -> searches.remove(live))));
    }

    /// Checks the order, then runs the sweep in the background. An order that was begun before goes on where it stopped.
    public LiveSweep sweep(SweepOrder order) {
        var asked = SweepPlan.of(order, "", "");
        var live = new LiveSweep(order, new SweepProgress(0, asked.configs().size() * order.problems().size(), 0, 0, Double.NaN, List.of()));
        sweeps.add(live);
        background.execute(() -> live.done().complete(Outcome.of(() -> {
            var named = order.with(policyName(order.policy()), rewardName(order.reward()));
            var opening = new SearchControl();
            live.running(opening);
            var policy = shelf.opening(opening, () -> shelf.policy(named.policy()));
            var reward = named.reward().isEmpty() ? null : shelf.opening(opening, () -> shelf.reward(named.reward()));
            live.over(opening);
            var plan = SweepPlan.of(named, policy.card().sha256(), reward == null ? "" : reward.card().sha256());
            return once(SweepPlan.label(named, plan), label -> new SweepRunner(store, grading.waiting(), policy, reward, named, plan, live).run(label, Version.NUMBER, policy.card().device()));
        }, () -> sweeps.remove(live))));
        return live;
    }

    private Outcome once(String label, Function<String, Outcome> sweep) {
        if (!labels.add(label)) throw new EspalierException("The sweep %s is running already. Wait until it is done, or cancel it.".formatted(label));
        try {
            return sweep.apply(label);
        } finally {
            labels.remove(label);
        }
    }

    /// Brings a file of another program's outputs into the database as finished runs, in the background.
    ///
    /// @throws EspalierException where the file cannot be read or the order contradicts itself
    public LiveImport importFile(ImportOrder order) {
        ImportRunner.check(order);
        var live = new LiveImport(order);
        imports.add(live);
        background.execute(() -> live.done().complete(Outcome.of(() -> new ImportRunner(store, order, live).run(), () -> imports.remove(live))));
        return live;
    }

    /// What a search was imported from, null for one that was run here.
    public @Nullable ImportedLine imported(long search) {
        return store.imported(search);
    }

    /// What the models of the newest run ran on, "" where no run was made here.
    public String lastDevice() {
        return store.lastDevice();
    }

    /// Newest first.
    public List<RunSummary> runs() {
        return store.runs();
    }

    public List<SearchSummary> searches(long run) {
        return store.searches(run);
    }

    public StoredSearch search(long id) {
        var summary = store.search(id);
        return new StoredSearch(store.run(summary.run()), summary, store.events(id));
    }

    /// What a search has spent so far, on every axis.
    public Spending spending(long search) {
        store.flush();
        var summary = store.search(search);
        return summary.spending(store.run(summary.run()));
    }

    public void rename(long run, String name) {
        store.rename(run, name);
    }

    public void delete(long run) {
        store.delete(run);
    }

    /// Curves over the finished searches of stored runs.
    public List<Curve> curves(List<Long> runs) {
        return curves(runs, List.of(), List.of());
    }

    /// @param methods which curves, empty for all that the runs allow
    /// @param budgets where curves of votes over a pool have their points, empty for the powers of two
    public List<Curve> curves(List<Long> runs, List<Method> methods, List<Integer> budgets) {
        return curves(runs, methods, budgets, false, _ -> { });
    }

    /// @param forks   whether searches count in which a person had a hand
    /// @param leftOut takes a sentence for each run and search that is damaged and so does not count
    public List<Curve> curves(List<Long> runs, List<Method> methods, List<Integer> budgets, boolean forks, Consumer<String> leftOut) {
        var pools = StoredPools.of(store, grading.waiting(), runs, forks, leftOut);
        return MethodCurves.of(pools, methods.isEmpty() ? MethodCurves.methods(pools.keySet()) : methods, budgets);
    }

    /// The finished searches of stored runs, graded, by configuration. Forks are left out: a person had a hand in them.
    ///
    /// @param leftOut takes a sentence for each run and search that is damaged and so does not count
    public LinkedHashMap<SearchConfig, Collection<Pool>> pools(List<Long> runs, Consumer<String> leftOut) {
        return StoredPools.of(store, grading.waiting(), runs, false, leftOut);
    }

    /// The answer groups of a tree's candidates, by the rules of its mode; grades against the problem's gold answer where it has one.
    public Tally tally(SearchTree tree, Problem problem, Reduction reduction) {
        return new Answers(problem, tree.mode().task(problem)).tally(tree, reduction, grading.waiting());
    }

    /// As [#tally], without waiting for graders that take their time: answers that they are not done with have no verdict yet.
    public Tally tallySoFar(SearchTree tree, Answers answers, Reduction reduction) {
        return answers.tally(tree, reduction, grading);
    }

    /// Calls back, on any thread, whenever a verdict has come that [#tallySoFar] or [#problemStatuses] did not have.
    public void whenGraded(Runnable listener) {
        grading.whenGraded(listener);
    }

    /// The status of every problem that has a finished search, by problem id. Those whose winner is not graded yet are missing.
    public Map<String, ProblemStatus> problemStatuses() {
        return statuses.all();
    }

    /// The status of a problem by a search that has ended, without reading it from the store.
    ///
    /// @param answers of the search
    public Optional<ProblemStatus> problemStatus(LiveSearch ended, Answers answers) {
        return statuses.of(ended.id(), ended.tree(), answers);
    }

    /// The models that a search or sweep would use, opened: for throughput tests and model cards.
    public LanguageModel policy(String name) {
        return shelf.opening(new SearchControl(), () -> shelf.policy(name));
    }

    public RewardModel reward(String name) {
        return shelf.opening(new SearchControl(), () -> shelf.reward(name));
    }

    /// Cancels what runs (it can be resumed), writes what waits, closes models and database.
    @Override
    public void close() {
        shelf.stopOpening();
        searches.forEach(live -> live.control().cancel());
        sweeps.forEach(LiveSweep::cancel);
        imports.forEach(LiveImport::cancel);
        background.close();
        shelf.close();
        store.close();
    }
}
