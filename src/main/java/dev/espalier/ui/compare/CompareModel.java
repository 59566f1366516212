package dev.espalier.ui.compare;

import dev.espalier.analysis.Curve;
import dev.espalier.analysis.RowProblems;
import dev.espalier.experiment.models.ModelEntry;
import dev.espalier.experiment.run.MissingGold;
import dev.espalier.experiment.run.Outcome;
import dev.espalier.experiment.sweep.LiveSweep;
import dev.espalier.experiment.sweep.SweepProgress;
import dev.espalier.experiment.sweep.SweepSpec;
import dev.espalier.figure.CurveFigure;
import dev.espalier.figure.Figure;
import dev.espalier.problem.Problem;
import dev.espalier.problem.ProblemSet;
import dev.espalier.search.log.Mode;
import dev.espalier.ui.kit.DisplayText;
import dev.espalier.ui.kit.ViewContext;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javafx.beans.binding.BooleanBinding;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/// The view model of the Compare perspective: the running sweep, its progress, and the shown curves.
public final class CompareModel {

    /// A row of the table: a method at a budget.
    ///
    /// @param lacking problems that other rows have and this one lacks
    public record Row(String method, Curve.Point point, List<String> lacking) {}

    private static final int LEFT_OUT_TOLD = 3;
    private static final SweepProgress NOTHING = new SweepProgress(0, 0, 0, 0, Double.NaN, List.of());

    private final ViewContext context;
    private final SweepForm form = new SweepForm();
    private final ObservableList<ProblemSet> sets;
    private final ReadOnlyObjectWrapper<List<Curve>> curves = new ReadOnlyObjectWrapper<>(List.of());
    private final ObservableList<Row> rows = FXCollections.observableArrayList();
    private final ReadOnlyObjectWrapper<SweepProgress> progress = new ReadOnlyObjectWrapper<>(NOTHING);
    private final ReadOnlyStringWrapper state = new ReadOnlyStringWrapper("");
    private final ReadOnlyStringWrapper message = new ReadOnlyStringWrapper("");
    private final ReadOnlyStringWrapper title = new ReadOnlyStringWrapper("");
    private final ReadOnlyBooleanWrapper running = new ReadOnlyBooleanWrapper();
    private final BooleanBinding runnable;
    private @Nullable LiveSweep live;
    private @Nullable SweepSpec last;
    private boolean finished;
    private boolean modelsKnown;
    private Runnable stored = () -> {};

    public CompareModel(ViewContext context) {
        this.context = context;
        this.sets = context.library().sets();
        runnable = form.error().isNull().and(running.not());
        sets.subscribe(this::chooseSet);
        curves.subscribe(now -> {
            var all = RowProblems.all(now);
            rows.setAll(now.stream()
                    .flatMap(curve -> curve.points().stream()
                            .map(point -> new Row(curve.strategy(), point, RowProblems.lacking(all, point))))
                    .toList());
        });
    }

    public SweepForm form() {
        return form;
    }

    public ObservableList<ProblemSet> sets() {
        return sets;
    }

    public ReadOnlyObjectProperty<List<Curve>> curves() {
        return curves.getReadOnlyProperty();
    }

    public ObservableList<Row> rows() {
        return rows;
    }

    public ReadOnlyObjectProperty<SweepProgress> progress() {
        return progress.getReadOnlyProperty();
    }

    /// The progress of the sweep as text, "" for none.
    public ReadOnlyStringProperty state() {
        return state.getReadOnlyProperty();
    }

    /// The error message, "" for none.
    public ReadOnlyStringProperty message() {
        return message.getReadOnlyProperty();
    }

    /// The title of the curves.
    public ReadOnlyStringProperty title() {
        return title.getReadOnlyProperty();
    }

    public ReadOnlyBooleanProperty running() {
        return running.getReadOnlyProperty();
    }

    public BooleanBinding runnable() {
        return runnable;
    }

    /// Called when the store has new data.
    public void whenStored(Runnable action) {
        stored = action;
    }

    /// Whether Start would resume the cancelled sweep.
    public boolean wouldResume() {
        return last != null && !finished && form.error().get() == null && last.equals(form.spec());
    }

    /// Observes the models in the library.
    public void load() {
        context.library().modelError().subscribe((_, error) -> message.set(error));
        context.library().models().subscribe(found -> {
            if (found != null) models(found);
        });
    }

    private void models(List<ModelEntry> found) {
        if (!modelsKnown) form.keep(context.settings());
        form.models(found);
        if (!modelsKnown)
            form.policy().subscribe(policy -> {
                if (policy != null && !policy.isEmpty())
                    context.background()
                            .run(
                                    () -> context.workbench().models().generation(policy),
                                    form::recommended,
                                    message::set);
            });
        modelsKnown = true;
    }

    public void run() {
        if (!runnable.get()) return;
        var spec = form.spec();
        message.set("");
        running.set(true);
        finished = false;
        last = spec;
        state.set("starting");
        context.background()
                .run(
                        () -> context.workbench()
                                .sweeps()
                                .start(spec.with(context.workbench()
                                        .models()
                                        .prompted(spec.generation(), spec.policy(), spec.problems()))),
                        sweep -> {
                            live = sweep;
                            title.set(spec.name());
                            curves.set(List.of());
                        },
                        problem -> {
                            running.set(false);
                            state.set("");
                            message.set(problem);
                        });
    }

    public void cancel() {
        if (live == null) return;
        live.cancel();
        state.set("cancelling");
    }

    /// Shows the curves of stored runs.
    public void show(List<Long> runs, String name) {
        message.set("");
        record Drawn(List<Curve> curves, List<String> leftOut) {}
        context.background()
                .run(
                        () -> {
                            var leftOut = new ArrayList<String>();
                            return new Drawn(
                                    context.workbench()
                                            .sweeps()
                                            .curves(runs, List.of(), List.of(), false, leftOut::add),
                                    leftOut);
                        },
                        drawn -> {
                            if (live != null) return;
                            var found = drawn.curves();
                            curves.set(found);
                            // The last hold for the whole table.
                            message.set(String.join(
                                    "\n",
                                    drawn.leftOut().reversed().stream()
                                            .limit(LEFT_OUT_TOLD)
                                            .toList()));
                            title.set(name);
                            state.set("");
                            progress.set(NOTHING);
                            if (found.isEmpty())
                                message.set(
                                        "No accuracy to draw: these runs have no finished search with a gold answer.");
                        },
                        message::set);
    }

    /// Updates from the latest state of the sweep.
    public void frame() {
        var sweep = live;
        if (sweep == null) return;
        boolean over = sweep.done().isDone();
        var now = sweep.progress();
        if (now != progress.get()) {
            progress.set(now);
            if (!now.curves().equals(curves.get())) curves.set(now.curves());
        }
        if (over) end(sweep.done().join());
        else if (!sweep.cancelled()) state.set(words(now));
    }

    public void savePicture(@Nullable Figure figure, double width, double height) {
        context.savePicture(figure, width, height, "accuracy-by-budget.png", message::set);
    }

    /// The figure of the curves, null for none.
    public @Nullable Figure figure() {
        return curves.get().isEmpty() ? null : new CurveFigure(curves.get());
    }

    private void end(Outcome outcome) {
        var problems = live == null ? List.<Problem>of() : live.spec().problems();
        live = null;
        finished = outcome.end() == Outcome.End.FINISHED;
        running.set(false);
        var now = progress.get();
        state.set(
                switch (outcome.end()) {
                    case FINISHED -> DisplayText.whole(now.done()) + " searches done" + failures(now);
                    case CANCELLED ->
                        "cancelled after " + DisplayText.whole(now.done()) + " of " + DisplayText.whole(now.total())
                                + " searches; finished searches are stored";
                    case FAILED ->
                        "stopped after " + DisplayText.whole(now.done()) + " of " + DisplayText.whole(now.total())
                                + " searches";
                });
        message.set(
                outcome.message().isEmpty()
                        ? Stream.concat(
                                        MissingGold.of(problems, Mode.STANDARD).sentence().stream(),
                                        RowProblems.sentences(now.curves()).reversed().stream())
                                .limit(LEFT_OUT_TOLD)
                                .collect(Collectors.joining("\n"))
                        : outcome.message());
        stored.run();
    }

    private static String words(SweepProgress now) {
        String rest =
                Double.isFinite(now.secondsLeft()) ? " · " + DisplayText.duration(now.secondsLeft()) + " left" : "";
        return DisplayText.whole(now.done()) + " of " + DisplayText.whole(now.total()) + " searches" + failures(now)
                + " · " + DisplayText.whole(Math.round(now.tokensPerSecond())) + " tokens/s" + rest;
    }

    private static String failures(SweepProgress now) {
        return now.failed() == 0 ? "" : " (" + now.failed() + " failed)";
    }

    private void chooseSet() {
        if (form.set().get() == null || !sets.contains(form.set().get()))
            form.set().set(sets.isEmpty() ? null : sets.getFirst());
    }
}
