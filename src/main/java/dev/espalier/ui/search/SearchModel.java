package dev.espalier.ui.search;

import dev.espalier.experiment.LiveSearch;
import dev.espalier.experiment.SearchOrder;
import dev.espalier.figure.Figure;
import dev.espalier.figure.Png;
import dev.espalier.figure.Theme;
import dev.espalier.problem.Problem;
import dev.espalier.search.Intervention;
import dev.espalier.search.SearchTree;
import dev.espalier.ui.Desk;
import java.nio.file.Path;
import java.util.function.Supplier;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import org.jspecify.annotations.Nullable;

/// The Search perspective without its picture.
public final class SearchModel {
    private final Desk desk;
    private final ProblemsModel problems = new ProblemsModel();
    private final OrderForm form = new OrderForm();
    private final TreeModel tree;
    private final VotesModel votes;
    private final Standings standings;
    private final ReadOnlyStringWrapper refusal = new ReadOnlyStringWrapper("");
    private final ReadOnlyStringWrapper problemTrouble = new ReadOnlyStringWrapper("");
    private final ReadOnlyBooleanWrapper starting = new ReadOnlyBooleanWrapper();
    private final ReadOnlyBooleanWrapper loaded = new ReadOnlyBooleanWrapper();
    private final BooleanBinding runnable;
    private Runnable stored = () -> { };

    public SearchModel(Desk desk) {
        this.desk = desk;
        tree = new TreeModel(desk.background());
        votes = new VotesModel(tree, desk.workbench()::tally, desk.background());
        standings = new Standings(desk.workbench(), desk.background());
        runnable = Bindings.createBooleanBinding(
            () -> form.complaint().get() == null && problems.problem().get() != null && !tree.phase().get().live() && !starting.get(),
            form.complaint(), problems.problem(), tree.phase(), starting.getReadOnlyProperty());
        tree.whenEnded(this::ended);
        form.complaint().subscribe((_, _) -> refusal.set(""));
        form.reduction().subscribe((_, now) -> votes.reduction().set(now));
    }

    public ProblemsModel problems() { return problems; }

    public OrderForm form() { return form; }

    public TreeModel tree() { return tree; }

    public VotesModel votes() { return votes; }

    /// Why the last order was refused, "" where it was not.
    public ReadOnlyStringProperty refusal() { return refusal.getReadOnlyProperty(); }

    /// What is wrong with the problem files, "" where nothing is.
    public ReadOnlyStringProperty problemTrouble() { return problemTrouble.getReadOnlyProperty(); }

    /// Whether Run would start something.
    public BooleanBinding runnable() { return runnable; }

    /// Whether models and problems have been read.
    public ReadOnlyBooleanProperty loaded() { return loaded.getReadOnlyProperty(); }

    /// Told when something new is in the store.
    public void whenStored(Runnable action) { stored = action; }

    /// Reads models, problem sets and what is known about them.
    public void load() {
        desk.background().run(desk.workbench()::models, found -> {
            form.keep(desk.remembered());
            form.models(found);
            form.policy().subscribe(policy -> {
                if (policy != null && !policy.isEmpty()) desk.background().run(() -> desk.workbench().generation(policy), form::recommended, refusal::set);
            });
            desk.background().run(desk.workbench()::problemSets, sets -> {
                problems.sets(sets);
                select(desk.remembered().get("search.set", ""), desk.remembered().get("search.problem", ""));
                rememberProblem();
                problemTrouble.set(String.join("\n", desk.workbench().warnings()));
                loaded.set(true);
                standings.fill(problems.standings(), problemTrouble::set);
            }, problemTrouble::set);
        }, refusal::set);
    }

    public void run() {
        if (!runnable.get()) return;
        var order = form.order(problems.problem().get());
        var set = problems.typing().get() || problems.set().get() == null ? "" : problems.set().get().name();
        start(() -> desk.workbench().start(order, set), order);
    }

    /// Goes on with a stored search that was cancelled or interrupted.
    public void resume(long search) {
        start(() -> desk.workbench().resume(search), null);
    }

    /// Shows a stored search.
    public void open(long search) {
        refusal.set("");
        desk.background().run(() -> desk.workbench().search(search), found -> {
            problems.show(found.summary().problem());
            tree.show(found);
        }, refusal::set);
    }

    /// Asks for a JSONL file and shows its problems.
    public void openProblems() {
        desk.files().open("Open problems", "Problems (JSONL)", "*.jsonl").ifPresent(this::openProblems);
    }

    /// Reads a JSONL file and shows its problems; lines that cannot be read are told.
    public void openProblems(Path file) {
        desk.background().run(() -> desk.workbench().load(file), set -> {
            problems.opened(set);
            problemTrouble.set(set.warnings().isEmpty() ? "" : set.name() + ": " + String.join(" ", set.warnings().stream().limit(3).toList())
                + (set.warnings().size() > 3 ? " (" + set.warnings().size() + " lines in all)" : ""));
        }, problemTrouble::set);
    }

    /// Takes a hand in the search at the moment that is shown: a fork of it goes on, paused where this one is paused or was travelled back in.
    public void intervene(Intervention intervention) {
        intervene(() -> intervention);
    }

    /// Says why something was not done.
    public void refuse(String sentence) {
        refusal.set(sentence);
    }

    /// The selected step is written anew.
    public void edit(String text) {
        var config = tree.config().get();
        int node = tree.selected().get();
        if (config == null) return;
        boolean goesOn = !tree.snapshot().get().tree().node(node).finish().ends();
        intervene(() -> new Intervention.Edit(node, desk.workbench().written(config.policy(), config.generation().separator(), text, goesOn)));
    }

    /// Goes on from the selected node alone, by the strategy and parameters of the form.
    public void continueFrom(int node) {
        var order = formed();
        if (order != null) intervene(new Intervention.ContinueFrom(node, order.strategy(), order.parameters()));
    }

    /// Goes on with the parameters, the sampling and the reduction of the form.
    public void change() {
        var order = formed();
        if (order != null) intervene(new Intervention.Change(order.parameters(), order.generation(), order.reduction()));
    }

    private @Nullable SearchOrder formed() {
        var complaint = form.complaint().get();
        if (complaint == null) return form.order(problems.problem().get() == null ? Problem.typed("", null) : problems.problem().get());
        refusal.set(complaint.message());
        return null;
    }

    private void intervene(Supplier<Intervention> intervention) {
        long search = tree.stored();
        int moment = tree.snapshot().get().shown();
        if (search == 0) return;
        boolean waits = tree.phase().get() == Phase.PAUSED || tree.phase().get().live() && moment < tree.total().get();
        start(() -> desk.workbench().fork(search, moment, intervention.get(), waits), null);
    }

    public void pauseOrGoOn() {
        if (tree.phase().get() == Phase.PAUSED) tree.goOn();
        else if (tree.phase().get().live()) tree.pause();
    }

    /// Asks where to, and writes what is drawn as a PNG of twice its size on screen.
    public void savePicture(@Nullable Figure figure, double width, double height) {
        if (figure == null) return;
        desk.files().save("Save the picture", "PNG picture", "*.png", "search-tree.png").ifPresent(file -> desk.background().run(() -> {
            Png.write(figure, file, (int) width, (int) height, 2, desk.remembered().dark().get() ? Theme.dark() : Theme.light());
            return file;
        }, _ -> { }, refusal::set));
    }

    /// Finds out anew how the problems stand.
    public void judge() {
        standings.fill(problems.standings(), problemTrouble::set);
    }

    public void frame(long nanos) {
        tree.frame(nanos);
    }

    private void start(Supplier<LiveSearch> starter, @Nullable SearchOrder order) {
        refusal.set("");
        starting.set(true);
        desk.background().run(starter, search -> {
            starting.set(false);
            votes.reduction().set(search.order().reduction());
            if (order == null) problems.show(search.order().problem());
            tree.show(search);
        }, message -> {
            starting.set(false);
            refusal.set(message);
        });
    }

    private void ended(LiveSearch search) {
        stored.run();
        if (tree.phase().get() == Phase.FAILED) refusal.set(tree.message().get());
        var problem = search.order().problem();
        long id = search.id();
        if (id == 0) return;
        desk.background().run(() -> standings.of(SearchTree.of(desk.workbench().search(id).events()), problem),
            standing -> standing.ifPresent(known -> problems.standings().put(problem.id(), known)), problemTrouble::set);
    }

    private void select(String set, String problem) {
        for (var known : problems.sets()) if (known.name().equals(set)) problems.set().set(known);
        for (var known : problems.shown()) {
            if (known.id().equals(problem)) {
                problems.selected().set(known);
                return;
            }
        }
        // At first sight one of middle difficulty: its tree has something to show.
        if (problem.isEmpty()) problems.shown().stream().filter(known -> known.level() == 3).findFirst().ifPresent(problems.selected()::set);
    }

    private void rememberProblem() {
        problems.set().subscribe((_, now) -> desk.remembered().put("search.set", now == null ? "" : now.name()));
        problems.selected().subscribe((_, now) -> desk.remembered().put("search.problem", now == null ? "" : now.id()));
    }
}
