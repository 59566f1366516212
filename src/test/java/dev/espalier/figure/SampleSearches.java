package dev.espalier.figure;

import dev.espalier.model.Cost;
import dev.espalier.model.Finish;
import dev.espalier.model.Step;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.vote.Tally;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Event logs as the strategies write them, with scores from a fixed seed.
final class SampleSearches {
    private static final String[] ANSWERS = {"17", "17", "17", "17", "12", "12", "17/2", "15", ""};

    private final Random random;
    private final List<SearchEvent> events = new ArrayList<>();
    private final Map<Integer, List<Double>> scores = new HashMap<>();
    private final Map<Integer, Integer> children = new HashMap<>();
    private int nodes = 1;
    private int candidates;

    private SampleSearches(long seed) {
        random = new Random(seed);
        scores.put(0, List.of());
    }

    private int sample(int parent, int steps, Finish finish) {
        var texts = new ArrayList<Step>();
        for (int i = 0; i < steps; i++) texts.add(Step.of("step\n\n", new int[] {1}, new float[] {-1}));
        int first = nodes;
        events.add(new SearchEvent.Sampled(
                nodes, parent, children.merge(parent, 1, Integer::sum) - 1, first, texts, finish, Cost.NONE));
        nodes += steps;
        var path = new ArrayList<>(scores.get(parent));
        for (int i = 0; i < steps; i++) path.add(nextScore(path));
        for (int i = 0; i < steps; i++)
            scores.put(first + i, List.copyOf(path.subList(0, path.size() - steps + i + 1)));
        return nodes - 1;
    }

    private double nextScore(List<Double> path) {
        double before = path.isEmpty() ? 0.55 : path.getLast();
        return Math.clamp(before + (0.55 - before) * 0.4 + random.nextGaussian() * 0.13, 0.02, 0.99);
    }

    private void score(int node) {
        events.add(new SearchEvent.Scored(node, node, scores.get(node), Cost.NONE));
    }

    private void end(int node, Finish finish) {
        events.add(new SearchEvent.Ended(candidates++, node, finish));
    }

    static SearchTree beam(int n, int m, int iterations, long seed) {
        return SearchTree.of(beamEvents(n, m, iterations, seed));
    }

    static List<SearchEvent> beamEvents(int n, int m, int iterations, long seed) {
        var log = new SampleSearches(seed);
        List<Integer> active = List.of(0);
        for (int iteration = 0; iteration < iterations && !active.isEmpty(); iteration++) {
            boolean last = iteration == iterations - 1;
            var grown = new ArrayList<Integer>();
            for (int beam = 0; beam < n; beam++) {
                boolean ends = last || iteration >= 2 && log.random.nextDouble() < 0.07;
                int node = log.sample(active.get(beam * active.size() / n), 1, ends ? Finish.STOP : Finish.STEP);
                log.score(node);
                if (ends) log.end(node, Finish.STOP);
                else grown.add(node);
            }
            active = log.select(iteration, grown, n / m);
        }
        return log.events;
    }

    private List<Integer> select(int iteration, List<Integer> grown, int keep) {
        var ranked = new ArrayList<>(grown);
        ranked.sort(
                Comparator.comparingDouble((Integer node) -> -scores.get(node).getLast()));
        var kept = new ArrayList<SearchEvent.Choice>();
        var pruned = new ArrayList<SearchEvent.Choice>();
        for (int rank = 0; rank < ranked.size(); rank++) {
            int node = ranked.get(rank);
            (rank < keep ? kept : pruned)
                    .add(new SearchEvent.Choice(node, rank, scores.get(node).getLast(), "rank " + (rank + 1)));
        }
        events.add(new SearchEvent.Selected(iteration, kept, pruned));
        return kept.stream().map(SearchEvent.Choice::node).sorted().toList();
    }

    /// N whole solutions of 3 to 8 steps.
    static SearchTree bestOf(int n, long seed) {
        var log = new SampleSearches(seed);
        for (int i = 0; i < n; i++) {
            int node = log.sample(0, 3 + log.random.nextInt(6), Finish.STOP);
            log.score(node);
            log.end(node, Finish.STOP);
        }
        return SearchTree.of(log.events);
    }

    /// One path with this many steps.
    static SearchTree chain(int steps) {
        var log = new SampleSearches(1);
        int node = 0;
        for (int i = 0; i < steps; i++) node = log.sample(node, 1, Finish.STEP);
        return SearchTree.of(log.events);
    }

    static Map<Integer, DisplayedAnswer> answers(SearchTree tree, long seed) {
        var random = new Random(seed);
        var answers = new LinkedHashMap<Integer, DisplayedAnswer>();
        for (int i = 0; i < tree.candidates().size(); i++) {
            var text = ANSWERS[random.nextInt(ANSWERS.length)];
            answers.put(
                    i,
                    new DisplayedAnswer(
                            text,
                            text.equals("17")
                                    ? DisplayedAnswer.Correctness.RIGHT
                                    : text.isEmpty()
                                            ? DisplayedAnswer.Correctness.UNKNOWN
                                            : DisplayedAnswer.Correctness.WRONG));
        }
        return answers;
    }

    static Tally tally(SearchTree tree, Map<Integer, DisplayedAnswer> answers) {
        return Tally.of(answers.entrySet().stream()
                .map(entry -> new Tally.Ballot(
                        entry.getKey(),
                        entry.getValue().text(),
                        entry.getValue().text(),
                        tree.candidates().get(entry.getKey()).score(),
                        entry.getValue().correctness() == DisplayedAnswer.Correctness.RIGHT))
                .toList());
    }

    static TreeMarks marks(SearchTree tree) {
        int winner = tree.candidates().isEmpty() ? -1 : tree.candidates().size() / 2;
        int end = winner < 0 ? -1 : tree.candidates().get(winner).id();
        int selected = end < 0
                ? -1
                : tree.path(end).get(Math.max(0, tree.path(end).size() - 2)).id();
        return new TreeMarks(answers(tree, 5), selected, -1, end, winner);
    }
}
