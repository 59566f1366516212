package dev.espalier.figure;

import java.awt.Graphics2D;
import java.util.ArrayList;
import java.util.List;

/// Draws legend entries side by side, in as many lines as they need.
final class Legend {
    static final double LINE_HEIGHT = 18;
    private static final double GAP = 14;
    private static final double FONT_SIZE = 11;

    /// Draws a symbol that starts at x, vertically centred on y.
    interface SymbolPainter {
        void draw(Graphics2D g, double x, double y);
    }

    private record Item(double symbolWidth, SymbolPainter symbol, String label) {}

    private record Placed(Item item, double x, int line, String label) {}

    private final Theme theme;
    private final List<Item> items = new ArrayList<>();

    Legend(Theme theme) {
        this.theme = theme;
    }

    Legend add(String label, double symbolWidth, SymbolPainter symbol) {
        items.add(new Item(symbolWidth, symbol, label));
        return this;
    }

    private List<Placed> place(double width) {
        var font = theme.font(FONT_SIZE);
        var placed = new ArrayList<Placed>();
        double x = 0;
        int line = 0;
        for (var item : items) {
            double before = item.symbolWidth > 0 ? item.symbolWidth + 5 : 0;
            var label = FigureText.shortened(font, item.label, width - before);
            double needs = before + FigureText.width(font, label);
            if (x > 0 && x + needs > width) {
                x = 0;
                line++;
            }
            placed.add(new Placed(item, x, line, label));
            x += needs + GAP;
        }
        return placed;
    }

    int lines(double width) {
        var placed = place(width);
        return placed.isEmpty() ? 0 : placed.getLast().line + 1;
    }

    double height(double width) {
        return lines(width) * LINE_HEIGHT;
    }

    /// @param x,y the upper left corner
    void draw(Graphics2D g, double x, double y, double width) {
        for (var entry : place(width)) {
            double middle = y + (entry.line + 0.5) * LINE_HEIGHT;
            double at = x + entry.x;
            if (entry.item.symbolWidth > 0) {
                entry.item.symbol.draw(g, at, middle);
                at += entry.item.symbolWidth + 5;
            }
            FigureText.left(g, theme.font(FONT_SIZE), theme.colour(FigureColour.MUTED), entry.label, at, middle);
        }
    }
}
