package dev.espalier.ui.search;

import dev.espalier.io.SafeText;
import dev.espalier.ui.kit.Fxml;
import dev.espalier.ui.kit.Icons;
import java.util.ArrayList;
import javafx.application.Platform;
import javafx.beans.binding.Bindings;
import javafx.css.PseudoClass;
import javafx.fxml.FXML;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.Slider;
import javafx.scene.control.TextField;
import javafx.scene.control.Tooltip;

/// The bar below the tree: pause, step and cancel, the cursor into the events, the event at the cursor, and the
/// breakpoint.
final class TimelineView {
    private static final PseudoClass DANGER = PseudoClass.getPseudoClass("danger");
    private static final String BREAKPOINTS =
            "Pauses the search when the condition holds: iteration = 3, iteration >= 3, score < 0.2, score > 0.9, margin < 0.01, distinct < 2, gold pruned, boxed, "
                    + "tokens >= 2000, processed >= 50000, candidates >= 4. Combine with and, or, not. Press Enter to set it.";

    private final SearchModel model;
    private final Runnable leave;
    private final Parent root;

    @FXML
    private Button pause;

    @FXML
    private Button step;

    @FXML
    private Button cancel;

    @FXML
    private Slider cursor;

    @FXML
    private Label position;

    @FXML
    private Label event;

    @FXML
    private TextField breakpoint;

    /// @param leave moves the focus back to the tree
    TimelineView(SearchModel model, Runnable leave) {
        this.model = model;
        this.leave = leave;
        root = Fxml.TIMELINE.load(this);
    }

    Parent root() {
        return root;
    }

    /// Focuses a field later, so that the field does not receive the command's key.
    void focusBreakpoint() {
        Platform.runLater(breakpoint::requestFocus);
    }

    @FXML
    private void initialize() {
        var shown = model.tree();
        pause.textProperty().bind(shown.phase().map(phase -> phase == Phase.PAUSED ? "Resume" : "Pause"));
        shown.phase().subscribe(phase -> pause.setGraphic(Icons.of(phase == Phase.PAUSED ? "fth-play" : "fth-pause")));
        pause.accessibleTextProperty().bind(pause.textProperty());
        var idle = Bindings.createBooleanBinding(() -> !shown.phase().get().live(), shown.phase());
        pause.disableProperty().bind(idle);
        step.disableProperty().bind(idle);
        cancel.disableProperty().bind(idle);
        pause.setOnAction(_ -> model.pauseOrResume());
        step.setOnAction(_ -> shown.step());
        cancel.setOnAction(_ -> shown.cancel());
        cursor.maxProperty().bind(Bindings.max(1, shown.total()));
        cursor.valueProperty().bindBidirectional(shown.cursor());
        cursor.disableProperty().bind(shown.total().isEqualTo(0));
        position.textProperty()
                .bind(Bindings.createStringBinding(
                        () -> shown.total().get() == 0
                                ? "no events yet"
                                : "event " + shown.cursor().get() + " of "
                                        + shown.total().get(),
                        shown.cursor(),
                        shown.total()));
        event.textProperty()
                .bind(Bindings.createStringBinding(this::moment, shown.happened(), shown.snapshot(), shown.phase())
                        .map(SafeText::text));
        shown.breakpoints().subscribe(text -> breakpoint.setText(text));
        breakpoint.setOnAction(_ -> {
            shown.breakpoints().set(breakpoint.getText());
            if (shown.breakpointError().get().isEmpty()) leave.run();
        });
        breakpoint.focusedProperty().subscribe((_, focused) -> {
            if (!focused) shown.breakpoints().set(breakpoint.getText());
        });
        var how = new Tooltip();
        how.setWrapText(true);
        how.setMaxWidth(420);
        how.textProperty().bind(shown.breakpointError().map(error -> error.isEmpty() ? BREAKPOINTS : error));
        breakpoint.setTooltip(how);
        shown.breakpointError().subscribe(error -> breakpoint.pseudoClassStateChanged(DANGER, !error.isEmpty()));
    }

    /// The event at the cursor, and what changed since the event shown before.
    private String moment() {
        var shown = model.tree();
        if (!shown.breakpointError().get().isEmpty())
            return shown.breakpointError().get();
        var parts = new ArrayList<String>();
        if (!shown.hit().isEmpty()) parts.add("stopped at breakpoint " + shown.hit());
        if (!shown.happened().get().isEmpty()) parts.add(shown.happened().get());
        var changes = shown.snapshot().get().changes();
        if (shown.snapshot().get().leap() == 1) return String.join(" · ", parts);
        if (!changes.appeared().isEmpty())
            parts.add("+" + Inspection.count(changes.appeared().size(), "node"));
        if (changes.kept().size() + changes.pruned().size() > 0)
            parts.add(changes.kept().size() + " kept and " + changes.pruned().size() + " pruned since");
        return String.join(" · ", parts);
    }
}
