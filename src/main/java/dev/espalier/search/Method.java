package dev.espalier.experiment;

import dev.espalier.EspalierException;
import dev.espalier.search.Vote;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// What a curve shows: a strategy and the vote that picks its answer. Majority, best-of-N and weighted share one pool.
public enum Method {
    GREEDY("greedy", "greedy", Vote.NAIVE, Weight.NONE),
    MAJORITY("majority", "best-of-n", Vote.MAJORITY, Weight.NONE),
    BEST_OF_N("best-of-n", "best-of-n", Vote.NAIVE, Weight.SCORE),
    WEIGHTED("weighted", "best-of-n", Vote.WEIGHTED, Weight.SCORE),
    BEAM_SEARCH("beam-search", "beam-search", Vote.NAIVE, Weight.SCORE),
    DVTS("dvts", "dvts", Vote.NAIVE, Weight.SCORE),
    MCTS("mcts", "mcts", Vote.NAIVE, Weight.SCORE),
    PARTICLES("particle-filtering", "particle-filtering", Vote.NAIVE, Weight.SCORE),
    ADAPTIVE("adaptive-sampling", "adaptive-sampling", Vote.MAJORITY, Weight.NONE),
    REVISION("revision", "revision", Vote.MAJORITY, Weight.NONE),
    /// Best of n by log-probability.
    LIKELIEST("likeliest", "best-of-n", Vote.NAIVE, Weight.LIKELIHOOD),
    LIKELIHOOD_WEIGHTED("likelihood-weighted", "best-of-n", Vote.WEIGHTED, Weight.LIKELIHOOD),
    LOG_PROB_BEAM("log-prob-beam", "log-prob-beam", Vote.NAIVE, Weight.LIKELIHOOD);

    /// What a candidate weighs in a vote.
    private enum Weight { NONE, SCORE, LIKELIHOOD }

    private final String word;
    private final String strategy;
    private final Vote vote;
    private final Weight weight;

    Method(String word, String strategy, Vote vote, Weight weight) {
        this.word = word;
        this.strategy = strategy;
        this.vote = vote;
        this.weight = weight;
    }

    /// As on the command line and in curves.
    public String word() { return word; }

    /// The registered strategy that it needs.
    public String strategy() { return strategy; }

    public Vote vote() { return vote; }

    /// Whether it needs step scores.
    public boolean scored() { return weight == Weight.SCORE; }

    /// Whether candidates count by what the policy itself makes of them.
    public boolean byLikelihood() { return weight == Weight.LIKELIHOOD; }

    public static List<String> words() {
        return Arrays.stream(values()).map(Method::word).toList();
    }

    public static Method of(String word) {
        return Arrays.stream(values()).filter(method -> method.word.equals(word)).findFirst().orElseThrow(() ->
            new EspalierException("There is no method called \"%s\". There are: %s.".formatted(word, words().stream().collect(Collectors.joining(", ")))));
    }
}
