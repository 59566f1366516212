package dev.espalier.search.strategy;

import dev.espalier.search.Strategy;
import dev.espalier.search.StrategyRun;
import dev.espalier.search.log.Parameter;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.SearchEvent.Choice;
import dev.espalier.search.log.SearchTree.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/// Particle filtering: N particles, each a path. Each iteration extends every unfinished particle by a step, then
/// resamples all particles, finished ones too. The weights are the softmax of the log-odds of the particles' values,
/// divided by a temperature. A path that is drawn several times is continued several times. When all particles have
/// ended they are the candidates, without a final resampling, so each particle votes with its own score.
///
/// Source: Puri et al. 2025, "A probabilistic inference approach to inference-time scaling of LLMs using particle-based
/// Monte Carlo methods" (weights: log-odds of the PRM's scores). Resampling is systematic, with one random number per
/// iteration (Kitagawa 1996; Douc, Cappé 2005, "Comparison of resampling schemes for particle filtering"), which has
/// less variance than the paper's multinomial resampling.
///
/// A path that the reward model could not score has the weight 0, or all have equal weights if none was scored.
///
/// @param temperature of the softmax: 1 uses scores as probabilities, higher values make the weights more equal
public record ParticleFilter(int n, double temperature, int iterations) implements Strategy {
    static final Strategies.Entry ENTRY = new Strategies.Entry(
            "particle-filtering",
            "N paths, resampled by their scores after each step",
            List.of(
                    Parameter.budget(),
                    Parameter.number(
                            "temperature", "of the weights: higher values make them more equal", 1, 0.01, 1000),
                    BeamSearch.ITERATIONS),
            given -> new ParticleFilter(given.whole("N"), given.number("temperature"), given.whole("iterations")));

    /// Scores are clamped to [MARGIN, 1 − MARGIN], because 0 and 1 have no finite log-odds.
    private static final double MARGIN = 1e-6;

    @Override
    public String name() {
        return "particle-filtering";
    }

    @Override
    public Parameters parameters() {
        return Parameters.NONE.with("N", n).with("temperature", temperature).with("iterations", iterations);
    }

    @Override
    public boolean steeredByScores() {
        return true;
    }

    @Override
    public boolean acceptsChange(Strategy changed) {
        return changed instanceof ParticleFilter;
    }

    @Override
    public StrategyRun start() {
        return new Particles();
    }

    private final class Particles extends StrategyRun {
        private ParticleFilter now = ParticleFilter.this;
        /// One node per particle. A path that several particles share occurs several times.
        private List<Node> particles = new ArrayList<>();
        private int iteration;
        private boolean copied;

        @Override
        protected void begin() {
            for (int i = 0; i < n; i++) sample(origin(), !last(), false);
        }

        @Override
        protected void proceed(List<Node> grown) {
            if (!copied) {
                particles.removeIf(particle -> !particle.finish().ends());
                particles.addAll(grown);
            }
            particles.addAll(addedByUser());
            particles.removeIf(this::excluded);
            if (particles.stream().allMatch(particle -> particle.finish().ends())) {
                finish();
                return;
            }
            resample();
            for (var particle : particles) if (!particle.finish().ends()) sample(particle, !last(), false);
            if (!asks()) finish();
        }

        private void resample() {
            var weights = weights(particles);
            var counts = resampleCounts(weights, now.n, uniform(iteration, 0));
            var weightOf = new LinkedHashMap<Node, Double>();
            var countOf = new LinkedHashMap<Node, Integer>();
            for (int i = 0; i < counts.length; i++) {
                weightOf.merge(particles.get(i), weights[i], Double::sum);
                countOf.merge(particles.get(i), counts[i], Integer::sum);
            }
            var kept = new ArrayList<Choice>();
            var pruned = new ArrayList<Choice>();
            var order = ranked(List.copyOf(countOf.keySet()));
            for (int rank = 0; rank < order.size(); rank++) {
                var node = order.get(rank);
                if (pinned(node)) countOf.merge(node, 1, Math::max);
                int count = countOf.getOrDefault(node, 0);
                (count > 0 ? kept : pruned)
                        .add(choice(
                                node,
                                rank,
                                String.format(
                                        Locale.ROOT,
                                        "weight %.3f, %d of %d particles",
                                        weightOf.get(node),
                                        count,
                                        now.n)));
            }
            select(iteration++, kept, pruned);
            copied = false;
            particles = new ArrayList<>();
            for (var node : survivors(kept))
                for (int i = 0; i < Math.max(1, countOf.getOrDefault(node, 1)); i++) particles.add(node);
        }

        private double[] weights(List<Node> nodes) {
            var odds = new double[nodes.size()];
            for (int i = 0; i < odds.length; i++) {
                double value = value(nodes.get(i));
                double score = Math.clamp(Double.isNaN(value) ? 0 : value, MARGIN, 1 - MARGIN);
                odds[i] = Double.isNaN(value)
                        ? Double.NEGATIVE_INFINITY
                        : StrictMath.log(score / (1 - score)) / now.temperature;
            }
            double max = Arrays.stream(odds).max().orElse(0);
            if (max == Double.NEGATIVE_INFINITY) Arrays.fill(odds, max = 0);
            double sum = 0;
            for (int i = 0; i < odds.length; i++) sum += odds[i] = StrictMath.exp(odds[i] - max);
            for (int i = 0; i < odds.length; i++) odds[i] /= sum;
            return odds;
        }

        /// Makes the particles candidates. If several share a path, each but the first gets a copy of the last
        /// step.
        private void finish() {
            if (!copied) {
                copied = true;
                var seen = new ArrayList<Node>();
                for (var particle : particles) {
                    boolean first = !seen.contains(particle);
                    seen.add(
                            first
                                    ? particle
                                    : grow(tree().node(particle.parent()), particle.step(), particle.finish()));
                    if (!first && setting().scored()) score(seen.getLast());
                }
                particles = seen;
                if (asks()) return;
            }
            int candidate = 0;
            for (var particle : particles)
                if (particle.candidate() < 0 && !excluded(particle)) end(candidate++, particle);
        }

        private boolean last() {
            return iteration >= now.iterations - 1;
        }

        @Override
        protected void reconfigure(Strategy changed) {
            super.reconfigure(changed);
            now = (ParticleFilter) changed;
        }
    }

    /// Systematic resampling: particle i owns an interval of [0, 1) as long as its weight; the draws are (k +
    /// start) / count for k from 0.
    ///
    /// @param weights one per particle, with sum 1
    /// @param count   number of draws
    /// @param start   in [0, 1)
    /// @return the number of draws of each particle
    static int[] resampleCounts(double[] weights, int count, double start) {
        var counts = new int[weights.length];
        double reached = 0;
        int number = 0;
        for (int i = 0; i < weights.length; i++) {
            reached += weights[i];
            while (number < count && (number + start) / count < reached) {
                counts[i]++;
                number++;
            }
        }
        // Rounding can make the sum of the weights slightly less than 1.
        if (weights.length > 0) counts[weights.length - 1] += count - number;
        return counts;
    }
}
