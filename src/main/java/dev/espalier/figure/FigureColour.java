package dev.espalier.figure;

import java.util.Locale;

/// The colours of figures. `EDGE_PRUNED` is `-espalier-edge-pruned` in the colour sheets.
public enum FigureColour {
    BACKGROUND,
    PANEL,
    BORDER,
    GRID,
    TEXT,
    MUTED,
    ACCENT,
    HIGHLIGHT,
    ROOT,
    ROOT_TEXT,
    OUTLINE,
    EDGE,
    EDGE_PRUNED,
    KEPT,
    PRUNED,
    UNSCORED,
    PATH,
    SELECTED,
    RIGHT,
    WRONG,
    RIGHT_MARK,
    WRONG_MARK,
    UNKNOWN,
    CHIP_TEXT,
    VOTES,
    SUMS,
    LINE,
    COVERAGE;

    String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
