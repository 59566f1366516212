package dev.espalier.analysis;

import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// How different the paths are that the selection of an iteration keeps. Equal texts count as one, also of different
/// nodes.
///
/// @param iteration from 0
/// @param kept      number of kept paths; a path that is kept twice counts twice
/// @param distinct  number of different texts among them
/// @param entropy   of their first steps, in bits: 0 if all kept paths begin with the same step
public record Diversity(int iteration, int kept, int distinct, double entropy) {

    /// The number of equally frequent first steps that would have this entropy: from 1 to the number of kept paths.
    public double effective() {
        return Math.pow(2, entropy);
    }

    /// Each iteration with kept paths, in order.
    ///
    /// @param tree   after the events, or later
    /// @param events of the search, from the first to the moment of interest
    public static List<Diversity> of(SearchTree tree, List<SearchEvent> events) {
        var kept = new TreeMap<Integer, List<Integer>>();
        for (var event : events)
            if (event instanceof SearchEvent.Selected selected)
                for (var choice : selected.kept())
                    kept.computeIfAbsent(selected.iteration(), _ -> new ArrayList<>())
                            .add(choice.node());
        var texts = new Texts(tree);
        var rows = new ArrayList<Diversity>();
        kept.forEach((iteration, nodes) -> {
            var paths = new HashMap<Integer, Integer>();
            var firsts = new HashMap<Integer, Integer>();
            for (int node : nodes) {
                var numbers = texts.of(node);
                paths.merge(numbers.whole(), 1, Integer::sum);
                firsts.merge(numbers.first(), 1, Integer::sum);
            }
            rows.add(new Diversity(iteration, nodes.size(), paths.size(), entropy(firsts.values(), nodes.size())));
        });
        return List.copyOf(rows);
    }

    private static double entropy(Collection<Integer> counts, int all) {
        double bits = 0;
        for (int count : counts) bits += count * (Math.log((double) all / count) / Math.log(2));
        return bits / all;
    }

    /// Numbers the texts of paths, so that equal texts have equal numbers, without joining steps to texts.
    private static final class Texts {
        private final SearchTree tree;
        private final Map<Prefix, Integer> numbers = new HashMap<>();

        /// @param before number of the text so far, -1 for none
        private record Prefix(int before, String step) {}

        /// @param whole number of the path's text
        /// @param first number of its first non-empty step; -1 if it has none
        private record Numbers(int whole, int first) {}

        Texts(SearchTree tree) {
            this.tree = tree;
        }

        Numbers of(int node) {
            int whole = -1;
            int first = -1;
            for (var step : tree.steps(node)) {
                whole = numbers.computeIfAbsent(new Prefix(whole, step.text()), _ -> numbers.size());
                if (first < 0) first = whole;
            }
            return new Numbers(whole, first);
        }
    }
}
