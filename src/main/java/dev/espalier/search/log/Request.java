package dev.espalier.search.log;

import dev.espalier.model.Step;
import dev.espalier.problem.Variant;
import java.util.List;

/// A search's request to a model. A search numbers its requests from 0, in the order in which it makes them. A request
/// names its model by the index within the role: 0 is the first policy or reward model of the configuration, the
/// default.
public sealed interface Request {
    /// Unique within the search.
    int id();

    /// The model's index within its role.
    int model();

    /// Continue a path.
    ///
    /// @param parent       the node whose path is continued; 0 is the problem
    /// @param path         the child indices from the root to the new child: the key of its random numbers
    /// @param stopAtStep   stop at the end of the next step; if false, continue to the end of the text
    /// @param greedy       always take the most probable token, regardless of the temperature
    /// @param maxNewTokens the number of tokens that the path can still generate
    /// @param variant      [Variant#IDENTITY] to continue the parent's text; any other variant begins a new text
    ///                     with its own prompt (another form of the problem, a critique, a revision)
    /// @param model        the policy
    record Sample(
            int id,
            int parent,
            List<Integer> path,
            boolean stopAtStep,
            boolean greedy,
            int maxNewTokens,
            Variant variant,
            int model)
            implements Request {
        public Sample {
            path = List.copyOf(path);
        }

        public Sample(
                int id,
                int parent,
                List<Integer> path,
                boolean stopAtStep,
                boolean greedy,
                int maxNewTokens,
                Variant variant) {
            this(id, parent, path, stopAtStep, greedy, maxNewTokens, variant, 0);
        }

        /// Whether the request begins a new text.
        public boolean anew() {
            return !variant.equals(Variant.IDENTITY);
        }

        public int childIndex() {
            return path.getLast();
        }
    }

    /// Look ahead of a node by one more greedy step. The step does not become a node.
    ///
    /// @param model the policy
    record LookAhead(int id, int node, int maxNewTokens, int model) implements Request {}

    /// The k most probable next tokens of a path.
    ///
    /// @param begun the unfinished step after the node's path, [Step.Text#EMPTY] for none
    /// @param model the policy
    record NextTokens(int id, int node, Step begun, int k, int model) implements Request {}

    /// Score the steps of the path that ends at a node.
    ///
    /// @param ahead whether to score the look-ahead steps too
    /// @param model the reward model
    record Score(int id, int node, boolean ahead, int model) implements Request {
        public Score(int id, int node, boolean ahead) {
            this(id, node, ahead, 0);
        }
    }
}
