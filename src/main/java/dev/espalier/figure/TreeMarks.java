package dev.espalier.figure;

import dev.espalier.search.log.SearchTree;
import dev.espalier.search.vote.Tally;
import dev.espalier.search.vote.Vote;
import java.util.HashMap;
import java.util.Map;

/// What a picture of a tree shows on top of the tree; node and candidate numbers, -1 for none.
///
/// @param answers     by candidate
/// @param selected    node with the ring
/// @param hovered     node under the pointer
/// @param highlighted the path from the problem to this node is drawn strongly
/// @param winner      candidate that won the vote
public record TreeMarks(Map<Integer, Answer> answers, int selected, int hovered, int highlighted, int winner) {
    public static final TreeMarks NONE = new TreeMarks(Map.of(), -1, -1, -1, -1);

    public TreeMarks {
        answers = Map.copyOf(answers);
    }

    /// What a finished (or growing) search has to say: every candidate's answer, the winner of a vote and the path to it.
    ///
    /// @param graded whether the problem has a gold answer
    public static TreeMarks of(SearchTree tree, Tally tally, Vote vote, boolean graded) {
        int winner = tally.elect(vote).map(Tally.Group::bestCandidate).orElse(-1);
        int end = tree.candidates().stream().filter(node -> node.candidate() == winner).findFirst().map(SearchTree.Node::id).orElse(-1);
        return new TreeMarks(answers(tally, graded), -1, -1, end, winner);
    }

    /// Each candidate's answer as the tree shows it.
    ///
    /// @param graded whether the problem has a gold answer
    public static Map<Integer, Answer> answers(Tally tally, boolean graded) {
        var answers = new HashMap<Integer, Answer>();
        for (var group : tally.groups()) {
            var verdict = !graded ? Answer.Verdict.UNKNOWN : group.correct() ? Answer.Verdict.RIGHT : Answer.Verdict.WRONG;
            for (int candidate : group.members()) answers.put(candidate, new Answer(group.display(), verdict));
        }
        return answers;
    }

    public TreeMarks withAnswers(Map<Integer, Answer> shown) {
        return new TreeMarks(shown, selected, hovered, highlighted, winner);
    }

    public TreeMarks withSelected(int node) {
        return new TreeMarks(answers, node, hovered, highlighted, winner);
    }

    public TreeMarks withHovered(int node) {
        return new TreeMarks(answers, selected, node, highlighted, winner);
    }

    public TreeMarks withHighlighted(int node) {
        return new TreeMarks(answers, selected, hovered, node, winner);
    }

    public TreeMarks withWinner(int candidate) {
        return new TreeMarks(answers, selected, hovered, highlighted, candidate);
    }
}
