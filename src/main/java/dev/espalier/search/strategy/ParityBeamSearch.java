package dev.espalier.search.strategy;

import dev.espalier.search.Strategy;
import dev.espalier.search.StrategyRun;
import dev.espalier.search.log.Parameter;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.SearchTree.Node;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;

/// Beam search as in the search-and-learn toolkit (`beam_search`). Each iteration has N beams: the active beams in
/// index order, in turn. Completed beams do not take part in the selection. Of the others ⌊N/M⌋ are kept, or all if
/// that is 0; on ties the later beam wins. The search ends when no beam is active or the iterations are used up. The
/// first N completed beams are the candidates, repeated if there are fewer.
///
/// @param lookahead        greedy steps sampled after each step; as in the toolkit, scores do not include them
/// @param filterDuplicates whether only the first of several beams with the same text competes
/// @param sortCompleted    whether the candidates are the best completed beams; if false, the first
public record ParityBeamSearch(
        int n, int m, int iterations, int lookahead, boolean filterDuplicates, boolean sortCompleted)
        implements Strategy {
    static final Strategies.Entry ENTRY = new Strategies.Entry(
            "beam-search",
            "beam search as in the search-and-learn toolkit",
            List.of(
                    Parameter.budget(),
                    Parameter.whole("M", "beam width: ⌊N/M⌋ beams are kept", 4, 1),
                    BeamSearch.ITERATIONS,
                    Parameter.whole(
                            "lookahead",
                            "greedy steps sampled after each step, which the toolkit does not score",
                            0,
                            0),
                    Parameter.flag("filter-duplicates", "only the first of several beams with the same text competes"),
                    Parameter.flag(
                            "sort-completed", "take the best completed beams as candidates instead of the first")),
            given -> new ParityBeamSearch(
                    given.whole("N"),
                    given.whole("M"),
                    given.whole("iterations"),
                    given.whole("lookahead"),
                    given.flag("filter-duplicates"),
                    given.flag("sort-completed")));

    /// The reason recorded for a beam with the text of an earlier beam, which does not compete.
    static final String REPEATED = "with the text of an earlier beam";

    @Override
    public String name() {
        return "beam-search";
    }

    @Override
    public Parameters parameters() {
        return Parameters.NONE
                .with("N", n)
                .with("M", m)
                .with("iterations", iterations)
                .with("lookahead", lookahead)
                .with("filter-duplicates", filterDuplicates)
                .with("sort-completed", sortCompleted);
    }

    @Override
    public boolean steeredByScores() {
        return true;
    }

    @Override
    public StrategyRun start() {
        return new Beams();
    }

    private final class Beams extends StrategyRun {
        private final List<Node> completed = new ArrayList<>();
        private int iteration;

        @Override
        protected void begin() {
            extend(List.of(origin()));
        }

        /// @param active in index order
        private void extend(List<Node> active) {
            for (int i = 0; i < n; i++) sample(active.get(i % active.size()), !last(), false);
        }

        @Override
        protected void proceed(List<Node> grown) {
            var beams = new ArrayList<>(grown);
            beams.addAll(addedByUser());
            var competing = new ArrayList<Node>();
            var repeated = new ArrayList<Node>();
            var texts = new HashSet<String>();
            for (var beam : beams) {
                if (completes(beam)) completed.add(beam);
                else if (texts.add(tree().text(beam.id())) || !filterDuplicates) competing.add(beam);
                else repeated.add(beam);
            }
            int keep = n / m == 0 ? competing.size() : n / m;
            var kept = new ArrayList<>(select(iteration, competing.reversed(), keep, repeated, REPEATED));
            kept.sort(Comparator.comparingInt(Node::id));
            boolean over = kept.isEmpty() || last();
            iteration++;
            if (over) finish();
            else extend(kept);
        }

        private void finish() {
            var candidates = new ArrayList<>(completed);
            candidates.removeIf(this::excluded);
            if (sortCompleted) candidates.sort(byValue());
            for (int i = 0; i < n && !candidates.isEmpty(); i++)
                end(i, candidates.get(i % Math.min(n, candidates.size())));
        }

        private boolean last() {
            return iteration >= iterations - 1;
        }

        @Override
        protected int stepsAhead() {
            return last() ? 0 : lookahead;
        }

        @Override
        protected boolean scoresAhead() {
            return false;
        }
    }

    /// Whether the beam is complete. A box in its text does not complete it.
    private static boolean completes(Node beam) {
        return beam.finish().ends() || beam.step().empty();
    }
}
