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

/// Beam search over tokens by log-probability, without a reward model: the N most probable beginnings are kept, each is asked for
/// its 2·N most probable next tokens, and of all these the N best that go on are kept (ties: the earlier). Those that end are
/// set aside. It is over when N have ended and no beginning is better than the worst of the N best of them, and returns these,
/// the best first. What is compared is the sum of the log-probabilities divided by (number of tokens)^length-penalty; the token
/// that ends a text counts in both.
///
/// Nodes are steps here too: a beginning stands behind the last step that is whole, and becomes a node when its step is.
///
/// Sources: Sutskever, Vinyals, Le 2014, "Sequence to sequence learning with neural networks" (beam search with ended hypotheses set
/// aside); Wu et al. 2016, "Google's neural machine translation system", section 7 (length penalty; here its common simple form).
public record LogProbBeam(int n, double lengthPenalty) implements Strategy {
    static final Strategies.Entry ENTRY = new Strategies.Entry("log-prob-beam", "the N most probable texts, token by token",
        List.of(Parameter.budget(),
            Parameter.number("length-penalty", "0 compares log-probabilities, 1 their mean a token", 1, 0, 10)),
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
        return new Beginnings();
    }

    /// The beginning of a text, or a whole one.
    ///
    /// @param node    its last step that is a node
    /// @param begun   what stands behind that
    /// @param logProb of all its tokens
    /// @param length  their number
    private record Beginning(Node node, Step begun, double logProb, int length, Finish finish) {}

    private final class Beginnings extends StrategyRun {
        private LogProbBeam now = LogProbBeam.this;
        private List<Beginning> live = new ArrayList<>();
        private List<Beginning> ended = new ArrayList<>();
        private List<Node> candidates = List.of();
        private int iteration;

        @Override
        protected void begin() {
            live.add(at(origin()));
            ask();
        }

        @Override
        protected void proceed(List<Node> grown) {
            var nodes = nodes();
            extend();
            for (var node : addedByUser()) (node.finish().ends() ? ended : live).add(at(node));
            live.removeIf(beginning -> excluded(beginning.node));
            ended.removeIf(text -> excluded(text.node));
            ended = best(ended);
            if (!candidates.isEmpty()) endAll();
            var worst = ended.size() < now.n ? Double.NEGATIVE_INFINITY : worth(ended.getLast());
            if (live.stream().noneMatch(beginning -> worth(beginning) > worst)) live.clear();
            choose(nodes);
            ask();
            if (!asks() && !ended.isEmpty()) finish();
        }

        private Beginning at(Node node) {
            double logProb = 0;
            int length = 0;
            for (var at : tree().path(node.id())) {
                for (float token : at.step().logProbs()) logProb += token;
                length += at.step().tokens().length;
            }
            return new Beginning(node, Step.Text.EMPTY, logProb, length, node.finish());
        }

        private double worth(Beginning beginning) {
            return beginning.logProb / StrictMath.pow(Math.max(1, beginning.length), now.lengthPenalty);
        }

        private List<Beginning> best(List<Beginning> of) {
            var order = new ArrayList<>(of);
            order.sort(Comparator.comparingDouble(this::worth).reversed());
            return new ArrayList<>(order.subList(0, Math.min(now.n, order.size())));
        }

        private void ask() {
            for (var beginning : live) requestNextTokens(beginning.node, beginning.begun, 2 * now.n);
        }

        /// Every beginning with each of its most probable next tokens; the best that go on live.
        private void extend() {
            var longer = new ArrayList<Beginning>();
            var nextTokens = nextTokens();
            for (int i = 0; i < nextTokens.size(); i++) {
                var beginning = live.get(i);
                if (nextTokens.get(i).isEmpty()) ended.add(with(beginning, beginning.begun, 0, 0, Finish.LENGTH));
                for (var choice : nextTokens.get(i)) {
                    if (choice.ends()) ended.add(with(beginning, beginning.begun, choice.logProb(), 1, Finish.STOP));
                    else longer.add(with(beginning, beginning.begun.append(choice.token(), choice.text(), choice.logProb()), choice.logProb(), 1, Finish.STEP));
                }
            }
            var kept = best(longer.stream().filter(beginning -> !excluded(beginning.node)).toList());
            for (var beginning : longer) if (pinned(beginning.node) && kept.stream().noneMatch(other -> other.node == beginning.node)) kept.add(beginning);
            live = new ArrayList<>();
            for (var beginning : kept) {
                if (beginning.length >= setting().generation().maxNewTokens()) ended.add(with(beginning, beginning.begun, 0, 0, Finish.LENGTH));
                else live.add(beginning.begun.text().contains(setting().generation().separator()) ? whole(beginning) : beginning);
            }
        }

        private static Beginning with(Beginning beginning, Step begun, float logProb, int tokens, Finish finish) {
            return new Beginning(beginning.node, begun, beginning.logProb + logProb, beginning.length + tokens, finish);
        }

        /// Makes what stands behind the node a node.
        private Beginning whole(Beginning beginning) {
            return new Beginning(grow(beginning.node, beginning.begun, beginning.finish), Step.Text.EMPTY, beginning.logProb, beginning.length, beginning.finish);
        }

        private Set<Node> nodes() {
            var nodes = new LinkedHashSet<Node>();
            for (var beginning : live) nodes.add(beginning.node);
            nodes.remove(origin());
            return nodes;
        }

        /// Tells which nodes have come and which lead nowhere any more.
        private void choose(Set<Node> before) {
            var after = nodes();
            if (after.equals(before)) return;
            var kept = new ArrayList<Choice>();
            var pruned = new ArrayList<Choice>();
            for (var node : after) kept.add(choice(node, kept.size(), worth(at(node)), reason(node)));
            for (var node : before)
                if (!after.contains(node) && after.stream().noneMatch(other -> tree().isBelow(other, node)) && ended.stream().noneMatch(text -> tree().isBelow(text.node, node)))
                    pruned.add(choice(node, kept.size() + pruned.size(), worth(at(node)), reason(node)));
            select(iteration++, kept, pruned);
            live.removeIf(beginning -> excluded(beginning.node));
        }

        private String reason(Node node) {
            var at = at(node);
            return String.format(Locale.ROOT, "log-probability %.3f of %d tokens", at.logProb, at.length);
        }

        private void finish() {
            candidates = ended.stream().map(text -> text.node.finish().ends() ? text.node : whole(text).node).toList();
            ended = new ArrayList<>();
            if (setting().scored()) candidates.stream().filter(node -> !node.scored()).forEach(this::score);
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
