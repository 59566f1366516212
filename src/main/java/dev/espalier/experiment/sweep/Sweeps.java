package dev.espalier.experiment.sweep;

import dev.espalier.EspalierException;
import dev.espalier.analysis.Curve;
import dev.espalier.analysis.RowProblems;
import dev.espalier.experiment.models.ModelLibrary;
import dev.espalier.experiment.run.Grading;
import dev.espalier.experiment.run.MissingGold;
import dev.espalier.experiment.run.Outcome;
import dev.espalier.experiment.run.Runs;
import dev.espalier.experiment.run.Version;
import dev.espalier.search.SearchControl;
import dev.espalier.search.strategy.Method;
import dev.espalier.store.RunStore;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

/// The sweeps, and the curves over their runs. Thread-safe.
public final class Sweeps {
    private final RunStore store;
    private final ModelLibrary models;
    private final Grading grading;
    private final Runs runs;
    private final Executor background;
    private final Set<LiveSweep> running = ConcurrentHashMap.newKeySet();
    /// The labels of the running sweeps.
    private final Set<String> labels = ConcurrentHashMap.newKeySet();

    public Sweeps(RunStore store, ModelLibrary models, Grading grading, Runs runs, Executor background) {
        this.store = store;
        this.models = models;
        this.grading = grading;
        this.runs = runs;
        this.background = background;
    }

    /// Checks the spec, then runs the sweep in the background. Resumes an earlier sweep with an equal spec.
    public LiveSweep start(SweepSpec spec) {
        var asked = SweepPlan.of(spec, "", "");
        var live = new LiveSweep(
                spec,
                new SweepProgress(0, asked.configs().size() * spec.problems().size(), 0, 0, Double.NaN, List.of()));
        running.add(live);
        background.execute(() -> live.done().complete(Outcome.of(() -> run(live), () -> running.remove(live))));
        return live;
    }

    private Outcome run(LiveSweep live) {
        var named = live.spec()
                .with(
                        models.policyName(live.spec().policy()),
                        models.rewardName(live.spec().reward()));
        var opening = new SearchControl();
        live.running(opening);
        var policy = models.policy(named.policy(), opening);
        var reward = named.reward().isEmpty() ? null : models.reward(named.reward(), opening);
        live.over(opening);
        var plan = SweepPlan.of(
                named,
                policy.card().sha256(),
                reward == null ? "" : reward.card().sha256());
        return once(
                SweepPlan.label(named, plan),
                label -> new SweepRunner(store, grading.waiting(), policy, reward, named, plan, live)
                        .run(label, Version.NUMBER, policy.card().device()));
    }

    private Outcome once(String label, Function<String, Outcome> sweep) {
        if (!labels.add(label))
            throw new EspalierException(
                    "The sweep %s is running already. Wait until it is done, or cancel it.".formatted(label));
        try {
            return sweep.apply(label);
        } finally {
            labels.remove(label);
        }
    }

    /// Curves over the finished searches of stored runs, by every method that the runs allow, at powers of two.
    public List<Curve> curves(List<Long> of) {
        return curves(of, List.of(), List.of(), false, _ -> {});
    }

    /// @param methods one curve each; empty for all that the runs allow
    /// @param budgets the points of curves of votes over a pool; empty for the powers of two
    /// @param forks   whether to include forks, in which the user intervened
    /// @param skipped receives a sentence for each damaged run and search that is left out, what
    ///                [RowProblems] says of the rows, and one if problems have no gold answer; the widest last
    public List<Curve> curves(
            List<Long> of, List<Method> methods, List<Integer> budgets, boolean forks, Consumer<String> skipped) {
        var pools = runs.pools(of, forks, skipped);
        var curves =
                MethodCurves.of(pools, methods.isEmpty() ? MethodCurves.methods(pools.keySet()) : methods, budgets);
        RowProblems.sentences(curves).forEach(skipped);
        MissingGold.of(pools.values()).sentence().ifPresent(skipped);
        return curves;
    }

    /// Stops the sweeps that work on a run whose results cannot be stored.
    ///
    /// @param run 0 for all
    public void stop(long run, String reason) {
        for (var sweep : running) if (run == 0 || sweep.runs().contains(run)) sweep.stop(reason);
    }

    public void cancelAll() {
        running.forEach(LiveSweep::cancel);
    }
}
