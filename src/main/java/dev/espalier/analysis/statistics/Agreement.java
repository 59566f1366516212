package dev.espalier.analysis.statistics;

import org.hipparchus.stat.correlation.KendallsCorrelation;
import org.hipparchus.stat.correlation.PearsonsCorrelation;
import org.hipparchus.stat.correlation.SpearmansCorrelation;
import org.hipparchus.stat.ranking.NaturalRanking;

/// How well scores agree with labels or with other numbers. Results are NaN where undefined: with fewer than two
/// values,
/// if one side is constant, or without both labels. Scores must not be NaN.
public final class Agreement {
    private Agreement() {}

    /// The area under the ROC curve: the probability that a random positive scores above a random negative, ties
    /// counting half (Mann and Whitney 1947).
    public static double auc(double[] scores, boolean[] labels) {
        checkLengths(scores.length, labels.length);
        long positives = 0;
        for (boolean label : labels) if (label) positives++;
        long negatives = labels.length - positives;
        if (positives == 0 || negatives == 0) return Double.NaN;
        double[] ranks = new NaturalRanking().rank(scores);
        double sum = 0;
        for (int i = 0; i < ranks.length; i++) if (labels[i]) sum += ranks[i];
        return (sum - positives * (positives + 1) / 2.0) / ((double) positives * negatives);
    }

    /// The Brier score (1950): the mean squared difference between scores as probabilities and labels. 0 is best.
    public static double brier(double[] scores, boolean[] labels) {
        checkLengths(scores.length, labels.length);
        if (scores.length == 0) return Double.NaN;
        double sum = 0;
        for (int i = 0; i < scores.length; i++) {
            double difference = scores[i] - (labels[i] ? 1 : 0);
            sum += difference * difference;
        }
        return sum / scores.length;
    }

    public static double pearson(double[] x, double[] y) {
        return defined(x, y) ? new PearsonsCorrelation().correlation(x, y) : Double.NaN;
    }

    /// Spearman's rank correlation; ties get their mean rank.
    public static double spearman(double[] x, double[] y) {
        return defined(x, y) ? new SpearmansCorrelation().correlation(x, y) : Double.NaN;
    }

    /// Kendall's τ-b, which corrects for ties.
    public static double kendall(double[] x, double[] y) {
        return defined(x, y) ? new KendallsCorrelation().correlation(x, y) : Double.NaN;
    }

    private static boolean defined(double[] x, double[] y) {
        checkLengths(x.length, y.length);
        return x.length > 1 && !constant(x) && !constant(y);
    }

    private static boolean constant(double[] values) {
        for (double value : values) if (value != values[0]) return false;
        return true;
    }

    private static void checkLengths(int scores, int labels) {
        if (scores != labels) throw new IllegalArgumentException(scores + " scores for " + labels + " labels");
    }
}
