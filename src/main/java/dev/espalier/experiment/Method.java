package dev.espalier.experiment;

import dev.espalier.EspalierException;
import dev.espalier.search.Vote;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// What a curve shows: a strategy and the vote that picks its answer. Majority, best-of-N and weighted share one pool.
public enum Method {
    GREEDY("greedy", "greedy", Vote.NAIVE),
    MAJORITY("majority", "best-of-n", Vote.MAJORITY),
    BEST_OF_N("best-of-n", "best-of-n", Vote.NAIVE),
    WEIGHTED("weighted", "best-of-n", Vote.WEIGHTED),
    BEAM_SEARCH("beam-search", "beam-search", Vote.NAIVE),
    DVTS("dvts", "dvts", Vote.NAIVE);

    private final String word;
    private final String strategy;
    private final Vote vote;

    Method(String word, String strategy, Vote vote) {
        this.word = word;
        this.strategy = strategy;
        this.vote = vote;
    }

    /// As on the command line and in curves.
    public String word() { return word; }

    /// The registered strategy that it needs.
    public String strategy() { return strategy; }

    public Vote vote() { return vote; }

    /// Whether it needs step scores.
    public boolean scored() { return this != GREEDY && this != MAJORITY; }

    public static List<String> words() {
        return Arrays.stream(values()).map(Method::word).toList();
    }

    public static Method of(String word) {
        return Arrays.stream(values()).filter(method -> method.word.equals(word)).findFirst().orElseThrow(() ->
            new EspalierException("There is no method called \"%s\". There are: %s.".formatted(word, words().stream().collect(Collectors.joining(", ")))));
    }
}
