package dev.espalier.experiment;

import dev.espalier.analysis.Curve;
import dev.espalier.problem.Problem;
import dev.espalier.problem.ProblemSet;
import dev.espalier.search.Reduction;
import dev.espalier.search.SearchTree;
import dev.espalier.search.Tally;
import dev.espalier.store.RunSummary;
import dev.espalier.store.SearchSummary;
import java.nio.file.Path;
import java.util.List;

/// The facade that the window and the command line use: models, problems, running searches and sweeps, stored runs.
/// Methods may read files and wait for the database: call them off the window's thread. Errors are [dev.espalier.EspalierException].
public final class Workbench implements AutoCloseable {

    /// @param database     SQLite file, made where it does not exist
    /// @param models       folder of model folders
    /// @param problemFiles read at the start; a file that cannot be read gives a warning, not an end
    public record Settings(Path database, Path models, List<Path> problemFiles) {}

    public static Workbench open(Settings settings) { throw new UnsupportedOperationException(); }

    public Settings settings() { throw new UnsupportedOperationException(); }

    public List<ModelEntry> models() { throw new UnsupportedOperationException(); }

    public List<ProblemSet> problemSets() { throw new UnsupportedOperationException(); }

    /// Sentences about what could not be read at the start.
    public List<String> warnings() { throw new UnsupportedOperationException(); }

    public ProblemSet load(Path file) { throw new UnsupportedOperationException(); }

    /// Checks the order (throws where it is contradictory), stores the search and runs it in the background.
    public LiveSearch start(SearchOrder order) { throw new UnsupportedOperationException(); }

    /// Goes on with an interrupted or cancelled search: its stored events come first, then new ones.
    public LiveSearch resume(long search) { throw new UnsupportedOperationException(); }

    public LiveSweep sweep(SweepOrder order) { throw new UnsupportedOperationException(); }

    /// Newest first.
    public List<RunSummary> runs() { throw new UnsupportedOperationException(); }

    public List<SearchSummary> searches(long run) { throw new UnsupportedOperationException(); }

    public StoredSearch search(long id) { throw new UnsupportedOperationException(); }

    /// Curves over the finished searches of stored runs.
    public List<Curve> curves(List<Long> runs) { throw new UnsupportedOperationException(); }

    /// The answer groups of a tree's candidates; grades against the problem's gold answer where it has one.
    public Tally tally(SearchTree tree, Problem problem, Reduction reduction) { throw new UnsupportedOperationException(); }

    @Override
    public void close() { throw new UnsupportedOperationException(); }
}
