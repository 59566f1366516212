package dev.espalier.search.log;

import dev.espalier.model.Step;
import dev.espalier.problem.Variant;
import java.util.List;

/// What a search asks for. Requests are numbered from 0 within a search, in the order in which they were asked.
public sealed interface Request {
    /// Unique within the search.
    int id();

    /// Continue a path.
    ///
    /// @param parent       the node whose path is continued (0 is the problem itself)
    /// @param path         the child indices from the root down to the new child: the key of its random numbers
    /// @param stopAtStep   stop at the next step's end, else run to the end of the text
    /// @param greedy       take the most probable token whatever the run's temperature
    /// @param maxNewTokens what the path may still generate
    /// @param variant      [Variant#IDENTITY] to go on with the parent's text; else a new text begins, for which the policy is asked in this way
    ///                     (another form of the problem, a critique, a revision)
    record Sample(int id, int parent, List<Integer> path, boolean stopAtStep, boolean greedy, int maxNewTokens, Variant variant) implements Request {
        public Sample {
            path = List.copyOf(path);
        }

        /// Whether it begins a text of its own.
        public boolean anew() {
            return !variant.equals(Variant.IDENTITY);
        }

        public int childIndex() {
            return path.getLast();
        }
    }

    /// Continue the path of a node by one greedy step that is not kept, behind what was looked ahead before.
    record LookAhead(int id, int node, int maxNewTokens) implements Request {}

    /// The k most probable next tokens of a path.
    ///
    /// @param begun what stands behind the node's path and is no node yet: the beginning of a step, [Step.Text#EMPTY] for nothing
    record NextTokens(int id, int node, Step begun, int k) implements Request {}

    /// Score the steps of the path that ends at a node.
    ///
    /// @param ahead whether what was looked ahead of the node is scored with it
    record Score(int id, int node, boolean ahead) implements Request {}
}
