package dev.espalier.experiment.sweep;

import dev.espalier.EspalierException;
import dev.espalier.analysis.Pool;
import dev.espalier.experiment.run.Outcome;
import dev.espalier.experiment.run.RunTitle;
import dev.espalier.experiment.run.StoredPools;
import dev.espalier.experiment.run.StoredRunner;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.RewardModel;
import dev.espalier.problem.Problem;
import dev.espalier.search.SearchControl;
import dev.espalier.search.SearchDriver;
import dev.espalier.search.SearchModels;
import dev.espalier.search.log.Candidate;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.strategy.Method;
import dev.espalier.store.RunRecord;
import dev.espalier.store.RunStore;
import dev.espalier.store.RunSummary;
import dev.espalier.store.SearchStatus;
import dev.espalier.store.SearchSummary;
import dev.espalier.task.Verdicts;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Runs a sweep, problem by problem: each problem's searches of all runs, many at once, so that batches stay full and
/// curves grow evenly. Reads finished searches from the store.
public final class SweepRunner {
    private static final System.Logger LOG = System.getLogger(SweepRunner.class.getName());
    /// Maximum number of open paths over all searches. Exceeds a batch's rows, so that a finished row is refilled
    /// at once.
    private static final int OPEN_PATHS = 192;
    private static final long CURVES_EVERY_NANOS = 2_000_000_000L;

    private final RunStore store;
    private final Verdicts verdicts;
    private final LanguageModel policy;
    private final @Nullable RewardModel reward;
    private final SweepSpec spec;
    private final SweepPlan plan;
    private final LiveSweep live;
    private final Map<SearchConfig, Queue<Pool>> pools = new LinkedHashMap<>();
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicLong tokens = new AtomicLong();
    private final Semaphore open = new Semaphore(OPEN_PATHS, true);
    private final long started = System.nanoTime();
    private int readBack;
    private volatile long curvesAt;

    private record Job(long search, SearchConfig config, Problem problem, boolean goesOn) {}

    public SweepRunner(
            RunStore store,
            Verdicts verdicts,
            LanguageModel policy,
            @Nullable RewardModel reward,
            SweepSpec spec,
            SweepPlan plan,
            LiveSweep live) {
        this.store = store;
        this.verdicts = verdicts;
        this.policy = policy;
        this.reward = reward;
        this.spec = spec;
        this.plan = plan;
        this.live = live;
        plan.configs().forEach(config -> pools.put(config, new ConcurrentLinkedQueue<>()));
    }

    /// @throws EspalierException if another Espalier works on one of its runs
    public Outcome run(String label, String version, String device) {
        try {
            return search(jobs(label, version, device));
        } finally {
            live.runs().forEach(this::release);
        }
    }

    private void release(long run) {
        try {
            store.release(run);
        } catch (EspalierException unwritable) {
            LOG.log(Level.DEBUG, "the sweep stopped; its reason was reported before", unwritable);
        }
    }

    private Outcome search(List<Job> jobs) {
        readBack = done.get();
        report(true);
        try (ExecutorService searches = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var job : jobs) {
                int paths = Math.min(job.config().n(), OPEN_PATHS);
                open.acquireUninterruptibly(paths);
                if (live.cancelled() || !live.stopReason().isEmpty()) break;
                searches.execute(() -> {
                    try {
                        run(job);
                    } finally {
                        open.release(paths);
                    }
                });
            }
        }
        if (live.stopReason().isEmpty()) store.flush();
        report(true);
        if (!live.stopReason().isEmpty()) return new Outcome(Outcome.End.FAILED, live.stopReason());
        return new Outcome(live.cancelled() ? Outcome.End.CANCELLED : Outcome.End.FINISHED, "");
    }

    /// Lists the remaining searches, problem by problem, and reads the finished ones.
    private List<Job> jobs(String label, String version, String device) {
        var byRun = new ArrayList<List<Job>>();
        var existing = store.runs().stream()
                .filter(run -> !run.damaged() && run.run().sweep().equals(label))
                .map(RunSummary::run)
                .toList();
        for (var config : plan.configs()) {
            long run = existing.stream()
                    .filter(record -> record.config().equals(config))
                    .findFirst()
                    .map(RunRecord::id)
                    .orElseGet(() -> store.createRun(new RunRecord(
                                    0,
                                    spec.name() + " · " + RunTitle.of(config),
                                    label,
                                    spec.problemSet(),
                                    config,
                                    Instant.now(),
                                    version,
                                    device)
                            .madeBy(policy.card(), reward == null ? null : reward.card())));
            live.works(run);
            byRun.add(jobs(run, config));
        }
        var jobs = new ArrayList<Job>();
        for (int problem = 0; problem < spec.problems().size(); problem++) {
            for (var ofRun : byRun) if (ofRun.get(problem) != null) jobs.add(ofRun.get(problem));
        }
        return jobs;
    }

    private List<@Nullable Job> jobs(long run, SearchConfig config) {
        var ids = store.createSearches(run, spec.problems());
        var known = new LinkedHashMap<Long, SearchSummary>();
        store.searches(run).forEach(search -> known.put(search.id(), search));
        var finished = known.values().stream()
                .filter(search -> search.status() == SearchStatus.FINISHED)
                .toList();
        var read =
                StoredPools.read(store, verdicts, run, config, finished, sentence -> LOG.log(Level.WARNING, sentence));
        var jobs = new ArrayList<@Nullable Job>();
        for (int i = 0; i < ids.size(); i++) {
            var search = Objects.requireNonNull(known.get(ids.get(i)));
            var pool = read.get(ids.get(i));
            if (pool != null) {
                poolsOf(config).add(pool);
                done.incrementAndGet();
                jobs.add(null);
            } else if (search.status() == SearchStatus.DAMAGED || search.status() == SearchStatus.FINISHED) {
                // A finished search without a pool has a damaged candidate.
                failed.incrementAndGet();
                done.incrementAndGet();
                jobs.add(null);
            } else {
                boolean stopped = search.status().resumable();
                if (stopped) store.reopen(search.id());
                jobs.add(new Job(search.id(), config, spec.problems().get(i), stopped || search.events() > 0));
            }
        }
        return jobs;
    }

    private Collection<Pool> poolsOf(SearchConfig config) {
        return Objects.requireNonNull(pools.get(config));
    }

    private void run(Job job) {
        var control = new SearchControl();
        live.running(control);
        try {
            var stored = job.goesOn() ? store.events(job.search()) : List.<SearchEvent>of();
            var ran = new StoredRunner(store)
                    .run(
                            job.search(),
                            job.config(),
                            job.problem(),
                            SearchModels.of(policy, reward),
                            stored,
                            control,
                            (event, _) -> {
                                if (event instanceof SearchEvent.Sampled sampled)
                                    tokens.addAndGet(sampled.cost().generated());
                            });
            if (ran.end() == SearchDriver.End.CANCELLED) return;
            if (ran.end() == SearchDriver.End.FAILED) {
                failed.incrementAndGet();
                poolsOf(job.config())
                        .add(StoredPools.failed(
                                job.problem(),
                                job.config(),
                                ran.tree().policyCost().generated(),
                                ran.seconds()));
            } else
                poolsOf(job.config())
                        .add(StoredPools.pool(
                                verdicts,
                                job.problem(),
                                job.config(),
                                Candidate.of(ran.tree()),
                                ran.tree().policyCost().generated(),
                                ran.seconds()));
            done.incrementAndGet();
            report(false);
        } catch (EspalierException refused) {
            // The store or a stored log refused: results cannot be stored, so the sweep stops here and can
            // be resumed.
            LOG.log(Level.WARNING, "sweep " + spec.name() + " stopped", refused);
            live.stop(refused.getMessage());
        } catch (Throwable broken) {
            LOG.log(Level.ERROR, "sweep " + spec.name() + " stopped", broken);
            live.stop(
                    broken instanceof OutOfMemoryError
                            ? "Java ran out of memory. Stored results are safe. Start Espalier with more memory (java -Xmx)."
                            : "An internal error occurred. Stored results are safe. Please report it with the log.");
        } finally {
            live.over(control);
        }
    }

    private void report(boolean last) {
        long now = System.nanoTime();
        boolean recount = last || now - curvesAt > CURVES_EVERY_NANOS;
        if (recount) curvesAt = now;
        var curves = recount
                ? MethodCurves.of(pools, spec.methods().stream().map(Method::of).toList(), spec.budgets())
                : live.progress().curves();
        int total = plan.configs().size() * spec.problems().size();
        double seconds = (now - started) * 1e-9;
        int ran = done.get() - readBack;
        double left = ran == 0 ? Double.NaN : seconds / ran * (total - done.get());
        live.progress(new SweepProgress(done.get(), total, failed.get(), tokens.get() / seconds, left, curves));
    }
}
