package dev.espalier.ui.search;

import dev.espalier.EspalierException;
import dev.espalier.experiment.Workbench;
import dev.espalier.problem.Problem;
import dev.espalier.search.Reduction;
import dev.espalier.search.SearchTree;
import dev.espalier.search.Vote;
import dev.espalier.store.SearchStatus;
import dev.espalier.store.SearchSummary;
import dev.espalier.ui.kit.Background;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import javafx.collections.ObservableMap;

/// Finds the status of problems in the store, from the latest finished search of each.
final class ProblemStatusFinder {
    private static final System.Logger LOG = System.getLogger(ProblemStatusFinder.class.getName());
    private static final int MOST_RUNS = 50;

    private final Workbench workbench;
    private final Background background;

    ProblemStatusFinder(Workbench workbench, Background background) {
        this.workbench = workbench;
        this.background = background;
    }

    /// Adds the statuses in the store to the map; keeps those that the map has.
    void fill(ObservableMap<String, ProblemStatus> statuses, Consumer<String> failed) {
        background.run(this::stored, found -> found.forEach(statuses::putIfAbsent), failed);
    }

    private Map<String, ProblemStatus> stored() {
        var latest = new LinkedHashMap<String, SearchSummary>();
        for (var run : workbench.runs().stream().limit(MOST_RUNS).toList()) {
            for (var search : workbench.searches(run.run().id())) {
                if (search.status() == SearchStatus.FINISHED) latest.putIfAbsent(search.problem().id(), search);
            }
        }
        var statuses = new LinkedHashMap<String, ProblemStatus>();
        latest.forEach((problem, search) -> of(search).ifPresent(status -> statuses.put(problem, status)));
        return statuses;
    }

    /// A damaged search has no status and takes nothing from the others.
    private Optional<ProblemStatus> of(SearchSummary search) {
        try {
            var stored = workbench.search(search.id());
            return of(SearchTree.of(stored.events()), stored.summary().problem());
        } catch (EspalierException damaged) {
            LOG.log(Level.INFO, "no status of problem " + search.problem().id(), damaged);
            return Optional.empty();
        }
    }

    /// Empty if the search has no candidate.
    Optional<ProblemStatus> of(SearchTree tree, Problem problem) {
        if (tree.candidates().isEmpty()) return Optional.empty();
        if (problem.gold() == null) return Optional.of(ProblemStatus.UNKNOWN);
        boolean scored = tree.candidates().stream().anyMatch(SearchTree.Node::scored);
        var winner = workbench.tally(tree, problem, Reduction.LAST).elect(scored ? Vote.WEIGHTED : Vote.MAJORITY);
        return Optional.of(winner.isPresent() && winner.get().correct() ? ProblemStatus.RIGHT : ProblemStatus.WRONG);
    }
}
