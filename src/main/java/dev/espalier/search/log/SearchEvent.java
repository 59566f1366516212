package dev.espalier.search.log;

import dev.espalier.model.Cost;
import dev.espalier.model.Finish;
import dev.espalier.model.Result;
import dev.espalier.model.Step;
import java.util.List;

/// An event of a search. The list of a search's events, without clock times, is its *logical log*: the same
/// configuration, models and seed give the same log. The screen and the database are computed from it.
///
/// Nodes are numbered in the order of the log. Node 0 is the problem. A [Sampled] event adds a chain below its parent,
/// one node per step, or one node with an empty text if the policy ended the text at once.
public sealed interface SearchEvent {

    /// The first event: the configuration and the problem.
    record Started(SearchConfig config, String problemId, String problem) implements SearchEvent {}

    /// The search handed out a wave of requests.
    record Asked(List<Request> requests) implements SearchEvent {
        public Asked {
            requests = List.copyOf(requests);
        }
    }

    /// The policy sampled steps below `parent`: the nodes `firstNode`, `firstNode + 1`, …, one per step.
    ///
    /// @param variant if the sample begins a new text, the name of the variant in its prompt, otherwise ""
    /// @param note    see [Result.Sampled#note]
    record Sampled(
            int request,
            int parent,
            int childIndex,
            int firstNode,
            List<Step> steps,
            Finish finish,
            Cost cost,
            String variant,
            String note)
            implements SearchEvent {
        public Sampled {
            steps = List.copyOf(steps);
        }

        public Sampled(
                int request,
                int parent,
                int childIndex,
                int firstNode,
                List<Step> steps,
                Finish finish,
                Cost cost,
                String variant) {
            this(request, parent, childIndex, firstNode, steps, finish, cost, variant, "");
        }

        public Sampled(
                int request, int parent, int childIndex, int firstNode, List<Step> steps, Finish finish, Cost cost) {
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

    /// The policy continued the path of `node` greedily, only for its score. The steps follow earlier look-ahead
    /// steps and do not become nodes.
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

    /// A node was added without sampling a step: the strategy built it token by token, or the user wrote it.
    record Grown(int parent, int childIndex, int node, Step step, Finish finish) implements SearchEvent {}

    /// The reward model scored the path that ends at `node`: one number per non-empty step, look-ahead steps
    /// included if they were scored.
    ///
    /// @param rationales the reward model's explanations, one per score; empty if it gives none
    /// @param note       see [Result.Scored#note]
    record Scored(int request, int node, List<Double> scores, List<String> rationales, Cost cost, String note)
            implements SearchEvent {
        public Scored {
            scores = List.copyOf(scores);
            rationales = List.copyOf(rationales);
        }

        public Scored(int request, int node, List<Double> scores, List<String> rationales, Cost cost) {
            this(request, node, scores, rationales, cost, "");
        }

        public Scored(int request, int node, List<Double> scores, Cost cost) {
            this(request, node, scores, List.of(), cost);
        }
    }

    /// An iteration's selection, best first.
    record Selected(int iteration, List<Choice> kept, List<Choice> pruned) implements SearchEvent {
        public Selected {
            kept = List.copyOf(kept);
            pruned = List.copyOf(pruned);
        }
    }

    /// A node's place in a selection.
    ///
    /// @param rank   from 0, among the compared nodes
    /// @param value  the number by which the node was ranked
    /// @param reason the text to show after the rank, for example "of 16, 4 kept". All nodes of a selection share
    ///               one string, since there are many
    record Choice(int node, int rank, double value, String reason) {}

    /// The path that ends at `node` is candidate number `candidate` (from 0).
    record Ended(int candidate, int node, Finish finish) implements SearchEvent {}

    /// A strategy counted the votes of the candidates so far, to decide whether to continue.
    ///
    /// @param leader     the leading answer in its first surface form, "" for none
    /// @param votes      votes for the leader
    /// @param of         all votes
    /// @param confidence probability that the leader stays ahead, by the strategy's own posterior
    record Voted(int iteration, String leader, int votes, int of, double confidence) implements SearchEvent {}

    /// The user intervened; the search is a fork from here on.
    record Intervened(Intervention intervention) implements SearchEvent {}

    /// A problem that did not stop the search, for example a score that is not a number.
    record Warned(String what) implements SearchEvent {}

    /// The search failed and is over; its events stay.
    record Failed(String reason) implements SearchEvent {}

    /// The search is over.
    record Finished(int candidates, Cost policy, Cost reward) implements SearchEvent {}
}
