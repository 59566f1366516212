package dev.espalier.search.log;

import java.util.HashMap;
import java.util.List;

/// The stored events of a search that runs again. Compares them with the new events.
///
/// Older logs of forks can give one candidate number to two paths, or two numbers to one path. Such a log fits a search
/// that gives the same candidates other numbers; see [SearchTree#candidateNumber].
public final class StoredLog {
    private final List<SearchEvent> events;
    private final boolean numbersClash;

    public StoredLog(List<SearchEvent> events) {
        this.events = List.copyOf(events);
        numbersClash = numbersClash(events);
    }

    public int size() {
        return events.size();
    }

    /// Whether an event of the repeated search is the stored one.
    public boolean fits(int number, SearchEvent event) {
        var known = events.get(number);
        return known.equals(event) || numbersClash && withoutNumbers(known).equals(withoutNumbers(event));
    }

    /// Whether all events of the repeated search are the stored ones, and none is missing.
    public boolean fits(List<SearchEvent> repeated) {
        return repeated.size() == size() && firstDifference(repeated) == size();
    }

    /// The number of events that fit, from the first one on.
    public int firstDifference(List<SearchEvent> repeated) {
        int at = 0;
        while (at < size() && at < repeated.size() && fits(at, repeated.get(at))) at++;
        return at;
    }

    private static SearchEvent withoutNumbers(SearchEvent event) {
        return switch (event) {
            case SearchEvent.Ended ended -> new SearchEvent.Ended(0, ended.node(), ended.finish());
            case SearchEvent.Finished finished -> new SearchEvent.Finished(0, finished.policy(), finished.reward());
            default -> event;
        };
    }

    private static boolean numbersClash(List<SearchEvent> events) {
        var nodes = new HashMap<Integer, Integer>();
        var numbers = new HashMap<Integer, Integer>();
        boolean parity = false;
        for (var event : events) {
            if (event instanceof SearchEvent.Started started)
                parity = started.config().mode() == Mode.PARITY;
            if (!(event instanceof SearchEvent.Ended ended)) continue;
            var node = nodes.putIfAbsent(ended.candidate(), ended.node());
            var number = numbers.putIfAbsent(ended.node(), ended.candidate());
            if (node != null && node != ended.node() || !parity && number != null && number != ended.candidate())
                return true;
        }
        return false;
    }
}
