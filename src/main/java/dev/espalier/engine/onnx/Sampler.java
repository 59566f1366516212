package dev.espalier.engine.onnx;

import dev.espalier.EspalierException;
import dev.espalier.search.SampleKey;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/// Draws a token from logits. Everything is plain double arithmetic in index order, so the same logits give the same
/// token on every machine. Used by one thread.
///
/// Top-p without a sort: draw from the whole distribution and accept where the mass of the more probable tokens is below p
/// (on equal probability the smaller id counts as more probable); that is the nucleus of Holtzman et al. 2020, exactly.
final class Sampler {
    /// After so many rejections the nucleus is made explicit; the distribution is the same.
    private static final int REJECTIONS = 32;

    private final double[] weights;
    private double logProb;

    Sampler(int vocabulary) {
        weights = new double[vocabulary];
    }

    /// The natural logarithm of the last drawn token's probability, before temperature and top-p.
    double logProb() {
        return logProb;
    }

    /// @param position of the token, counted from the continuation's start: names its random number
    int draw(float[] logits, double temperature, double topP, SampleKey key, int position) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) if (logits[i] > logits[best]) best = i;
        double max = logits[best];
        double sum = weigh(logits, max);
        int token = temperature == 0 ? best : draw(logits, max, sum, temperature, topP, key, position);
        logProb = logits[token] - max - StrictMath.log(sum);
        return token;
    }

    /// The most probable tokens, the most probable first, the smaller id on ties; fewer than k where the vocabulary is smaller.
    int[] mostProbable(float[] logits, int k) {
        var tokens = new int[Math.min(k, logits.length)];
        int size = 0;
        for (int token = 0; token < logits.length; token++) {
            if (size == tokens.length && logits[token] <= logits[tokens[size - 1]]) continue;
            int at = size < tokens.length ? size++ : size - 1;
            for (; at > 0 && logits[tokens[at - 1]] < logits[token]; at--) tokens[at] = tokens[at - 1];
            tokens[at] = token;
        }
        return tokens;
    }

    /// The natural logarithms of the probabilities of the most probable tokens, before temperature and top-p.
    double[] logProbs(float[] logits, int[] mostProbable) {
        double max = logits[mostProbable[0]];
        double log = StrictMath.log(weigh(logits, max));
        return Arrays.stream(mostProbable).mapToDouble(token -> logits[token] - max - log).toArray();
    }

    /// Puts each token's weight where drawing finds it.
    ///
    /// @return their sum
    private double weigh(float[] logits, double max) {
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            double weight = Exp.exp(logits[i] - max);
            weights[i] = weight;
            sum += weight;
        }
        if (!(sum >= 1 && sum < Double.POSITIVE_INFINITY))
            throw new EspalierException("The model computed numbers that are no probabilities (NaN or infinity); its files may be damaged: copy the model folder again.");
        return sum;
    }

    private int draw(float[] logits, double max, double sumAtOne, double temperature, double topP, SampleKey key, int position) {
        double sum = sumAtOne;
        if (temperature != 1) {
            sum = 0;
            double scale = 1 / temperature;
            for (int i = 0; i < logits.length; i++) {
                double weight = Exp.exp((logits[i] - max) * scale);
                weights[i] = weight;
                sum += weight;
            }
        }
        for (int attempt = 0; attempt < REJECTIONS; attempt++) {
            int token = pick(key.uniform(position, attempt) * sum);
            if (topP >= 1 || massAbove(token) < topP * sum) return token;
        }
        return pickFromNucleus(topP * sum, key.uniform(position, REJECTIONS));
    }

    private int pick(double target) {
        double reached = 0;
        int last = 0;
        for (int i = 0; i < weights.length; i++) {
            if (weights[i] == 0) continue;
            reached += weights[i];
            last = i;
            if (reached > target) return i;
        }
        return last;
    }

    private double massAbove(int token) {
        double mass = 0;
        for (int i = 0; i < weights.length; i++) if (weights[i] > weights[token] || weights[i] == weights[token] && i < token) mass += weights[i];
        return mass;
    }

    private int pickFromNucleus(double limit, double uniform) {
        var order = IntStream.range(0, weights.length).boxed().sorted(Comparator.comparingDouble((Integer i) -> -weights[i])).mapToInt(i -> i).toArray();
        double mass = 0;
        int size = 0;
        while (size < order.length && mass < limit) mass += weights[order[size++]];
        double target = uniform * mass;
        double reached = 0;
        for (int token : Arrays.copyOf(order, size)) {
            reached += weights[token];
            if (reached > target) return token;
        }
        return order[size - 1];
    }
}
