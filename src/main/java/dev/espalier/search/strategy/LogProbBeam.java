package dev.espalier.search.strategy;

import dev.espalier.model.Finish;
import dev.espalier.model.Step;
import dev.espalier.search.Strategy;
import dev.espalier.search.StrategyRun;
import dev.espalier.search.log.Parameter;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.SearchEvent.Choice;
import dev.espalier.search.log.SearchTree.Node;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Beam search over tokens by log-probability, without a reward model. It keeps the N most probable hypotheses,
/// requests the 2·N most probable next tokens of each, and keeps the N best extensions (on ties the earlier).
/// Hypotheses that end are set aside. The search is over when N have ended and no live hypothesis is better than the
/// worst of the best N ended ones, which are the result, best first. A hypothesis is ranked by the sum of its
/// log-probabilities divided by (number of tokens)^length-penalty; the end-of-text token counts in both.
///
/// As in other strategies, a node is a step: a hypothesis extends the node of its last complete step, and adds a node
/// when it completes a step.
///
/// Sources: Sutskever, Vinyals, Le 2014, "Sequence to sequence learning with neural networks" (beam search that sets
/// ended hypotheses aside); Wu et al. 2016, "Google's neural machine translation system", section 7 (length penalty;
/// here its common simple form).
public record LogProbBeam(int n, double lengthPenalty) implements Strategy {
    static final Strategies.Entry ENTRY = new Strategies.Entry(
            "log-prob-beam",
            "the N most probable texts, token by token",
            List.of(
                    Parameter.budget(),
                    Parameter.number(
                            "length-penalty", "0 ranks by log-probability, 1 by its mean per token", 1, 0, 10)),
            given -> new LogProbBeam(given.whole("N"), given.number("length-penalty")));

    @Override
    public String name() {
        return "log-prob-beam";
    }

    @Override
    public Parameters parameters() {
        return Parameters.NONE.with("N", n).with("length-penalty", lengthPenalty);
    }

    @Override
    public boolean steeredByScores() {
        return false;
    }

    @Override
    public boolean acceptsChange(Strategy changed) {
        return changed instanceof LogProbBeam;
    }

    @Override
    public StrategyRun start() {
        return new Hypotheses();
    }

    /// A text or the beginning of one.
    ///
    /// @param node    the node of the last complete step
    /// @param partial the unfinished step after it
    /// @param logProb sum over all tokens
    /// @param length  number of tokens
    private record Hypothesis(Node node, Step partial, double logProb, int length, Finish finish) {}

    private final class Hypotheses extends StrategyRun {
        private LogProbBeam now = LogProbBeam.this;
        private List<Hypothesis> live = new ArrayList<>();
        private List<Hypothesis> ended = new ArrayList<>();
        private List<Node> candidates = List.of();
        private int iteration;

        @Override
        protected void begin() {
            live.add(at(origin()));
            requestExtensions();
        }

        @Override
        protected void proceed(List<Node> grown) {
            var nodes = nodes();
            extend();
            for (var node : addedByUser()) (node.finish().ends() ? ended : live).add(at(node));
            live.removeIf(hypothesis -> excluded(hypothesis.node));
            ended.removeIf(text -> excluded(text.node));
            ended = best(ended);
            if (!candidates.isEmpty()) endAll();
            var worst = ended.size() < now.n ? Double.NEGATIVE_INFINITY : rankingScore(ended.getLast());
            if (live.stream().noneMatch(hypothesis -> rankingScore(hypothesis) > worst)) live.clear();
            recordSelection(nodes);
            requestExtensions();
            if (!asks() && !ended.isEmpty()) finish();
        }

        private Hypothesis at(Node node) {
            double logProb = 0;
            int length = 0;
            for (var at : tree().path(node.id())) {
                for (float token : at.step().logProbs()) logProb += token;
                length += at.step().tokens().length;
            }
            return new Hypothesis(node, Step.Text.EMPTY, logProb, length, node.finish());
        }

        private double rankingScore(Hypothesis hypothesis) {
            return hypothesis.logProb / StrictMath.pow(Math.max(1, hypothesis.length), now.lengthPenalty);
        }

        private List<Hypothesis> best(List<Hypothesis> of) {
            var order = new ArrayList<>(of);
            order.sort(Comparator.comparingDouble(this::rankingScore).reversed());
            return new ArrayList<>(order.subList(0, Math.min(now.n, order.size())));
        }

        private void requestExtensions() {
            for (var hypothesis : live) requestNextTokens(hypothesis.node, hypothesis.partial, 2 * now.n);
        }

        /// Extends each live hypothesis by each of its next tokens and keeps the best.
        private void extend() {
            var longer = new ArrayList<Hypothesis>();
            var nextTokens = nextTokens();
            for (int i = 0; i < nextTokens.size(); i++) {
                var hypothesis = live.get(i);
                if (nextTokens.get(i).isEmpty()) ended.add(with(hypothesis, hypothesis.partial, 0, 0, Finish.LENGTH));
                for (var choice : nextTokens.get(i)) {
                    if (choice.ends())
                        ended.add(with(hypothesis, hypothesis.partial, choice.logProb(), 1, Finish.STOP));
                    else
                        longer.add(with(
                                hypothesis,
                                hypothesis.partial.append(choice.token(), choice.text(), choice.logProb()),
                                choice.logProb(),
                                1,
                                Finish.STEP));
                }
            }
            var kept = best(longer.stream()
                    .filter(hypothesis -> !excluded(hypothesis.node))
                    .toList());
            for (var hypothesis : longer)
                if (pinned(hypothesis.node) && kept.stream().noneMatch(other -> other.node == hypothesis.node))
                    kept.add(hypothesis);
            live = new ArrayList<>();
            for (var hypothesis : kept) {
                if (hypothesis.length >= setting().generation().maxNewTokens())
                    ended.add(with(hypothesis, hypothesis.partial, 0, 0, Finish.LENGTH));
                else
                    live.add(
                            hypothesis
                                            .partial
                                            .text()
                                            .contains(setting().generation().separator())
                                    ? completeStep(hypothesis)
                                    : hypothesis);
            }
        }

        private static Hypothesis with(Hypothesis hypothesis, Step partial, float logProb, int tokens, Finish finish) {
            return new Hypothesis(
                    hypothesis.node, partial, hypothesis.logProb + logProb, hypothesis.length + tokens, finish);
        }

        /// Makes the partial step a node.
        private Hypothesis completeStep(Hypothesis hypothesis) {
            return new Hypothesis(
                    grow(hypothesis.node, hypothesis.partial, hypothesis.finish),
                    Step.Text.EMPTY,
                    hypothesis.logProb,
                    hypothesis.length,
                    hypothesis.finish);
        }

        private Set<Node> nodes() {
            var nodes = new LinkedHashSet<Node>();
            for (var hypothesis : live) nodes.add(hypothesis.node);
            nodes.remove(origin());
            return nodes;
        }

        /// Records which nodes the live hypotheses have reached and which no hypothesis extends any more.
        private void recordSelection(Set<Node> before) {
            var after = nodes();
            if (after.equals(before)) return;
            var kept = new ArrayList<Choice>();
            var pruned = new ArrayList<Choice>();
            for (var node : after) kept.add(choice(node, kept.size(), rankingScore(at(node)), reason(node)));
            for (var node : before)
                if (!after.contains(node)
                        && after.stream().noneMatch(other -> tree().isBelow(other, node))
                        && ended.stream().noneMatch(text -> tree().isBelow(text.node, node)))
                    pruned.add(choice(node, kept.size() + pruned.size(), rankingScore(at(node)), reason(node)));
            select(iteration++, kept, pruned);
            live.removeIf(hypothesis -> excluded(hypothesis.node));
        }

        private String reason(Node node) {
            var at = at(node);
            return String.format(Locale.ROOT, "log-probability %.3f of %d tokens", at.logProb, at.length);
        }

        private void finish() {
            candidates = ended.stream()
                    .map(text -> text.node.finish().ends() ? text.node : completeStep(text).node)
                    .toList();
            ended = new ArrayList<>();
            if (setting().scored())
                candidates.stream().filter(node -> !node.scored()).forEach(this::score);
            if (!asks()) endAll();
        }

        private void endAll() {
            int number = tree().nextCandidate() - firstCandidate();
            for (var node : candidates) if (!excluded(node) && node.candidate() < 0) end(number++, node);
            candidates = List.of();
        }

        @Override
        protected void reconfigure(Strategy changed) {
            super.reconfigure(changed);
            now = (LogProbBeam) changed;
        }
    }
}
