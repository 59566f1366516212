package dev.espalier.search.strategy;

import dev.espalier.EspalierException;
import dev.espalier.search.vote.Vote;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The catalogue of methods. A method is a strategy and the vote that elects its answer; a curve shows one method.
/// Sweeps, curves, the window and the command line take names, titles and markers from here. To add a method, add a
/// constant.
public enum Method {
    GREEDY("greedy", "Greedy", "one answer, the reference line", "greedy", Vote.NAIVE, Weight.NONE, Marker.PENTAGON),
    MAJORITY(
            "majority",
            "Majority",
            "the largest answer group of N samples",
            "best-of-n",
            Vote.MAJORITY,
            Weight.NONE,
            Marker.CIRCLE),
    BEST_OF_N(
            "best-of-n",
            "Best-of-N",
            "the best-scored of N samples",
            "best-of-n",
            Vote.NAIVE,
            Weight.SCORE,
            Marker.SQUARE),
    WEIGHTED(
            "weighted",
            "Weighted best-of-N",
            "answer groups by their sum of scores",
            "best-of-n",
            Vote.WEIGHTED,
            Weight.SCORE,
            Marker.TRIANGLE),
    BEAM_SEARCH(
            "beam-search",
            "Beam search",
            "steered by step scores",
            "beam-search",
            Vote.NAIVE,
            Weight.SCORE,
            Marker.DIAMOND),
    DVTS("dvts", "DVTS", "N/M independent subtrees", "dvts", Vote.NAIVE, Weight.SCORE, Marker.TRIANGLE_DOWN),
    MCTS("mcts", "MCTS", "tree search by values and visits", "mcts", Vote.NAIVE, Weight.SCORE, Marker.HEXAGON),
    PARTICLES(
            "particle-filtering",
            "Particle filtering",
            "paths resampled by their scores",
            "particle-filtering",
            Vote.NAIVE,
            Weight.SCORE,
            Marker.HEXAGON),
    ADAPTIVE(
            "adaptive-sampling",
            "Adaptive sampling",
            "until the majority is settled",
            "adaptive-sampling",
            Vote.MAJORITY,
            Weight.NONE,
            Marker.PENTAGON),
    REVISION(
            "revision",
            "Revision",
            "chains of corrected attempts",
            "revision",
            Vote.MAJORITY,
            Weight.NONE,
            Marker.HEXAGON),
    LIKELIEST(
            "likeliest",
            "Likeliest",
            "the most probable of N samples",
            "best-of-n",
            Vote.NAIVE,
            Weight.LIKELIHOOD,
            Marker.PENTAGON),
    LIKELIHOOD_WEIGHTED(
            "likelihood-weighted",
            "Likelihood-weighted",
            "answer groups by probability",
            "best-of-n",
            Vote.WEIGHTED,
            Weight.LIKELIHOOD,
            Marker.PENTAGON),
    LOG_PROB_BEAM(
            "log-prob-beam",
            "Log-probability beam",
            "the N most probable texts",
            "log-prob-beam",
            Vote.NAIVE,
            Weight.LIKELIHOOD,
            Marker.PENTAGON);

    /// The shape of a method's points in figures; curves differ by shape as well as by colour.
    public enum Marker {
        CIRCLE,
        SQUARE,
        DIAMOND,
        TRIANGLE,
        TRIANGLE_DOWN,
        PENTAGON,
        HEXAGON
    }

    /// The weight of a candidate in a vote.
    private enum Weight {
        NONE,
        SCORE,
        LIKELIHOOD
    }

    /// The methods of a comparison by default.
    public static final List<Method> DEFAULTS = List.of(GREEDY, MAJORITY, BEST_OF_N, WEIGHTED, BEAM_SEARCH, DVTS);

    private final String word;
    private final String title;
    private final String note;
    private final String strategy;
    private final Vote vote;
    private final Weight weight;
    private final Marker marker;

    Method(String word, String title, String note, String strategy, Vote vote, Weight weight, Marker marker) {
        this.word = word;
        this.title = title;
        this.note = note;
        this.strategy = strategy;
        this.vote = vote;
        this.weight = weight;
        this.marker = marker;
    }

    /// The name on the command line, and the start of a curve's name.
    public String word() {
        return word;
    }

    /// The name on screen and in figures.
    public String title() {
        return title;
    }

    /// A short description.
    public String note() {
        return note;
    }

    /// The name of the strategy.
    public String strategy() {
        return strategy;
    }

    public Vote vote() {
        return vote;
    }

    public Marker marker() {
        return marker;
    }

    /// Whether the method needs step scores.
    public boolean scored() {
        return weight == Weight.SCORE;
    }

    /// Whether votes weigh candidates by their probability under the policy.
    public boolean byLikelihood() {
        return weight == Weight.LIKELIHOOD;
    }

    /// Whether the method votes over a pool of independent samples. Such methods share one pool, whose prefixes are
    /// the smaller budgets.
    public boolean pooled() {
        return strategy.equals("best-of-n");
    }

    public static List<String> words() {
        return words(Arrays.asList(values()));
    }

    public static List<String> words(List<Method> methods) {
        return methods.stream().map(Method::word).toList();
    }

    public static Method of(String word) {
        return find(word)
                .orElseThrow(() -> new EspalierException("There is no method called \"%s\". There are: %s."
                        .formatted(word, String.join(", ", words()))));
    }

    public static Optional<Method> find(String word) {
        return Arrays.stream(values())
                .filter(method -> method.word.equals(word))
                .findFirst();
    }

    /// The method of a curve. A curve's name starts with the method's word: "beam-search M=2".
    public static Optional<Method> ofCurve(String name) {
        return Arrays.stream(values())
                .filter(method -> name.startsWith(method.word))
                .max(Comparator.comparingInt(method -> method.word.length()));
    }

    /// A curve's name on screen: "beam-search M=2" is "Beam search M=2".
    public static String label(String curve) {
        return ofCurve(curve)
                .map(method -> method.title + curve.substring(method.word.length()))
                .orElseGet(() -> capitalised(curve));
    }

    /// A strategy's name on screen: the title of the method with this name; without one, the name as words.
    public static String titleOf(String strategy) {
        return find(strategy).map(Method::title).orElseGet(() -> capitalised(strategy.replace('-', ' ')));
    }

    private static String capitalised(String name) {
        return name.isEmpty() ? name : name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    }
}
