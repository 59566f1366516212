package dev.espalier.ui.search;

import javafx.scene.layout.Region;

/// A score from 0 to 1 as a bar; empty without a score. The style sheet gives its fill one of nine colours.
final class ScoreBar extends Region {
    private static final int COLOURS = 9;

    private final Region fill = new Region();
    private final double share;

    ScoreBar(double score) {
        share = Double.isNaN(score) ? 0 : Math.clamp(score, 0, 1);
        getStyleClass().add("score-bar");
        fill.getStyleClass().addAll("score-fill", "score-" + Math.round(share * (COLOURS - 1)));
        getChildren().add(fill);
        setMaxWidth(Double.MAX_VALUE);
    }

    @Override
    protected void layoutChildren() {
        fill.resizeRelocate(0, 0, getWidth() * share, getHeight());
    }

    @Override
    protected double computePrefHeight(double width) {
        return 7;
    }

    @Override
    protected double computeMaxHeight(double width) {
        return 7;
    }
}
