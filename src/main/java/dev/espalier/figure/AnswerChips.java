package dev.espalier.figure;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.RoundRectangle2D;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Draws the answers below the nodes of ended paths. Chips never overlap. Neighbours with the same answer share one
/// chip with a count. A chip that does not fit moves one line down if the row spacing allows; otherwise only its mark
/// remains.
final class AnswerChips {
    /// The placeholder for an answer that is not extracted yet.
    private static final DisplayedAnswer UNREAD = new DisplayedAnswer("…", DisplayedAnswer.Correctness.UNKNOWN);
    /// The distance from the centre of a node to the top of its chip.
    private static final double CHIP_OFFSET = 10;
    private static final double CHIP_HEIGHT = 15;
    private static final double GAP = 3;
    private static final double MARK_SIZE = 7;
    private static final double MAX_LABEL_WIDTH = 110;

    private final Graphics2D g;
    private final double width;
    private final double height;
    private final Theme theme;
    private final TreeLayout layout;
    private final TreeMarks marks;
    private final Viewport view;
    private final Font font;

    AnswerChips(
            Graphics2D g, double width, double height, Theme theme, TreeLayout layout, TreeMarks marks, Viewport view) {
        this.g = g;
        this.width = width;
        this.height = height;
        this.theme = theme;
        this.layout = layout;
        this.marks = marks;
        this.view = view;
        font = theme.bold(10.5);
    }

    /// One answer, or several neighbours with the same answer.
    private final class Chip {
        final DisplayedAnswer answer;
        final boolean winner;
        final double firstX;
        double lastX;
        int count = 1;

        Chip(DisplayedAnswer answer, boolean winner, double x) {
            this.answer = answer;
            this.winner = winner;
            firstX = x;
            lastX = x;
        }

        String label() {
            var text = answer.text().isBlank() ? "—" : answer.text();
            return FigureText.shortened(font, text, MAX_LABEL_WIDTH) + (count > 1 ? " ×" + count : "");
        }

        double chipWidth() {
            return FigureText.width(font, label())
                    + 12
                    + (answer.correctness() == DisplayedAnswer.Correctness.UNKNOWN ? 0 : MARK_SIZE + 3);
        }

        double left() {
            return Math.clamp((firstX + lastX - chipWidth()) / 2, 1, Math.max(1, width - chipWidth() - 1));
        }

        double right() {
            return left() + chipWidth();
        }

        boolean overlaps(Chip other) {
            return left() - 2 * GAP < other.right() && other.left() < right() + 2 * GAP;
        }
    }

    void draw() {
        double spacing = view.scaleY() * TreeLayout.ROW;
        for (int row = 1; row <= layout.maxDepth(); row++) {
            double y = view.screenY(row * TreeLayout.ROW);
            if (y < -30 || y > height + 10) continue;
            row(layout.rows[row], y, row == layout.maxDepth() ? height - y : spacing - 12);
        }
    }

    private void row(int[] nodes, double y, double spacing) {
        int lines = Math.clamp((long) Math.floor((spacing - CHIP_OFFSET + 1) / (CHIP_HEIGHT + 2)), 0, 2);
        var placed = new ArrayList<List<Chip>>();
        for (int line = 0; line < lines; line++) placed.add(new ArrayList<>());
        var winning = winner(nodes);
        double lastMark = Double.NEGATIVE_INFINITY;
        for (int i = TreePainter.firstRightOf(layout, nodes, view.layoutX(-20)); i < nodes.length; i++) {
            int node = nodes[i];
            double x = view.screenX(layout.x[node]);
            if (x > width + 20) break;
            if (!layout.shape.ended(node)) continue;
            int candidate = layout.shape.candidates()[node];
            var answer = marks.answers().getOrDefault(candidate, UNREAD);
            if (candidate == marks.winner() && lines > 0 || place(placed, new Chip(answer, false, x), winning))
                continue;
            double radius = TreePainter.radius(layout, view, node);
            if (x - lastMark < 7 || radius + 8 > spacing || hidden(placed, winning, x)) continue;
            lastMark = x;
            mark(answer.correctness(), x, y + radius + 5);
        }
        for (int line = 0; line < lines; line++)
            for (var chip : placed.get(line)) chip(chip, y + CHIP_OFFSET + line * (CHIP_HEIGHT + 2));
        if (lines > 0 && winning != null) chip(winning, y + CHIP_OFFSET);
    }

    /// The chip of the elected answer. It is placed first, on the first line.
    private @Nullable Chip winner(int[] nodes) {
        for (int node : nodes) {
            if (layout.shape.ended(node) && layout.shape.candidates()[node] == marks.winner()) {
                return new Chip(
                        marks.answers().getOrDefault(marks.winner(), UNREAD), true, view.screenX(layout.x[node]));
            }
        }
        return null;
    }

    private boolean hidden(List<List<Chip>> placed, @Nullable Chip winning, double x) {
        if (!placed.isEmpty() && winning != null && x > winning.left() - 6 && x < winning.right() + 6) return true;
        return placed.stream()
                .flatMap(List::stream)
                .anyMatch(chip ->
                        x > Math.min(chip.left(), chip.firstX) - 5 && x < Math.max(chip.right(), chip.lastX) + 5);
    }

    private boolean place(List<List<Chip>> placed, Chip chip, @Nullable Chip winning) {
        for (var line : placed) {
            var taken = line == placed.getFirst() ? winning : null;
            if (taken != null && taken.overlaps(chip)) continue;
            if (line.isEmpty() || line.getLast().right() + GAP <= chip.left()) {
                line.add(chip);
                return true;
            }
            var before = line.getLast();
            if (before.answer.equals(chip.answer)) {
                double lastX = before.lastX;
                before.lastX = chip.lastX;
                before.count++;
                boolean clear = line.size() < 2 || line.get(line.size() - 2).right() + GAP <= before.left();
                if (clear && (taken == null || !taken.overlaps(before))) return true;
                before.lastX = lastX;
                before.count--;
            }
        }
        return false;
    }

    private void chip(Chip chip, double top) {
        double left = chip.left(), wide = chip.chipWidth(), middle = top + CHIP_HEIGHT / 2;
        if (chip.count > 1) {
            g.setColor(colour(chip.answer.correctness()));
            g.setStroke(new BasicStroke(1.4f));
            g.draw(new Line2D.Double(chip.firstX, top - 1, chip.lastX, top - 1));
        }
        var box = new RoundRectangle2D.Double(left, top, wide, CHIP_HEIGHT, CHIP_HEIGHT, CHIP_HEIGHT);
        g.setColor(colour(chip.answer.correctness()));
        g.fill(box);
        var text = theme.colour(FigureColour.CHIP_TEXT);
        FigureText.left(g, font, text, chip.label(), left + 6, middle);
        double at = left + wide - 6 - MARK_SIZE / 2;
        switch (chip.answer.correctness()) {
            case RIGHT -> FigureText.tick(g, text, at, middle, MARK_SIZE);
            case WRONG -> FigureText.cross(g, text, at, middle, MARK_SIZE);
            case UNKNOWN -> {}
        }
        if (chip.winner) {
            g.setColor(theme.colour(FigureColour.PATH));
            g.setStroke(new BasicStroke(2f));
            g.draw(new RoundRectangle2D.Double(
                    left - 2, top - 2, wide + 4, CHIP_HEIGHT + 4, CHIP_HEIGHT + 4, CHIP_HEIGHT + 4));
        }
    }

    private void mark(DisplayedAnswer.Correctness correctness, double x, double y) {
        switch (correctness) {
            case RIGHT -> FigureText.tick(g, theme.colour(FigureColour.RIGHT_MARK), x, y, 6);
            case WRONG -> FigureText.cross(g, theme.colour(FigureColour.WRONG_MARK), x, y, 6);
            case UNKNOWN -> {
                g.setColor(colour(correctness));
                g.setStroke(new BasicStroke(1.4f));
                g.draw(new Line2D.Double(x - 2.5, y, x + 2.5, y));
            }
        }
    }

    private Color colour(DisplayedAnswer.Correctness correctness) {
        return theme.colour(
                switch (correctness) {
                    case RIGHT -> FigureColour.RIGHT;
                    case WRONG -> FigureColour.WRONG;
                    case UNKNOWN -> FigureColour.UNKNOWN;
                });
    }
}
