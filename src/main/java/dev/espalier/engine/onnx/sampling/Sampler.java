package dev.espalier.engine.onnx.sampling;

import dev.espalier.EspalierException;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.model.Generation;
import dev.espalier.model.SampleKey;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/// Draws a token from logits, in plain double arithmetic in a fixed order, so the same logits give the same
/// token on every machine. Not thread-safe.
///
/// It does not sort. Top-k finds the k-th weight by selection (Hoare 1961, "Algorithm 65: Find"). Min-p compares with
/// the weight of the most probable token, which is 1. Filtered tokens get weight 0. Top-p draws from the remaining
/// tokens and accepts a draw if the mass of the more probable tokens is below its share (on equal probability the
/// smaller id counts as more probable). This is exactly the nucleus of Holtzman et al. 2020.
public final class Sampler {
    /// After this many rejections the nucleus is computed explicitly; the distribution is the same.
    private static final int REJECTIONS = 32;

    /// Weights are summed in blocks: a draw scans the blocks' sums, then one block.
    private static final int BLOCK = 64;

    /// Thrown if the logits contain NaN or infinity.
    public static final class InvalidLogits extends RuntimeException {
        private InvalidLogits() {
            super("invalid numbers (NaN or infinity)");
        }

        public EspalierException toException(ModelFolder model) {
            return new EspalierException(
                    "The policy " + model.name() + " computed " + getMessage() + "; the files in " + model.path()
                            + " may be damaged: copy the model folder again.",
                    this);
        }
    }

    private final double[] weights;
    private final double[] blocks;
    private double[] scratch = {};
    private double logProb;

    public Sampler(int vocabulary) {
        weights = new double[vocabulary];
        blocks = new double[Math.ceilDiv(vocabulary, BLOCK)];
    }

    /// Natural logarithm of the last drawn token's probability, before temperature and top-p.
    double logProb() {
        return logProb;
    }

    /// Draws a token.
    ///
    /// @param position of the token, counted from the start of the continuation; selects its random number
    /// @throws InvalidLogits if the logits contain NaN or infinity
    public int draw(float[] logits, Generation generation, SampleKey key, int position) {
        float most = Float.NEGATIVE_INFINITY;
        for (float logit : logits) most = Math.max(most, logit);
        double max = most;
        double sum = computeWeights(logits, max);
        int token =
                generation.temperature() == 0 ? first(logits, most) : draw(logits, max, sum, generation, key, position);
        logProb = logits[token] - max - StrictMath.log(sum);
        return token;
    }

    /// The k most probable tokens, the most probable first, on ties the smaller id first. Fewer if the vocabulary
    /// is smaller.
    public int[] mostProbable(float[] logits, int k) {
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

    /// Natural logarithms of the probabilities of the most probable tokens, before temperature and top-p.
    public double[] logProbs(float[] logits, int[] mostProbable) {
        double max = logits[mostProbable[0]];
        double log = StrictMath.log(computeWeights(logits, max));
        return Arrays.stream(mostProbable)
                .mapToDouble(token -> logits[token] - max - log)
                .toArray();
    }

    private static int first(float[] logits, float value) {
        int at = 0;
        while (logits[at] != value) at++;
        return at;
    }

    /// Computes the weights of all tokens at temperature 1.
    ///
    /// @return their sum
    private double computeWeights(float[] logits, double max) {
        Exp.all(logits, max, 1, weights);
        double sum = sum();
        if (!(sum >= 1 && sum < Double.POSITIVE_INFINITY)) throw new InvalidLogits();
        return sum;
    }

    /// Four independent sums, so that additions do not wait for one another.
    private double sum(int from, int to) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int i = from;
        for (; i + 3 < to; i += 4) {
            a += weights[i];
            b += weights[i + 1];
            c += weights[i + 2];
            d += weights[i + 3];
        }
        for (; i < to; i++) a += weights[i];
        return a + b + (c + d);
    }

    private double sum() {
        double sum = 0;
        for (int block = 0; block < blocks.length; block++) {
            int end = Math.min(weights.length, (block + 1) * BLOCK);
            blocks[block] = sum(block * BLOCK, end);
            sum += blocks[block];
        }
        return sum;
    }

    private int draw(float[] logits, double max, double sumAtOne, Generation generation, SampleKey key, int position) {
        double sum = sumAtOne;
        if (generation.temperature() != 1) Exp.all(logits, max, 1 / generation.temperature(), weights);
        boolean filtered = filter(generation.topK(), generation.minP());
        if (filtered || generation.temperature() != 1) sum = sum();
        double topP = generation.topP();
        for (int attempt = 0; attempt < REJECTIONS; attempt++) {
            int token = pick(key.uniform(position, attempt) * sum);
            if (topP >= 1 || massAbove(token) < topP * sum) return token;
        }
        return pickFromNucleus(topP * sum, key.uniform(position, REJECTIONS));
    }

    /// Sets the weights of the tokens that top-k and min-p filter out to 0.
    ///
    /// @return true if a filter was applied
    private boolean filter(int topK, double minP) {
        boolean filtered = topK > 0 && topK < weights.length;
        if (minP > 0) for (int i = 0; i < weights.length; i++) if (weights[i] < minP) weights[i] = 0;
        if (filtered) {
            double least = select(topK);
            int ties = topK;
            for (double weight : weights) if (weight > least) ties--;
            for (int i = 0; i < weights.length; i++)
                if (weights[i] < least || weights[i] == least && ties-- <= 0) weights[i] = 0;
        }
        return filtered || minP > 0;
    }

    /// The k-th largest weight.
    private double select(int k) {
        if (scratch.length != weights.length) scratch = new double[weights.length];
        System.arraycopy(weights, 0, scratch, 0, weights.length);
        int from = 0;
        int to = scratch.length - 1;
        while (from < to) {
            double pivot = scratch[(from + to) >>> 1];
            int i = from;
            int j = to;
            while (i <= j) {
                while (scratch[i] > pivot) i++;
                while (scratch[j] < pivot) j--;
                if (i > j) break;
                double other = scratch[i];
                scratch[i++] = scratch[j];
                scratch[j--] = other;
            }
            if (k - 1 <= j) to = j;
            else if (k - 1 >= i) from = i;
            else break;
        }
        return scratch[k - 1];
    }

    private int pick(double target) {
        double reached = 0;
        int last = 0;
        for (int block = 0; block < blocks.length; block++) {
            if (blocks[block] == 0) continue;
            last = block;
            if (reached + blocks[block] > target) break;
            if (block + 1 < blocks.length) reached += blocks[block];
        }
        return pick(last, target - reached);
    }

    private int pick(int block, double target) {
        double reached = 0;
        int last = block * BLOCK;
        int end = Math.min(weights.length, last + BLOCK);
        for (int i = last; i < end; i++) {
            if (weights[i] == 0) continue;
            reached += weights[i];
            last = i;
            if (reached > target) return i;
        }
        return last;
    }

    private double massAbove(int token) {
        double mass = 0;
        for (int i = 0; i < weights.length; i++)
            if (weights[i] > weights[token] || weights[i] == weights[token] && i < token) mass += weights[i];
        return mass;
    }

    private int pickFromNucleus(double limit, double uniform) {
        var order = IntStream.range(0, weights.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -weights[i]))
                .mapToInt(i -> i)
                .toArray();
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
