package dev.espalier.experiment.run;

import dev.espalier.EspalierException;
import dev.espalier.problem.Problem;
import dev.espalier.search.SearchControl;
import dev.espalier.search.SearchDriver;
import dev.espalier.search.SearchModels;
import dev.espalier.search.StrategyFactory;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.log.TokensProcessed;
import dev.espalier.search.strategy.Strategies;
import dev.espalier.store.RunStore;
import dev.espalier.store.SearchStatus;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.function.BiConsumer;

/// Runs one search with every event stored.
public final class StoredRunner {
    private static final System.Logger LOG = System.getLogger(StoredRunner.class.getName());

    private final RunStore store;
    private final StrategyFactory strategies;

    public StoredRunner(RunStore store) {
        this(store, Strategies::of);
    }

    StoredRunner(RunStore store, StrategyFactory strategies) {
        this.store = store;
        this.strategies = strategies;
    }

    /// @param seconds as stored
    /// @param tree    the search's tree at its end
    public record Ran(SearchDriver.End end, double seconds, SearchTree tree) {}

    /// Runs on the caller's thread until the search is over. If the store or the log refuses an event, the search
    /// counts as interrupted and the exception says why.
    ///
    /// @param search id of a search that is open for writing
    /// @param stored its events so far
    /// @param watcher receives each event after the store has taken it, with the tree after the event, as a
    ///                [dev.espalier.search.SearchListener] does
    public Ran run(
            long search,
            SearchConfig config,
            Problem problem,
            SearchModels models,
            List<SearchEvent> stored,
            SearchControl control,
            BiConsumer<SearchEvent, SearchTree> watcher) {
        long start = System.nanoTime();
        SearchDriver driver = null;
        boolean ended = false;
        try {
            driver = new SearchDriver(
                    strategies,
                    config,
                    problem,
                    models,
                    control,
                    (number, event, tree, seconds) -> {
                        store.append(search, number, event, tree, seconds);
                        watcher.accept(event, tree);
                    },
                    stored);
            var end = driver.run();
            ended = true;
            double seconds = (System.nanoTime() - start) * 1e-9;
            store.finish(search, status(end), seconds, driver.executed());
            return new Ran(end, seconds, driver.tree());
        } finally {
            if (!ended) abandon(search, start, driver == null ? TokensProcessed.NOTHING : driver.executed());
        }
    }

    /// Keeps the log; the search can be resumed like a cancelled one.
    private void abandon(long search, long start, TokensProcessed executed) {
        try {
            store.finish(search, SearchStatus.CANCELLED, (System.nanoTime() - start) * 1e-9, executed);
        } catch (EspalierException unwritable) {
            LOG.log(Level.DEBUG, "the search stopped; its reason was reported before", unwritable);
        }
    }

    private static SearchStatus status(SearchDriver.End end) {
        return switch (end) {
            case FINISHED -> SearchStatus.FINISHED;
            case FAILED -> SearchStatus.FAILED;
            case CANCELLED -> SearchStatus.CANCELLED;
        };
    }
}
