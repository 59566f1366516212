package dev.espalier.ui.search;

import dev.espalier.figure.TaskText;
import dev.espalier.figure.Theme;
import dev.espalier.figure.VotesFigure;
import dev.espalier.io.SafeText;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.vote.Tally;
import dev.espalier.search.vote.Vote;
import dev.espalier.ui.kit.FigurePane;
import dev.espalier.ui.kit.Fxml;
import dev.espalier.ui.kit.ViewContext;
import javafx.beans.binding.Bindings;
import javafx.fxml.FXML;
import javafx.scene.Parent;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.layout.StackPane;
import javafx.util.StringConverter;

/// The votes panel: the answer groups of the shown tree, the reduction and the vote.
final class VotesView {
    private final SearchModel model;
    private final ViewContext context;
    private final FigurePane votes;
    private final Parent root;

    @FXML
    private StackPane place;

    @FXML
    private Label winner;

    @FXML
    private ComboBox<Reduction> reduction;

    @FXML
    private ComboBox<Vote> vote;

    VotesView(SearchModel model, ViewContext context) {
        this.model = model;
        this.context = context;
        votes = new FigurePane(context.background());
        root = Fxml.VOTES.load(this);
    }

    Parent root() {
        return root;
    }

    @FXML
    private void initialize() {
        place.getChildren().add(votes);
        votes.dark().bind(context.settings().dark());
        votes.setAccessibleText("Votes by canonical answer");
        votes.setOnMouseClicked(event -> selectGroup(event.getX(), event.getY()));
        reduction.getItems().setAll(Reduction.values());
        reduction.setConverter(SearchFormView.labels());
        reduction.valueProperty().bindBidirectional(model.votes().reduction());
        vote.getItems().setAll(Vote.values());
        vote.setConverter(new StringConverter<>() {
            @Override
            public String toString(Vote shown) {
                return shown == null ? "" : shown.label();
            }

            @Override
            public Vote fromString(String text) {
                throw new UnsupportedOperationException("the list is not editable");
            }
        });
        vote.valueProperty().bindBidirectional(model.votes().vote());
        winner.textProperty()
                .bind(Bindings.createStringBinding(
                                this::elected,
                                model.votes().tally(),
                                model.votes().vote(),
                                model.votes().message())
                        .map(SafeText::text));
        model.tree().snapshot().subscribe(this::draw);
        model.tree().selected().subscribe(this::draw);
        model.votes().tally().subscribe(this::draw);
    }

    private void draw() {
        var now = model.tree().snapshot().get().tree();
        var tally = model.votes().tally().get();
        int selected = model.tree().selected().get();
        var group = selected < 0
                        || selected >= now.nodes().size()
                        || now.node(selected).candidate() < 0
                ? null
                : tally.groups().stream()
                        .filter(known ->
                                known.members().contains(now.node(selected).candidate()))
                        .findFirst()
                        .map(Tally.Group::key)
                        .orElse(null);
        votes.figure().set(new VotesFigure(tally, group, text()));
    }

    private TaskText text() {
        return new TaskText(model.tree().answers().task().presentation());
    }

    /// A click on an answer group selects its best candidate.
    private void selectGroup(double x, double y) {
        if (!(votes.figure().get() instanceof VotesFigure drawn)) return;
        var theme = context.settings().dark().get() ? Theme.dark() : Theme.light();
        var now = model.tree().snapshot().get().tree();
        drawn.groupAt(x, y, votes.getWidth(), votes.getHeight(), theme)
                .flatMap(key -> drawn.tally().groups().stream()
                        .filter(group -> group.key().equals(key))
                        .findFirst())
                .map(group -> now.candidateNode(group.bestCandidate()))
                .ifPresent(best -> model.tree().selected().set(best.id()));
    }

    private String elected() {
        if (!model.votes().message().get().isEmpty())
            return model.votes().message().get();
        var group = model.votes().tally().get().elect(model.votes().vote().get());
        if (group.isEmpty()) return "canonical answers";
        return group.get().answered() ? "elects " + text().answer(group.get().display()) : "no candidate has an answer";
    }
}
