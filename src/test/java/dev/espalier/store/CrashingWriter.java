package dev.espalier.store;

import dev.espalier.problem.Problem;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/// A program for tests that kill it: writes the logs of many searches as fast as it can, continues where a killed
/// predecessor stopped, and prints "search number milliseconds" after each event.
final class CrashingWriter {
    static final int SEARCHES = 12;
    private static final int WRITERS = 4;

    private CrashingWriter() {}

    static List<Problem> problems() {
        return IntStream.range(0, SEARCHES).mapToObj(Logs::problem).toList();
    }

    static List<SearchEvent> log(int search) {
        return Logs.bestOfN(Logs.problem(search), 1500, 2, 12, search);
    }

    public static void main(String[] args) {
        var store = RunStore.open(Path.of(args[0]));
        long run = store.runs().isEmpty()
                ? store.createRun(Logs.run("run"))
                : store.runs().getFirst().run().id();
        var searches = store.createSearches(run, problems());
        try (var threads = Executors.newFixedThreadPool(WRITERS)) {
            for (int writer = 0; writer < WRITERS; writer++) {
                int first = writer;
                threads.submit(() -> write(store, searches, first));
            }
        }
    }

    /// Each thread alternates between its searches.
    private static void write(RunStore store, List<Long> searches, int first) {
        var logs = new TreeMap<Integer, List<SearchEvent>>();
        var next = new HashMap<Integer, Long>();
        var trees = new HashMap<Integer, SearchTree>();
        for (int search = first; search < SEARCHES; search += WRITERS) {
            logs.put(search, log(search));
            next.put(search, store.search(searches.get(search)).events());
            trees.put(
                    search,
                    SearchTree.of(logs.get(search).subList(0, next.get(search).intValue())));
        }
        while (!logs.isEmpty()) {
            for (int search : List.copyOf(logs.keySet())) {
                long number = next.merge(search, 1L, Long::sum) - 1;
                if (number == logs.get(search).size()) {
                    logs.remove(search);
                } else {
                    var tree = trees.get(search);
                    tree.apply(logs.get(search).get((int) number));
                    store.append(searches.get(search), number, logs.get(search).get((int) number), tree, number);
                    System.out.println(search + " " + number + " " + System.currentTimeMillis());
                }
            }
        }
    }
}
