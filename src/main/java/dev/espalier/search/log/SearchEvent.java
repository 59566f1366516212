package dev.espalier.search.log;

import dev.espalier.model.Cost;
import dev.espalier.model.Finish;
import dev.espalier.model.Result;
import dev.espalier.model.Step;
import java.util.List;

/// One happening of a search. The list of a search's events, without clock times, is its *logical log*: the same
/// configuration, models and seed give the same log. Everything shown and stored is computed from it.
///
/// Nodes are numbered in the order of the log: 0 is the problem, a [Sampled] event adds one node a step (a chain
/// below its parent), or one node with an empty text where the policy ended the text at once.
public sealed interface SearchEvent {

    /// The first event: all that the search depends on.
    record Started(SearchConfig config, String problemId, String problem) implements SearchEvent {}

    /// A wave of requests was handed out.
    record Asked(List<Request> requests) implements SearchEvent {
        public Asked {
            requests = List.copyOf(requests);
        }
    }

    /// A path grew below `parent` by the nodes `firstNode`, `firstNode + 1`, …, one a step.
    ///
    /// @param variant the task's name for the form in which the problem was asked where the path begins a text of its own, "" otherwise
    record Sampled(int request, int parent, int childIndex, int firstNode, List<Step> steps, Finish finish, Cost cost, String variant) implements SearchEvent {
        public Sampled {
            steps = List.copyOf(steps);
        }

        public Sampled(int request, int parent, int childIndex, int firstNode, List<Step> steps, Finish finish, Cost cost) {
            this(request, parent, childIndex, firstNode, steps, finish, cost, "");
        }

        /// The number of nodes that this event adds.
        public int nodes() {
            return Math.max(1, steps.size());
        }

        public int lastNode() {
            return firstNode + nodes() - 1;
        }
    }

    /// The path of `node` was continued greedily for its score alone: these steps are no nodes. They stand behind what was looked ahead before.
    record LookedAhead(int request, int node, List<Step> steps, Finish finish, Cost cost) implements SearchEvent {
        public LookedAhead {
            steps = List.copyOf(steps);
        }
    }

    /// The most probable next tokens of a path.
    record NextTokens(int request, int node, List<Result.TokenChoice> choices, Cost cost) implements SearchEvent {
        public NextTokens {
            choices = List.copyOf(choices);
        }
    }

    /// A node that was not sampled: chosen token by token, or written by a person.
    record Grown(int parent, int childIndex, int node, Step step, Finish finish) implements SearchEvent {}

    /// The path that ends at `node` was scored: one number a non-empty step, those looked ahead too.
    ///
    /// @param rationales why, one a score, where the reward model says so; empty where it does not
    record Scored(int request, int node, List<Double> scores, List<String> rationales, Cost cost) implements SearchEvent {
        public Scored {
            scores = List.copyOf(scores);
            rationales = List.copyOf(rationales);
        }

        public Scored(int request, int node, List<Double> scores, Cost cost) {
            this(request, node, scores, List.of(), cost);
        }
    }

    /// An iteration's choice, best first.
    record Selected(int iteration, List<Choice> kept, List<Choice> pruned) implements SearchEvent {
        public Selected {
            kept = List.copyOf(kept);
            pruned = List.copyOf(pruned);
        }
    }

    /// @param rank   from 0, within what was compared
    /// @param value  the reduction it was ranked by
    /// @param reason what is to be said behind the rank, for example "of 16, 4 kept"; one text for all of a choice, since there are many
    record Choice(int node, int rank, double value, String reason) {}

    /// The path that ends at `node` is candidate number `candidate` (from 0).
    record Ended(int candidate, int node, Finish finish) implements SearchEvent {}

    /// The candidates so far have voted, where that decides whether to go on.
    ///
    /// @param leader     the leading answer as first written, "" for none
    /// @param votes      for it
    /// @param of         all votes
    /// @param confidence probability that it stays the leader, by the strategy's own posterior
    record Voted(int iteration, String leader, int votes, int of, double confidence) implements SearchEvent {}

    /// A person changed the course of the search, which is a fork from here on.
    record Intervened(Intervention intervention) implements SearchEvent {}

    /// Something was not as it should be and the search went on, for example a score that is not a number.
    record Warned(String what) implements SearchEvent {}

    /// The search went wrong and is over; what it had stays.
    record Failed(String reason) implements SearchEvent {}

    /// The search is over.
    record Finished(int candidates, Cost policy, Cost reward) implements SearchEvent {}
}
