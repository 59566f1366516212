package dev.espalier.ui.search;

import dev.espalier.figure.ScoresFigure;
import dev.espalier.ui.kit.FigurePane;
import dev.espalier.ui.kit.Fxml;
import dev.espalier.ui.kit.LatestWins;
import dev.espalier.ui.kit.ViewContext;
import javafx.fxml.FXML;
import javafx.scene.Parent;
import javafx.scene.layout.StackPane;

/// The scores panel: the PRM scores of all candidates by step.
final class ScoresView {
    private final SearchModel model;
    private final ViewContext context;
    private final FigurePane scores;
    private final LatestWins scoring;
    private final Parent root;

    @FXML
    private StackPane place;

    ScoresView(SearchModel model, ViewContext context) {
        this.model = model;
        this.context = context;
        scores = new FigurePane(context.background());
        scoring = new LatestWins(context.background());
        root = Fxml.SCORES.load(this);
    }

    Parent root() {
        return root;
    }

    @FXML
    private void initialize() {
        place.getChildren().add(scores);
        scores.dark().bind(context.settings().dark());
        scores.setAccessibleText("PRM scores by step, one line per candidate");
        model.tree().snapshot().subscribe(this::draw);
        model.highlight().path().subscribe(this::draw);
    }

    private void draw() {
        var now = model.tree().snapshot().get().tree();
        int path = model.highlight().path().get();
        scoring.submit(
                () -> ScoresFigure.of(now, path),
                scores.figure()::set,
                _ -> scores.figure().set(null));
    }
}
