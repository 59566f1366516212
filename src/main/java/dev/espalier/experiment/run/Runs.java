package dev.espalier.experiment.run;

import dev.espalier.analysis.Pool;
import dev.espalier.search.log.ComputeUsage;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.vote.Answers;
import dev.espalier.store.RunStore;
import dev.espalier.store.RunSummary;
import dev.espalier.store.SearchSummary;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// The stored runs. Methods read the database: call them off the window's thread.
public final class Runs {
    private final RunStore store;
    private final Grading grading;
    private final ProblemStatuses statuses;

    public Runs(RunStore store, Grading grading) {
        this.store = store;
        this.grading = grading;
        this.statuses = new ProblemStatuses(store, grading);
    }

    /// All runs, newest first.
    public List<RunSummary> list() {
        return store.runs();
    }

    public List<SearchSummary> searches(long run) {
        return store.searches(run);
    }

    /// The device of the newest run that was not imported, "" if there is none.
    public String lastDevice() {
        return store.lastDevice();
    }

    /// A stored search with all of its events.
    public StoredSearch search(long id) {
        var summary = store.search(id);
        return new StoredSearch(store.run(summary.run()), summary, store.events(id));
    }

    /// The compute usage of a search so far, on every axis.
    public ComputeUsage usage(long search) {
        store.flush();
        var summary = store.search(search);
        return summary.usage(store.run(summary.run()));
    }

    public void rename(long run, String name) {
        store.rename(run, name);
    }

    public void delete(long run) {
        store.delete(run);
    }

    /// The finished and the failed searches of runs, graded, by configuration.
    ///
    /// @param forks   whether to include forks, in which the user intervened
    /// @param skipped receives a sentence for each damaged run and search that is left out
    public LinkedHashMap<SearchConfig, Collection<Pool>> pools(
            List<Long> runs, boolean forks, Consumer<String> skipped) {
        return StoredPools.of(store, grading.waiting(), runs, forks, skipped);
    }

    /// The status of every problem with a finished search, by problem id. Omits problems whose winner is not graded
    /// yet.
    public Map<String, ProblemStatus> problemStatuses() {
        return statuses.all();
    }

    /// A problem's status by a search that has ended. Does not read the store.
    ///
    /// @param answers of the search
    public Optional<ProblemStatus> problemStatus(LiveSearch ended, Answers answers) {
        return statuses.of(ended.id(), ended.tree(), answers);
    }
}
