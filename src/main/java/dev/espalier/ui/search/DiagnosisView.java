package dev.espalier.ui.search;

import dev.espalier.analysis.Diversity;
import dev.espalier.io.SafeText;
import dev.espalier.ui.kit.DisplayText;
import dev.espalier.ui.kit.Panes;
import java.util.List;
import java.util.stream.Collectors;
import javafx.scene.control.Hyperlink;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Pane;
import javafx.scene.shape.Line;
import javafx.scene.shape.Polyline;

/// The diagnosis strip above the tree.
final class DiagnosisView {
    private static final double WIDTH = 64;
    private static final double HEIGHT = 14;
    private static final double PADDING = 12;
    private static final String EFFECTIVE =
            "Effective beams: 2 to the power of the entropy (bits) of the kept paths' first steps. 1 means that all kept paths begin with the same step.";
    private static final int MOST_ROWS = 20;

    private final HBox diversity;
    private final Label effective;
    private final Pane sparkline;
    private final Tooltip figures = new Tooltip();

    DiagnosisView(
            DiagnosisModel model,
            FlowPane strip,
            Label sentence,
            Hyperlink target,
            HBox diversity,
            Label effective,
            Pane sparkline) {
        this.diversity = diversity;
        this.effective = effective;
        this.sparkline = sparkline;
        var shown = model.strip();
        Panes.showWhen(strip, shown.map(now -> !now.sentence().isEmpty()));
        Panes.showWhen(target, shown.map(now -> now.target() >= 0));
        Panes.showWhen(diversity, shown.map(now -> !now.diversity().isEmpty()));
        Panes.showWhen(sparkline, shown.map(now -> now.diversity().size() > 1));
        sentence.textProperty().bind(shown.map(DiagnosisModel.Strip::sentence).map(SafeText::text));
        target.setOnAction(_ -> {
            model.follow();
            target.setVisited(false);
        });
        figures.setWrapText(true);
        figures.setMaxWidth(420);
        Tooltip.install(diversity, figures);
        sparkline.setPrefSize(WIDTH, HEIGHT);
        sparkline.setMaxSize(WIDTH, HEIGHT);
        // The link and the diversity follow on the next line if the window is narrow.
        sentence.maxWidthProperty().bind(strip.widthProperty().subtract(2 * PADDING));
        shown.subscribe(now -> draw(now.diversity()));
    }

    private void draw(List<Diversity> rows) {
        sparkline.getChildren().clear();
        if (rows.isEmpty()) return;
        effective.setText(
                "effective beams " + (rows.size() == 1 ? "" : of(rows.getFirst()) + " → ") + of(rows.getLast()));
        var last = rows.stream().skip(Math.max(0, rows.size() - MOST_ROWS)).map(DiagnosisView::described);
        figures.setText(EFFECTIVE + "\n" + last.collect(Collectors.joining("\n")));
        diversity.setAccessibleText("Effective beams by iteration: "
                + rows.stream().map(DiagnosisView::of).collect(Collectors.joining(", ")));
        if (rows.size() == 1) return;
        double most = rows.stream().mapToInt(Diversity::kept).max().orElse(1);
        var line = new Polyline();
        line.getStyleClass().add("sparkline");
        for (int i = 0; i < rows.size(); i++)
            line.getPoints()
                    .addAll(
                            i * WIDTH / (rows.size() - 1),
                            HEIGHT - 1 - (HEIGHT - 2) * rows.get(i).effective() / most);
        var base = new Line(0, HEIGHT - 0.5, WIDTH, HEIGHT - 0.5);
        base.getStyleClass().add("sparkline-base");
        sparkline.getChildren().addAll(base, line);
    }

    private static String of(Diversity row) {
        return DisplayText.decimal(row.effective(), 1) + " of " + row.kept();
    }

    private static String described(Diversity row) {
        return "iteration %d: %d kept, %d distinct, %s bits, %s effective"
                .formatted(
                        row.iteration() + 1,
                        row.kept(),
                        row.distinct(),
                        DisplayText.decimal(row.entropy(), 2),
                        DisplayText.decimal(row.effective(), 1));
    }
}
