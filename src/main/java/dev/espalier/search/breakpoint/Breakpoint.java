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

/// A condition that pauses a search. The search checks it at each event. The user writes it as text, for example
/// `score < 0.2 and iteration >= 3` (see [#parse]); `toString` returns such text.
///
/// Most conditions describe the event itself and hold only at that event. Lasting conditions describe the progress of
/// the search and hold from some event on; such a condition pauses the search once.
public sealed interface Breakpoint {

    /// What a condition is asked about.
    ///
    /// @param tree     as the event has made it
    /// @param answers  of the search so far
    /// @param verdicts on them
    record Moment(SearchEvent event, SearchTree tree, Answers answers, Verdicts verdicts) {
        private @Nullable Extraction answer(int node) {
            return answers.named(tree, node);
        }
    }

    boolean holds(Moment moment);

    /// Whether the condition holds from some event on instead of at single events.
    default boolean lasting() {
        return false;
    }

    /// @throws dev.espalier.EspalierException with the unexpected word and the known conditions
    static Breakpoint parse(String text) {
        return new BreakpointText(text).read();
    }

    /// The selection of an iteration. Iterations count from 1.
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

    /// At least this many iterations have made their selection.
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

    /// The last step of a scored path has a score below or above a limit.
    record Score(boolean below, double limit) implements Breakpoint {
        @Override
        public boolean holds(Moment moment) {
            if (!(moment.event() instanceof SearchEvent.Scored scored)
                    || scored.scores().isEmpty()) return false;
            double score = scored.scores().getLast();
            // NaN counts as the lowest score.
            return below ? !(score >= limit) : score > limit;
        }

        @Override
        public String toString() {
            return "score " + (below ? "< " : "> ") + Parameters.format(limit);
        }
    }

    /// The values of the best two nodes of a selection differ by less than a limit.
    record Margin(double below) implements Breakpoint {
        @Override
        public boolean holds(Moment moment) {
            if (!(moment.event() instanceof SearchEvent.Selected selected)) return false;
            var best = Stream.concat(selected.kept().stream(), selected.pruned().stream())
                    .map(SearchEvent.Choice::value)
                    .sorted(java.util.Comparator.reverseOrder())
                    .limit(2)
                    .toList();
            return best.size() == 2 && best.get(0) - best.get(1) < below;
        }

        @Override
        public String toString() {
            return "margin < " + Parameters.format(below);
        }
    }

    /// A path with a right answer is pruned. Waits for the grader on the search thread.
    record GoldPruned() implements Breakpoint {
        @Override
        public boolean holds(Moment moment) {
            return switch (moment.event()) {
                case SearchEvent.Selected selected ->
                    selected.pruned().stream().anyMatch(choice -> right(moment, choice.node()));
                case SearchEvent.Intervened(Intervention.Prune prune) -> right(moment, prune.node());
                default -> false;
            };
        }

        private static boolean right(Moment moment, int node) {
            var answer = moment.answer(node);
            if (answer == null) return false;
            var verdict = moment.verdicts()
                    .of(moment.answers().problem(), moment.answers().task(), answer.answer());
            return verdict != null && verdict.accepted();
        }

        @Override
        public String toString() {
            return "gold pruned";
        }
    }

    /// A selection keeps fewer different texts than a limit.
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

    /// A path gets its first answer, for example in a box.
    record Boxed() implements Breakpoint {
        @Override
        public boolean holds(Moment moment) {
            return switch (moment.event()) {
                case SearchEvent.Sampled sampled -> {
                    for (int node = sampled.firstNode(); node <= sampled.lastNode(); node++)
                        if (answers(moment, node)) yield true;
                    yield false;
                }
                case SearchEvent.Grown grown -> answers(moment, grown.node());
                default -> false;
            };
        }

        private static boolean answers(Moment moment, int node) {
            return moment.answer(node) != null
                    && moment.answer(moment.tree().node(node).parent()) == null;
        }

        @Override
        public String toString() {
            return "boxed";
        }
    }

    /// The unit of a budget.
    enum Budget {
        TOKENS {
            @Override
            long of(SearchTree tree) {
                return tree.policyCost().generated();
            }
        },
        PROCESSED {
            @Override
            long of(SearchTree tree) {
                return tree.policyCost().processed() + tree.rewardCost().processed();
            }
        },
        CANDIDATES {
            @Override
            long of(SearchTree tree) {
                return tree.candidates().size();
            }
        };

        abstract long of(SearchTree tree);
    }

    /// At least this much of a budget is used: generated tokens, tokens processed by both models, or candidates.
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
