package dev.espalier.figure;

import dev.espalier.search.log.SearchTree;
import dev.espalier.search.vote.Tally;
import dev.espalier.search.vote.Vote;
import java.util.HashMap;
import java.util.Map;

/// What to mark in a picture of a tree. Node and candidate numbers are -1 for none.
///
/// @param answers     by candidate
/// @param selected    the node with a ring
/// @param hovered     the node below the pointer
/// @param highlighted the node at the end of the emphasised path, which starts at the problem
/// @param winner      the candidate that won the vote
public record TreeMarks(Map<Integer, DisplayedAnswer> answers, int selected, int hovered, int highlighted, int winner) {
    public static final TreeMarks NONE = new TreeMarks(Map.of(), -1, -1, -1, -1);

    public TreeMarks {
        answers = Map.copyOf(answers);
    }

    /// The marks of a search: every candidate's answer, the winner of a vote and the path to it.
    ///
    /// @param graded true if the problem has a gold answer
    /// @param text   how to write answers
    public static TreeMarks of(SearchTree tree, Tally tally, Vote vote, boolean graded, TaskText text) {
        int winner = tally.elect(vote).map(Tally.Group::bestCandidate).orElse(-1);
        int end = tree.candidates().stream()
                .filter(node -> node.candidate() == winner)
                .findFirst()
                .map(SearchTree.Node::id)
                .orElse(-1);
        return new TreeMarks(answers(tally, graded, text), -1, -1, end, winner);
    }

    /// The answer of each candidate as the tree shows it.
    ///
    /// @param graded true if the problem has a gold answer
    /// @param text   how to write answers
    public static Map<Integer, DisplayedAnswer> answers(Tally tally, boolean graded, TaskText text) {
        var answers = new HashMap<Integer, DisplayedAnswer>();
        for (var group : tally.groups()) {
            var correctness = !graded
                    ? DisplayedAnswer.Correctness.UNKNOWN
                    : group.correct() ? DisplayedAnswer.Correctness.RIGHT : DisplayedAnswer.Correctness.WRONG;
            var answer = new DisplayedAnswer(text.answer(group.display()), correctness);
            for (int candidate : group.members()) answers.put(candidate, answer);
        }
        return answers;
    }

    public TreeMarks withAnswers(Map<Integer, DisplayedAnswer> shown) {
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
