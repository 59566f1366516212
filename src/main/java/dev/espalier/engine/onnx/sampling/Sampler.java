package dev.espalier.engine.onnx.sampling;

import dev.espalier.EspalierException;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.model.Generation;
import dev.espalier.model.SampleKey;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/// Draws a token from logits. Everything is plain double arithmetic in a fixed order, so the same logits give the same
/// token on every machine. Used by one thread.
///
/// Without a sort: top-k finds the k-th weight by selection (Hoare 1961, "Algorithm 65: Find"), min-p is a comparison with the most probable token's
/// weight, 1; what they drop gets weight 0. Top-p draws from what is left and accepts where the mass of the more probable tokens is below its share
/// (on equal probability the smaller id counts as more probable): the nucleus of Holtzman et al. 2020, exactly.
public final class Sampler {
    /// After so many rejections the nucleus is made explicit; the distribution is the same.
    private static final int REJECTIONS = 32;

    /// Weights are summed in blocks: a draw goes over the blocks' sums, then over one block.
    private static final int BLOCK = 64;

    /// The logits were no numbers to draw from.
    public static final class NoProbabilities extends RuntimeException {
        private NoProbabilities() {
            super("numbers that are no probabilities (NaN or infinity)");
        }

        public EspalierException of(ModelFolder model) {
            return new EspalierException("The policy " + model.name() + " computed " + getMessage() + "; the files in " + model.path() + " may be damaged: copy the model folder again.", this);
        }
    }

    private final double[] weights;
    private final double[] blocks;
    private double[] selecting = {};
    private double logProb;

    public Sampler(int vocabulary) {
        weights = new double[vocabulary];
        blocks = new double[Math.ceilDiv(vocabulary, BLOCK)];
    }

    /// The natural logarithm of the last drawn token's probability, before temperature and top-p.
    double logProb() {
        return logProb;
    }

    /// @param position of the token, counted from the continuation's start: names its random number
    public int draw(float[] logits, Generation generation, SampleKey key, int position) {
        float most = Float.NEGATIVE_INFINITY;
        for (float logit : logits) most = Math.max(most, logit);
        double max = most;
        double sum = weigh(logits, max);
        int token = generation.temperature() == 0 ? first(logits, most) : draw(logits, max, sum, generation, key, position);
        logProb = logits[token] - max - StrictMath.log(sum);
        return token;
    }

    /// The most probable tokens, the most probable first, the smaller id on ties; fewer than k where the vocabulary is smaller.
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

    /// The natural logarithms of the probabilities of the most probable tokens, before temperature and top-p.
    public double[] logProbs(float[] logits, int[] mostProbable) {
        double max = logits[mostProbable[0]];
        double log = StrictMath.log(weigh(logits, max));
        return Arrays.stream(mostProbable).mapToDouble(token -> logits[token] - max - log).toArray();
    }

    private static int first(float[] logits, float value) {
        int at = 0;
        while (logits[at] != value) at++;
        return at;
    }

    /// Puts each token's weight where drawing finds it.
    ///
    /// @return their sum
    private double weigh(float[] logits, double max) {
        Exp.all(logits, max, 1, weights);
        double sum = sum();
        if (!(sum >= 1 && sum < Double.POSITIVE_INFINITY))
            throw new NoProbabilities();
        return sum;
    }

    /// Four sums side by side: each addition need not wait for the one before.
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
        boolean fewer = filter(generation.topK(), generation.minP());
        if (fewer || generation.temperature() != 1) sum = sum();
        double topP = generation.topP();
        for (int attempt = 0; attempt < REJECTIONS; attempt++) {
            int token = pick(key.uniform(position, attempt) * sum);
            if (topP >= 1 || massAbove(token) < topP * sum) return token;
        }
        return pickFromNucleus(topP * sum, key.uniform(position, REJECTIONS));
    }

    /// Takes the weight of what top-k and min-p drop.
    private boolean filter(int topK, double minP) {
        boolean fewer = topK > 0 && topK < weights.length;
        if (minP > 0) for (int i = 0; i < weights.length; i++) if (weights[i] < minP) weights[i] = 0;
        if (fewer) {
            double least = select(topK);
            int ties = topK;
            for (double weight : weights) if (weight > least) ties--;
            for (int i = 0; i < weights.length; i++) if (weights[i] < least || weights[i] == least && ties-- <= 0) weights[i] = 0;
        }
        return fewer || minP > 0;
    }

    /// The k-th greatest weight.
    private double select(int k) {
        if (selecting.length != weights.length) selecting = new double[weights.length];
        System.arraycopy(weights, 0, selecting, 0, weights.length);
        int from = 0;
        int to = selecting.length - 1;
        while (from < to) {
            double pivot = selecting[(from + to) >>> 1];
            int i = from;
            int j = to;
            while (i <= j) {
                while (selecting[i] > pivot) i++;
                while (selecting[j] < pivot) j--;
                if (i > j) break;
                double other = selecting[i];
                selecting[i++] = selecting[j];
                selecting[j--] = other;
            }
            if (k - 1 <= j) to = j;
            else if (k - 1 >= i) from = i;
            else break;
        }
        return selecting[k - 1];
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
