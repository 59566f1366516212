package dev.espalier.ui.search;

import dev.espalier.experiment.StoredSearch;
import dev.espalier.experiment.Workbench;
import dev.espalier.problem.Problem;
import dev.espalier.search.Reduction;
import dev.espalier.search.SearchTree;
import dev.espalier.search.Vote;
import dev.espalier.store.SearchStatus;
import dev.espalier.store.SearchSummary;
import dev.espalier.ui.kit.Background;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import javafx.collections.ObservableMap;

/// Finds out how problems stand from what is stored: the latest finished search of each.
final class Standings {
    private static final int MOST_RUNS = 50;

    private final Workbench workbench;
    private final Background background;

    Standings(Workbench workbench, Background background) {
        this.workbench = workbench;
        this.background = background;
    }

    /// Puts what the store knows into the map, where the map knows nothing newer.
    void fill(ObservableMap<String, Standing> standings, Consumer<String> failed) {
        background.run(this::stored, found -> found.forEach(standings::putIfAbsent), failed);
    }

    private Map<String, Standing> stored() {
        var latest = new LinkedHashMap<String, SearchSummary>();
        for (var run : workbench.runs().stream().limit(MOST_RUNS).toList()) {
            for (var search : workbench.searches(run.run().id())) {
                if (search.status() == SearchStatus.FINISHED) latest.putIfAbsent(search.problem().id(), search);
            }
        }
        var standings = new LinkedHashMap<String, Standing>();
        latest.forEach((problem, search) -> of(workbench.search(search.id())).ifPresent(standing -> standings.put(problem, standing)));
        return standings;
    }

    private Optional<Standing> of(StoredSearch stored) {
        return of(SearchTree.of(stored.events()), stored.summary().problem());
    }

    /// Empty where no candidate came out.
    Optional<Standing> of(SearchTree tree, Problem problem) {
        if (tree.candidates().isEmpty()) return Optional.empty();
        if (problem.gold() == null) return Optional.of(Standing.UNKNOWN);
        boolean scored = tree.candidates().stream().anyMatch(SearchTree.Node::scored);
        var winner = workbench.tally(tree, problem, Reduction.LAST).elect(scored ? Vote.WEIGHTED : Vote.MAJORITY);
        return Optional.of(winner.isPresent() && winner.get().correct() ? Standing.RIGHT : Standing.WRONG);
    }
}
