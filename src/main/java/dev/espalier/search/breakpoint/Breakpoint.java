package dev.espalier.search.breakpoint;

import dev.espalier.answer.Extraction;
import dev.espalier.search.log.Intervention;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.vote.Answers;
import dev.espalier.task.Verdicts;
import java.util.HashSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A condition under which a search pauses by itself. It is asked at every event. Written and read as text, for example
/// `score < 0.2 and iteration >= 3` (see [#parse]).
///
/// Most conditions are about what the event itself says and hold at that event alone; some are about how far the search is
/// and hold from some event on: such a one pauses the search once.
public sealed interface Breakpoint {

    /// What a condition is asked about.
    ///
    /// @param tree     as the event has made it
    /// @param answers  of the search so far
    /// @param verdicts on them
    record Moment(SearchEvent event, SearchTree tree, Answers answers, Verdicts verdicts) {
        /// What a node's path answers so far, as if it had been cut off there; null where it has no answer yet.
        private @Nullable Extraction answer(int node) {
            var answer = answers.of(tree, tree.node(node), false);
            // Parity mode takes the last number of a text that goes on, which is no answer yet.
            return answer == null || answer.found().rule() == Extraction.Rule.LAST_NUMBER ? null : answer.found();
        }
    }

    boolean holds(Moment moment);

    /// Whether it holds from some event on, rather than at single events.
    default boolean lasting() {
        return false;
    }

    /// @throws dev.espalier.EspalierException with the place that is not understood and what would be
    static Breakpoint parse(String text) {
        return new BreakpointText(text).read();
    }

    /// An iteration (from 1) has made its choice.
    record Iteration(int number) implements Breakpoint {
        @Override
        public boolean holds(Moment moment) {
            return moment.event() instanceof SearchEvent.Selected selected && selected.iteration() + 1 == number;
        }

        @Override
        public String toString() {
            return "iteration = " + number;
        }
    }

    /// So many iterations have made their choice.
    record Iterations(int atLeast) implements Breakpoint {
        @Override
        public boolean holds(Moment moment) {
            return moment.tree().iterations() >= atLeast;
        }

        @Override
        public boolean lasting() {
            return true;
        }

        @Override
        public String toString() {
            return "iteration >= " + atLeast;
        }
    }

    /// A step was scored below a number, or above.
    record Score(boolean below, double limit) implements Breakpoint {
        @Override
        public boolean holds(Moment moment) {
            if (!(moment.event() instanceof SearchEvent.Scored scored) || scored.scores().isEmpty()) return false;
            double score = scored.scores().getLast();
            // A score that is not a number counts as the lowest.
            return below ? !(score >= limit) : score > limit;
        }

        @Override
        public String toString() {
            return "score " + (below ? "< " : "> ") + Parameters.written(limit);
        }
    }

    /// The best two of a choice are closer to each other than this.
    record Margin(double below) implements Breakpoint {
        @Override
        public boolean holds(Moment moment) {
            if (!(moment.event() instanceof SearchEvent.Selected selected)) return false;
            var best = Stream.concat(selected.kept().stream(), selected.pruned().stream()).map(SearchEvent.Choice::value)
                .sorted(java.util.Comparator.reverseOrder()).limit(2).toList();
            return best.size() == 2 && best.get(0) - best.get(1) < below;
        }

        @Override
        public String toString() {
            return "margin < " + Parameters.written(below);
        }
    }

    /// A path that has a right answer is pruned. Waits for the grader, on the search's thread.
    record GoldPruned() implements Breakpoint {
        @Override
        public boolean holds(Moment moment) {
            return switch (moment.event()) {
                case SearchEvent.Selected selected -> selected.pruned().stream().anyMatch(choice -> right(moment, choice.node()));
                case SearchEvent.Intervened(Intervention.Prune prune) -> right(moment, prune.node());
                default -> false;
            };
        }

        private static boolean right(Moment moment, int node) {
            var answer = moment.answer(node);
            if (answer == null) return false;
            var verdict = moment.verdicts().of(moment.answers().problem(), moment.answers().task(), answer.answer());
            return verdict != null && verdict.accepted();
        }

        @Override
        public String toString() {
            return "gold pruned";
        }
    }

    /// Fewer different texts than this are kept.
    record Distinct(int below) implements Breakpoint {
        @Override
        public boolean holds(Moment moment) {
            if (!(moment.event() instanceof SearchEvent.Selected selected)) return false;
            var texts = new HashSet<String>();
            for (var choice : selected.kept()) texts.add(moment.tree().text(choice.node()));
            return texts.size() < below;
        }

        @Override
        public String toString() {
            return "distinct < " + below;
        }
    }

    /// A path comes to have an answer, such as one in a box.
    record Boxed() implements Breakpoint {
        @Override
        public boolean holds(Moment moment) {
            return switch (moment.event()) {
                case SearchEvent.Sampled sampled -> {
                    for (int node = sampled.firstNode(); node <= sampled.lastNode(); node++) if (answers(moment, node)) yield true;
                    yield false;
                }
                case SearchEvent.Grown grown -> answers(moment, grown.node());
                default -> false;
            };
        }

        private static boolean answers(Moment moment, int node) {
            return moment.answer(node) != null && moment.answer(moment.tree().node(node).parent()) == null;
        }

        @Override
        public String toString() {
            return "boxed";
        }
    }

    /// What a budget is counted in.
    enum Budget {
        TOKENS {
            @Override
            long of(SearchTree tree) { return tree.policyCost().generated(); }
        },
        PROCESSED {
            @Override
            long of(SearchTree tree) { return tree.policyCost().processed() + tree.rewardCost().processed(); }
        },
        CANDIDATES {
            @Override
            long of(SearchTree tree) { return tree.candidates().size(); }
        };

        abstract long of(SearchTree tree);
    }

    /// So much has been spent: generated tokens, tokens processed by both models, candidates.
    record Spent(Budget budget, long atLeast) implements Breakpoint {
        @Override
        public boolean holds(Moment moment) {
            return budget.of(moment.tree()) >= atLeast;
        }

        @Override
        public boolean lasting() {
            return true;
        }

        @Override
        public String toString() {
            return budget.name().toLowerCase(java.util.Locale.ROOT) + " >= " + atLeast;
        }
    }

    record Both(Breakpoint left, Breakpoint right) implements Breakpoint {
        @Override
        public boolean holds(Moment moment) {
            return left.holds(moment) && right.holds(moment);
        }

        @Override
        public boolean lasting() {
            return left.lasting() && right.lasting();
        }

        @Override
        public String toString() {
            return wrapped(left) + " and " + wrapped(right);
        }

        private static String wrapped(Breakpoint part) {
            return part instanceof Either ? "(" + part + ")" : part.toString();
        }
    }

    record Either(Breakpoint left, Breakpoint right) implements Breakpoint {
        @Override
        public boolean holds(Moment moment) {
            return left.holds(moment) || right.holds(moment);
        }

        @Override
        public boolean lasting() {
            return left.lasting() && right.lasting();
        }

        @Override
        public String toString() {
            return left + " or " + right;
        }
    }

    record Not(Breakpoint of) implements Breakpoint {
        @Override
        public boolean holds(Moment moment) {
            return !of.holds(moment);
        }

        @Override
        public boolean lasting() {
            return true;
        }

        @Override
        public String toString() {
            return of instanceof Both || of instanceof Either ? "not (" + of + ")" : "not " + of;
        }
    }
}
