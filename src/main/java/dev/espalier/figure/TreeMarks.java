package dev.espalier.figure;

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
