package dev.espalier.ui.search;

import dev.espalier.experiment.models.ModelEntry;
import dev.espalier.experiment.run.LiveSearch;
import dev.espalier.experiment.run.SearchSpec;
import dev.espalier.figure.Figure;
import dev.espalier.problem.Problem;
import dev.espalier.search.log.Intervention;
import dev.espalier.ui.kit.LatestWins;
import dev.espalier.ui.kit.ViewContext;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import org.jspecify.annotations.Nullable;

/// The view model of the Search perspective.
public final class SearchModel {
    private final ViewContext context;
    private final ProblemsModel problems;
    private final SearchForm form = new SearchForm();
    private final TreeModel tree;
    private final VotesModel votes;
    private final HighlightModel highlight;
    private final DiagnosisModel diagnosis;
    private final ReadOnlyStringWrapper refusal = new ReadOnlyStringWrapper("");
    private final ReadOnlyStringWrapper problemError = new ReadOnlyStringWrapper("");
    private final ReadOnlyBooleanWrapper starting = new ReadOnlyBooleanWrapper();
    private final ReadOnlyBooleanWrapper loaded = new ReadOnlyBooleanWrapper();
    private final LatestWins statuses;
    private final BooleanBinding runnable;
    private boolean modelsKnown;
    private Runnable stored = () -> {};

    public SearchModel(ViewContext context) {
        this.context = context;
        statuses = new LatestWins(context.background());
        problems = new ProblemsModel(context.library().sets());
        tree = new TreeModel(context.background());
        votes = new VotesModel(tree, context.workbench().grading()::tallySoFar, context.background());
        highlight = new HighlightModel(tree, votes);
        diagnosis = new DiagnosisModel(tree, votes, context.workbench().grading(), context.background());
        context.workbench()
                .grading()
                .whenGraded(() -> context.background().run(() -> true, _ -> graded(), refusal::set));
        runnable = Bindings.createBooleanBinding(
                () -> form.error().get() == null
                        && problems.problem().get() != null
                        && !tree.phase().get().live()
                        && !starting.get(),
                form.error(),
                problems.problem(),
                tree.phase(),
                starting.getReadOnlyProperty());
        tree.whenEnded(this::ended);
        form.error().subscribe((_, _) -> refusal.set(""));
        form.reduction().subscribe((_, now) -> votes.reduction().set(now));
    }

    public ProblemsModel problems() {
        return problems;
    }

    public SearchForm form() {
        return form;
    }

    public TreeModel tree() {
        return tree;
    }

    public VotesModel votes() {
        return votes;
    }

    public HighlightModel highlight() {
        return highlight;
    }

    public DiagnosisModel diagnosis() {
        return diagnosis;
    }

    /// The error of the last action, "" for none.
    public ReadOnlyStringProperty refusal() {
        return refusal.getReadOnlyProperty();
    }

    /// The error in the problem files, "" for none.
    public ReadOnlyStringProperty problemError() {
        return problemError.getReadOnlyProperty();
    }

    /// Whether Run is enabled.
    public BooleanBinding runnable() {
        return runnable;
    }

    /// Whether models and problems have been read.
    public ReadOnlyBooleanProperty loaded() {
        return loaded.getReadOnlyProperty();
    }

    /// Called when the store has new data.
    public void whenStored(Runnable action) {
        stored = action;
    }

    /// Observes the models and problem sets of the library.
    public void load() {
        var library = context.library();
        library.modelError().subscribe((_, error) -> refusal.set(error));
        library.problemFileError().subscribe((_, error) -> problemError.set(error));
        library.models().subscribe(found -> {
            if (found != null) models(found);
        });
        library.loaded().subscribe(read -> {
            if (read) problemsRead();
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
                                    refusal::set);
            });
        modelsKnown = true;
    }

    private void problemsRead() {
        select(context.settings().get("search.set", ""), context.settings().get("search.problem", ""));
        rememberProblem();
        loaded.set(true);
        refreshStatuses();
    }

    public void run() {
        run(false);
    }

    /// Starts a search that waits before its first step.
    public void runPaused() {
        run(true);
    }

    private void run(boolean paused) {
        if (!runnable.get()) return;
        var spec = form.spec(problems.problem().get());
        var set = problems.typing().get() || problems.set().get() == null
                ? ""
                : problems.set().get().name();
        start(() -> context.workbench().searches().start(prompted(spec), set, paused), spec);
    }

    private SearchSpec prompted(SearchSpec spec) {
        return spec.with(
                context.workbench().models().prompted(spec.generation(), spec.policy(), List.of(spec.problem())));
    }

    /// Resumes a stored search that was cancelled or interrupted.
    public void resume(long search) {
        start(() -> context.workbench().searches().resume(search), null);
    }

    /// Shows a stored search.
    public void open(long search) {
        refusal.set("");
        context.background()
                .run(
                        () -> context.workbench().runs().search(search),
                        found -> {
                            problems.show(found.summary().problem());
                            tree.show(found);
                        },
                        refusal::set);
    }

    /// Asks for a JSONL file and shows its problems.
    public void openProblems() {
        context.files().open("Open problems", "Problems (JSONL)", "*.jsonl").ifPresent(this::openProblems);
    }

    /// Reads a JSONL file and shows its problems; reports unreadable lines.
    public void openProblems(Path file) {
        context.background()
                .run(
                        () -> context.workbench().problems().load(file),
                        set -> {
                            problems.opened(set);
                            problemError.set(
                                    set.warnings().isEmpty()
                                            ? ""
                                            : set.name() + ": "
                                                    + String.join(
                                                            " ",
                                                            set.warnings().stream()
                                                                    .limit(3)
                                                                    .toList())
                                                    + (set.warnings().size() > 3
                                                            ? " ("
                                                                    + set.warnings()
                                                                            .size() + " lines in all)"
                                                            : ""));
                        },
                        problemError::set);
    }

    /// Forks the search at the event that is shown. The fork starts paused if this search is paused or an earlier
    /// event of it is shown.
    public void intervene(Intervention intervention) {
        intervene(() -> intervention);
    }

    /// Shows the reason why an action was not performed.
    public void refuse(String sentence) {
        refusal.set(sentence);
    }

    /// Replaces the text of the selected step, in a fork.
    public void edit(String text) {
        var config = tree.config().get();
        int node = tree.selected().get();
        if (config == null) return;
        boolean goesOn = !tree.snapshot().get().tree().node(node).finish().ends();
        intervene(() -> new Intervention.Edit(
                node,
                context.workbench()
                        .searches()
                        .editedStep(config.policy(), config.generation().separator(), text, goesOn)));
    }

    /// Continues from one node only, with the strategy and parameters of the form, in a fork.
    public void continueFrom(int node) {
        var spec = formed();
        if (spec != null) intervene(new Intervention.ContinueFrom(node, spec.strategy(), spec.parameters()));
    }

    /// Continues with the parameters, the sampling and the reduction of the form, in a fork.
    public void change() {
        var spec = formed();
        if (spec != null) intervene(new Intervention.Change(spec.parameters(), spec.generation(), spec.reduction()));
    }

    private @Nullable SearchSpec formed() {
        var error = form.error().get();
        if (error == null)
            return form.spec(
                    problems.problem().get() == null
                            ? Problem.typed("", null)
                            : problems.problem().get());
        refusal.set(error.message());
        return null;
    }

    private void intervene(Supplier<Intervention> intervention) {
        long search = tree.stored();
        int moment = tree.snapshot().get().shown();
        if (search == 0) return;
        boolean waits = tree.phase().get() == Phase.PAUSED
                || tree.phase().get().live() && moment < tree.total().get();
        start(() -> context.workbench().searches().fork(search, moment, intervention.get(), waits), null);
    }

    public void pauseOrResume() {
        if (tree.phase().get() == Phase.PAUSED) tree.resume();
        else if (tree.phase().get().live()) tree.pause();
    }

    public void savePicture(@Nullable Figure figure, double width, double height) {
        context.savePicture(figure, width, height, "search-tree.png", refusal::set);
    }

    /// Reads the status of the problems again.
    public void refreshStatuses() {
        statuses.submit(
                context.workbench().runs()::problemStatuses,
                found -> found.forEach(problems.statuses()::putIfAbsent),
                problemError::set);
    }

    /// Runs when a slow grader has finished.
    private void graded() {
        votes.recount();
        refreshStatuses();
    }

    public void frame(long nanos) {
        tree.frame(nanos);
    }

    private void start(Supplier<LiveSearch> starter, @Nullable SearchSpec spec) {
        refusal.set("");
        starting.set(true);
        context.background()
                .run(
                        starter,
                        search -> {
                            starting.set(false);
                            votes.reduction().set(search.order().reduction());
                            if (spec == null) problems.show(search.order().problem());
                            tree.show(search);
                        },
                        message -> {
                            starting.set(false);
                            refusal.set(message);
                        });
    }

    private void ended(LiveSearch search) {
        stored.run();
        if (tree.phase().get() == Phase.FAILED) refusal.set(tree.message().get());
        var problem = search.order().problem();
        if (search.id() == 0) return;
        var answers = tree.answers();
        context.background()
                .run(
                        () -> context.workbench().runs().problemStatus(search, answers),
                        status -> status.ifPresent(known -> problems.statuses().put(problem.id(), known)),
                        problemError::set);
    }

    private void select(String set, String problem) {
        for (var known : problems.sets())
            if (known.name().equals(set)) problems.set().set(known);
        for (var known : problems.shown()) {
            if (known.id().equals(problem)) {
                problems.selected().set(known);
                return;
            }
        }
        // On the first start, select a problem of medium difficulty, which grows an interesting tree.
        if (problem.isEmpty())
            problems.shown().stream()
                    .filter(known -> known.level() == 3)
                    .findFirst()
                    .ifPresent(problems.selected()::set);
    }

    private void rememberProblem() {
        problems.set().subscribe((_, now) -> context.settings().put("search.set", now == null ? "" : now.name()));
        problems.selected()
                .subscribe((_, now) -> context.settings().put("search.problem", now == null ? "" : now.id()));
    }
}
