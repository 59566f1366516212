package dev.espalier.cli;

import java.util.ArrayList;
import java.util.List;

/// A table with aligned columns: the first column is left-aligned, the others are right-aligned.
final class Table {
    private final List<List<String>> rows = new ArrayList<>();
    private boolean textColumn;

    Table(String... head) {
        rows.add(List.of(head));
    }

    Table row(Object... cells) {
        rows.add(java.util.Arrays.stream(cells).map(String::valueOf).toList());
        return this;
    }

    /// Left-aligns the last column, for sentences.
    Table withTextColumn() {
        textColumn = true;
        return this;
    }

    @Override
    public String toString() {
        return draw("", "  ", "");
    }

    /// The same as a Markdown table.
    String markdown() {
        var widths = widths();
        var text = new StringBuilder(draw("| ", " | ", " |"));
        var rule = new StringBuilder("|");
        for (int i = 0; i < widths.length; i++)
            rule.append(i == 0 ? "-".repeat(widths[i] + 2) : "-".repeat(widths[i] + 1) + ":")
                    .append('|');
        return text.insert(text.indexOf("\n") + 1, rule + "\n").toString();
    }

    private int[] widths() {
        var widths = new int[rows.getFirst().size()];
        for (var row : rows)
            for (int i = 0; i < row.size(); i++)
                widths[i] = Math.max(widths[i], row.get(i).length());
        return widths;
    }

    private String draw(String before, String between, String after) {
        var widths = widths();
        var lines = new ArrayList<String>();
        for (var row : rows) {
            var cells = new ArrayList<String>();
            for (int i = 0; i < row.size(); i++) {
                var pad = " ".repeat(widths[i] - row.get(i).length());
                cells.add(i == 0 || textColumn && i == row.size() - 1 ? row.get(i) + pad : pad + row.get(i));
            }
            lines.add((before + String.join(between, cells) + after).stripTrailing());
        }
        return String.join("\n", lines);
    }
}
